import type { Caller } from "../core/service";
import type { OperationName, Request } from "./rules/operations";

/** Operations by AWS's names: each gets a request that has passed its rule. */
export type Handlers<Names extends OperationName> = {
  readonly [Name in Names]: (request: Request<Name>, caller: Caller) => object;
};

/** Whether a caller's own permissions allow an action. Replaceable: callers are not tied to IAM by default. */
export type CallerMay = (caller: Caller, action: string, resourceArn: string) => boolean;
