import { AwsError, ConnectionLost } from "../../../local/core/errors";
import type { Intercept } from "../../../local/offline-aws";

type Proceed = Parameters<Intercept>[1];

/** What goes wrong with one call, and what must come of it. */
export interface Fault {
  readonly name: string;
  /** `mended`: the run goes on by itself. `told`: it ends with an error that a person can act on. */
  readonly ends: "mended" | "told";
  /** The calls that it can happen to. */
  readonly hits: (operation: string) => boolean;
  /** What happens instead of the call, or to its answer. `first` is false for every further call of the operation. */
  readonly strike: (proceed: Proceed, first: boolean) => Promise<object>;
}

const isRead = (operation: string) => /^(List|Get)/.test(operation);
const isControl = (operation: string) => !/Parameter/.test(operation);
const isMutation = (operation: string) => !isRead(operation);
const any = () => true;

const once =
  (error: () => Error) =>
  (proceed: Proceed, first: boolean): Promise<object> =>
    first ? Promise.reject(error()) : proceed();

const always = (error: () => Error) => (): Promise<object> => Promise.reject(error());

const aws = (code: string, message: string, status: number) => () => new AwsError(code, message, status);
const never = new Promise<object>(() => {});

/** Faults that a call meets. */
export const FAULTS: readonly Fault[] = [
  {
    name: "throttled once",
    ends: "mended",
    hits: any,
    strike: once(aws("ThrottlingException", "Rate exceeded", 429)),
  },
  {
    name: "internal error once",
    ends: "mended",
    hits: any,
    strike: once(aws("InternalServerException", "An internal error occurred", 500)),
  },
  {
    name: "connection lost, request not carried out",
    ends: "mended",
    hits: any,
    strike: once(() => new ConnectionLost()),
  },
  {
    name: "connection lost, request carried out",
    ends: "mended",
    hits: any,
    strike: async (proceed, first) => {
      const answer = await proceed();
      if (first) throw new ConnectionLost();
      return answer;
    },
  },
  { name: "no answer in time", ends: "mended", hits: any, strike: (proceed, first) => (first ? never : proceed()) },
  {
    name: "conflict once",
    ends: "mended",
    hits: (operation) => isMutation(operation) && isControl(operation) && operation !== "TagResource",
    strike: once(aws("ConflictException", "The resource is being changed", 409)),
  },
  {
    name: "quota exceeded",
    ends: "told",
    hits: (operation) => operation.startsWith("Create"),
    strike: always(aws("ServiceQuotaExceededException", "The quota is reached", 402)),
  },
  {
    name: "access denied",
    ends: "told",
    hits: any,
    strike: always(aws("AccessDeniedException", "User is not authorized to perform this", 403)),
  },
  {
    name: "credentials expired",
    ends: "told",
    hits: any,
    strike: always(aws("ExpiredTokenException", "The security token included in the request is expired", 403)),
  },
  {
    name: "refused as invalid",
    ends: "told",
    hits: isMutation,
    strike: always(aws("ValidationException", "A member is not valid", 400)),
  },
  {
    name: "internal error for good",
    ends: "told",
    hits: isMutation,
    strike: always(aws("InternalServerException", "An internal error occurred", 500)),
  },
];
