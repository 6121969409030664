import { policySetTextToParts, validate, type ValidationError } from "@cedar-policy/cedar-wasm/nodejs";
import { schemaFor } from "./schema";
import { parseStatement, unknownActions } from "./scope";
import { withFutureTools, type ToolTarget } from "./tools";

export { findings } from "./findings";

/** Characters of a statement. Source: PolicyDefinition in AgentCore's API. */
export const STATEMENT_LENGTH = { min: 35, max: 10_000 } as const;

/** Both as observed in the answers of AgentCore. */
const WILDCARD_RESOURCE =
  "When parsing the policy statement, a wildcard resource was detected. To avoid unexpected behavior changes, " +
  "please constrain the resource either to a specific AgentCore::Gateway resource or to the AgentCore::Gateway " +
  "resource type.";
const CONSTRAINED_ACTION =
  "When parsing the policy statement, a constrained action scope was encountered, please constrain the resource " +
  "to a specific AgentCore::Gateway resource when creating tool-specific policies.";

/**
 * Why AgentCore would refuse this statement whatever the validation mode: length, syntax, number of
 * statements, scope, and the checks against the schema of these targets. Empty when it would not.
 *
 * `getTag` without `hasTag` is not among them: AgentCore takes it, and the condition fails at run time.
 */
export function rejections(statement: string, targets: readonly ToolTarget[]): string[] {
  const { min, max } = STATEMENT_LENGTH;
  if (statement.length < min || statement.length > max) {
    return [`a statement has ${min} to ${max} characters, this one has ${statement.length}`];
  }
  const parts = policySetTextToParts(statement);
  if (parts.type === "failure") return parts.errors.map(({ message }) => `failed to parse: ${message}`);
  const count = parts.policies.length + parts.policy_templates.length;
  const policy = parseStatement(statement);
  if (count !== 1 || !policy) return [`a policy holds exactly one statement, this one has ${count}`];

  if (policy.resource.op === "All") return [WILDCARD_RESOURCE];
  if (policy.resource.op === "is" && policy.action.op !== "All") return [CONSTRAINED_ACTION];
  const unknown = unknownActions(policy, schemaFor(targets));
  if (unknown.length > 0) return unknown.map((action) => `unrecognized action \`AgentCore::Action::"${action}"\``);
  return judge(statement, targets)
    .errors.filter((error) => !isUnguardedTag(error))
    .map(({ error }) => error.message);
}

/** What Cedar's strict validation says of a statement, each with its place in the text. */
export interface Judgement {
  readonly errors: readonly ValidationError[];
  /** It is valid, but for one it can never apply, or its text looks like what it is not. */
  readonly warnings: readonly ValidationError[];
}

/** What Cedar says of one statement. */
export const judge = (statement: string, targets: readonly ToolTarget[]): Judgement =>
  judgeAll([statement], targets)[0] ?? { errors: [], warnings: [] };

/**
 * Validates statements, each by itself, against the tools in its scope. A whole target and every action also stand for tools to
 * come, whose input nobody knows: there an argument must be tested for with `has`. Source: AgentCore's guide,
 * "Action and resource scoped policies".
 */
export function judgeAll(statements: readonly string[], targets: readonly ToolTarget[]): Judgement[] {
  if (statements.length === 0) return [];
  const schema = schemaFor(withFutureTools(targets)).json;
  const ids = statements.map((_, index) => (index === 0 ? FIRST : `${FIRST}${index}`));
  const staticPolicies = Object.fromEntries(statements.map((statement, index) => [ids[index], statement]));
  const answer = validate({ schema, policies: { staticPolicies } });
  if (answer.type === "success") {
    const of = (found: readonly ValidationError[], id: string) => found.filter(({ policyId }) => policyId === id);
    return ids.map((id) => ({ errors: of(answer.validationErrors, id), warnings: of(answer.validationWarnings, id) }));
  }
  // One that Cedar cannot read hides what it would say of the others.
  if (statements.length > 1) return statements.map((statement) => judge(statement, targets));
  return [{ errors: answer.errors.map((error) => ({ policyId: FIRST, error })), warnings: [] }];
}

/** What a statement is called in Cedar's messages. */
const FIRST = "statement";

export const isUnguardedTag = ({ error }: ValidationError) => /access to tag/.test(error.message);
