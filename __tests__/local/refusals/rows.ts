import type { OperationName } from "../../../local/agentcore/rules/operations";
import type { Mutant } from "../../support/mutant";
import type { ControlPlane } from "./control-plane";
import type { Refusal } from "./refusal";

type Input = object | ((world: ControlPlane) => object | Promise<object>);
type Row = Refusal<ControlPlane>;

const MODEL = "API model of bedrock-agentcore-control";
export const model = (shape: string) => `${MODEL}: ${shape}`;

interface Asked {
  readonly operation: OperationName;
  /** Ends the sentence "<operation> with …"; without it the row is named by `request`. */
  readonly with?: string;
  readonly request?: string;
  readonly input: Input;
  readonly source: string;
  readonly takenOut: Mutant;
}

/** A request whose shape is wrong: `at` is the member, `must` its constraint in the API model's words. */
export function invalid({ at, must, ...asked }: Asked & { readonly at: string; readonly must: string }): Row {
  const text = `1 validation error detected: Value at '${at}' failed to satisfy constraint: Member must ${must}`;
  return refused({ ...asked, answer: [400, "ValidationException", text] });
}

/** A request that is refused with this status, error type and text. */
export function refused({
  operation,
  input,
  answer: [status, type, text],
  ...row
}: Asked & { readonly answer: readonly [status: number, type: string, text: string] }): Row {
  return {
    request: row.request ?? `${operation} with ${row.with ?? ""}`,
    send: async (world) => world.ask(operation, typeof input === "function" ? await input(world) : input),
    answer: { status, type, text },
    source: row.source,
    takenOut: row.takenOut,
  };
}

/** A request that is sent twice: no refusal, but kinder than AWS it would be to make a second one. */
export const twice = ({
  operation,
  input,
}: Pick<Asked, "operation"> & { input: (world: ControlPlane) => object }): Row => ({
  request: `${operation} with the client token and the members of the request before`,
  send: async (world) => {
    const request = { ...input(world), clientToken: long(50) };
    const first = await world.ask(operation, request);
    const second = await world.ask(operation, request);
    return { ...second, text: second.text === first.text ? "the first answer" : second.text };
  },
  answer: { status: 202, type: "", text: "the first answer" },
  source: `API reference, ${operation}: clientToken: the request is ignored, and no error`,
  takenOut: agentCore("client-tokens", "const answer = known?.answer ?? act();", "const answer = act();"),
});

export const atLeast = (length: number) => `have length greater than or equal to ${length}`;
export const atMost = (length: number) => `have length less than or equal to ${length}`;
export const matching = (pattern: string) => `satisfy regular expression pattern: ${pattern}`;
export const oneOfThese = (...values: readonly string[]) => `satisfy enum value set: [${values.join(", ")}]`;
export const REQUIRED = "not be null";
/** LambdaFunctionArn of the API model. */
export const LAMBDA_PATTERN =
  "arn:(aws[a-zA-Z-]*)?:lambda:([a-z]{2}(-gov)?-[a-z]+-\\d{1}):(\\d{12}):function:([a-zA-Z0-9-_.]+)(:(\\$LATEST|[a-zA-Z0-9-]+))?";

const change = (file: string) => (find: string, replace: string) => ({ file, find, replace });
/** Changes of the rules that requests pass before anything else. */
export const rules = change("local/agentcore/rules/operations.ts");
export const gatewayRules = change("local/agentcore/rules/gateway.ts");
export const targetRules = change("local/agentcore/rules/target.ts");
export const tagRules = change("local/agentcore/rules/tags.ts");
export const endpointRules = change("local/agentcore/rules/private-endpoint.ts");
export const oauth2Rules = change("local/agentcore/rules/oauth2-provider.ts");
/** Changes of a file below local/agentcore. */
export const agentCore = (file: string, find: string, replace: string) =>
  change(`local/agentcore/${file}.ts`)(find, replace);

export const long = (length: number) => "a".repeat(length);
