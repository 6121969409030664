import { AwsError } from "../core/errors";

type OneOrMany = string | readonly string[];

interface Statement {
  readonly Effect: "Allow" | "Deny";
  readonly Action?: OneOrMany;
  readonly NotAction?: OneOrMany;
  readonly Resource?: OneOrMany;
  readonly Principal?: "*" | Readonly<Record<string, OneOrMany>>;
  readonly Condition?: unknown;
}

/** IAM's JSON policy language, as far as the stacks use it. */
export interface PolicyDocument {
  readonly Statement: readonly Statement[];
}

/** Reads a document. Throws MalformedPolicyDocument. */
export function parseDocument(text: string): PolicyDocument {
  const document = readJson(text) as { Statement?: Statement | Statement[] };
  const statements = [document.Statement ?? []].flat();
  const isUsable = statements.length > 0 && statements.every(({ Effect }) => Effect === "Allow" || Effect === "Deny");
  if (!isUsable) throw malformed("Syntax errors in policy.");
  return { Statement: statements };
}

function readJson(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value;
  } catch {
    // Answered below, like any other text that is no document.
  }
  throw malformed("This policy contains invalid Json");
}

const malformed = (message: string) => new AwsError("MalformedPolicyDocument", message);

/** An explicit Deny wins; otherwise one Allow is needed. */
export function evaluate(documents: readonly PolicyDocument[], action: string, resource: string): boolean {
  const matching = documents
    .flatMap(({ Statement }) => Statement)
    .filter(
      (statement) => covers(statement, action) && many(statement.Resource).some((pattern) => like(pattern, resource)),
    );
  // A condition is not understood here: it may hold for a Deny, and may not for an Allow.
  if (matching.some(({ Effect }) => Effect === "Deny")) return false;
  return matching.some(({ Effect, Condition }) => Effect === "Allow" && Condition === undefined);
}

const covers = ({ Action, NotAction }: Statement, action: string) =>
  NotAction === undefined
    ? many(Action).some((pattern) => like(pattern.toLowerCase(), action.toLowerCase()))
    : !many(NotAction).some((pattern) => like(pattern.toLowerCase(), action.toLowerCase()));

/** Whether a trust policy lets a service assume the role. Its conditions name the account, which there is one of. */
export function trustsService({ Statement }: PolicyDocument, service: string): boolean {
  return Statement.some(
    ({ Effect, Action, Principal }) =>
      Effect === "Allow" &&
      many(Action).includes("sts:AssumeRole") &&
      typeof Principal === "object" &&
      many(Principal.Service).includes(service),
  );
}

/** Whether a trust policy lets the account, or somebody in it, assume the role. */
export function trustsAccount({ Statement }: PolicyDocument, accountId: string): boolean {
  return Statement.some(
    ({ Effect, Action, Principal }) =>
      Effect === "Allow" &&
      many(Action).includes("sts:AssumeRole") &&
      (typeof Principal === "object" ? many(Principal.AWS) : many(Principal)).some(
        (one) => one === "*" || one === accountId || one.split(":")[4] === accountId,
      ),
  );
}

const many = (value: OneOrMany | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === "string" ? [value] : value;

/** `*` stands for any text and `?` for any one character. */
export function like(pattern: string, text: string): boolean {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${expression}$`, "s").test(text);
}
