import { policySetTextToParts, validate, type ValidationError } from "@cedar-policy/cedar-wasm/nodejs";
import { schemaFor, type AgentCoreSchema } from "./schema";
import { actionsOf, openEnded, parseStatement, unknownActions } from "./scope";
import type { ToolTarget } from "./tools";

/** Characters of a statement. Source: PolicyDefinition in AgentCore's API. */
export const STATEMENT_LENGTH = { min: 35, max: 10_000 } as const;

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

  const schema = schemaFor(targets);
  if (policy.resource.op === "All") return ["a wildcard resource was detected"];
  if (policy.resource.op === "is" && actionsOf(policy).length > openEnded(policy, schema).length) {
    return ["a specific action needs a specific gateway as its resource"];
  }
  const unknown = unknownActions(policy, schema);
  if (unknown.length > 0) return unknown.map((action) => `unrecognized action \`AgentCore::Action::"${action}"\``);
  return typeErrors(statement, schema)
    .filter((error) => !isUnguardedTag(error))
    .map(({ error }) => error.message);
}

/** Cedar's strict validation of one statement: every error with its place in the text. */
export function typeErrors(statement: string, schema: AgentCoreSchema): ValidationError[] {
  const answer = validate({ schema: schema.json, policies: { staticPolicies: { statement } } });
  if (answer.type === "success") return answer.validationErrors;
  return answer.errors.map((error) => ({ policyId: "statement", error }));
}

export const isUnguardedTag = ({ error }: ValidationError) => /access to tag/.test(error.message);

/**
 * What AgentCore's semantic analysis would find in a statement that it does not refuse; the validation mode
 * IGNORE_ALL_FINDINGS lets it pass. Found here: a statement over every tool that holds without a condition,
 * and one that can never hold. AWS's analysis looks at the whole engine and finds more.
 */
export function findings(statement: string, _others: readonly string[], targets: readonly ToolTarget[]): string[] {
  const policy = parseStatement(statement);
  if (!policy) return [];
  const schema = schemaFor(targets);
  const verb = policy.effect === "permit" ? "ALLOW" : "DENY";
  if (isImpossible(statement, schema)) return [`${verb}_NONE: the policy never applies`];
  const covered = openEnded(policy, schema);
  const coversAll = covered.some((group) => ["every action", "Mcp", "CallTool"].includes(group));
  const isUnconditional = policy.principal.op === "All" && policy.conditions.every(isAlwaysTrue);
  return coversAll && isUnconditional ? [`${verb}_ALL: the policy applies to every request`] : [];
}

function isImpossible(statement: string, schema: AgentCoreSchema): boolean {
  const answer = validate({ schema: schema.json, policies: { staticPolicies: { statement } } });
  return answer.type === "success" && answer.validationWarnings.some(({ error }) => /impossible/i.test(error.message));
}

function isAlwaysTrue({ kind, body }: { kind: "when" | "unless"; body: unknown }): boolean {
  const literal = (body as { Value?: unknown }).Value;
  return literal === (kind === "when");
}
