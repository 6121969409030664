import { AwsError } from "../core/errors";
import { parseStrictly } from "../core/json";

type OneOrMany = string | readonly string[];

interface Statement {
  readonly Effect: "Allow" | "Deny";
  readonly Action?: OneOrMany;
  readonly NotAction?: OneOrMany;
  readonly Resource?: OneOrMany;
  readonly NotResource?: OneOrMany;
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
    const value = parseStrictly(text);
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
    .filter((statement) => coversAction(statement, action) && coversResource(statement, resource));
  // A condition is not understood here: it may hold for a Deny, and may not for an Allow.
  if (matching.some(({ Effect }) => Effect === "Deny")) return false;
  return matching.some(({ Effect, Condition }) => Effect === "Allow" && Condition === undefined);
}

function coversAction({ Action, NotAction }: Statement, action: string): boolean {
  const isNamed = (patterns: OneOrMany | undefined) =>
    many(patterns).some((pattern) => like(pattern.toLowerCase(), action.toLowerCase()));
  return NotAction === undefined ? isNamed(Action) : !isNamed(NotAction);
}

function coversResource({ Resource, NotResource }: Statement, resource: string): boolean {
  const isNamed = (patterns: OneOrMany | undefined) => many(patterns).some((pattern) => like(pattern, resource));
  return NotResource === undefined ? isNamed(Resource) : !isNamed(NotResource);
}

/** Whether a trust policy lets a service assume the role. Its conditions name the account, which there is one of. */
export const trustsService = (document: PolicyDocument, service: string) =>
  lets(document, (principal) => typeof principal === "object" && many(principal.Service).includes(service));

/** Whether a trust policy lets the account, or somebody in it, assume the role. */
export const trustsAccount = (document: PolicyDocument, accountId: string) =>
  lets(document, (principal) =>
    (typeof principal === "object" ? many(principal.AWS) : many(principal)).some(
      (one) => one === "*" || one === accountId || one.split(":")[4] === accountId,
    ),
  );

function lets({ Statement }: PolicyDocument, isMeant: (principal: Statement["Principal"]) => boolean): boolean {
  const matching = Statement.filter(
    (statement) => coversAction(statement, "sts:AssumeRole") && isMeant(statement.Principal),
  );
  return matching.some(({ Effect }) => Effect === "Allow") && !matching.some(({ Effect }) => Effect === "Deny");
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
