import { validate, type PolicyJson } from "@cedar-policy/cedar-wasm/nodejs";
import { NAMESPACE, PRINCIPAL_TYPES, schemaFor, type AgentCoreSchema } from "./schema";
import { coverageOfGateways, coverageOfPrincipals, coversAction, gatewayOf, parseStatement } from "./scope";
import { isFutureTool, withFutureTools, type ToolTarget } from "./tools";

/**
 * What AgentCore's semantic analysis finds in a statement beside the others of its engine; the validation mode
 * IGNORE_ALL_FINDINGS lets it pass. For every type of caller and every tool in the statement's scope it looks at
 * the engine as it would then be: a permit must not leave every such request allowed, a forbid not every one
 * denied. So a forbid fails where nothing is permitted yet, and one on all callers where only users of OAuth have
 * a permit. The wording is AgentCore's (guide, "Policy generation: per-policy validation"), except for a
 * statement that can never apply: what AWS says of that is not documented.
 *
 * A condition counts as holding always or never where Cedar's types prove it; AWS's analysis proves more.
 */
export function findings(statement: string, others: readonly string[], targets: readonly ToolTarget[]): string[] {
  const policy = parseStatement(statement);
  if (!policy) return [];
  const schema = schemaFor(withFutureTools(targets));
  if (isImpossible(policy, schema)) return [`Ineffective: the ${policy.effect} never applies to a request`];

  const engine = [policy, ...others.flatMap((other) => parseStatement(other) ?? [])];
  const found = combinationsOf(policy, schema).flatMap((combination) => {
    const permits = reaching(engine, "permit", combination, schema);
    const forbids = reaching(engine, "forbid", combination, schema);
    if (policy.effect === "permit") {
      const isOpen = permits.some((one) => one.holdsAlways()) && !forbids.some((one) => one.canHold());
      return isOpen ? [`Overly Permissive: Policy Engine will allow ${described(combination)}`] : [];
    }
    const isShut = forbids.some((one) => one.holdsAlways()) || !permits.some((one) => one.canHold());
    return isShut ? [`Overly Restrictive: Policy Engine will deny ${described(combination)}`] : [];
  });
  return [...new Set(found)];
}

/** Whether Cedar's types prove that a statement applies to no request at all. */
const isImpossible = (policy: PolicyJson, schema: AgentCoreSchema): boolean =>
  areImpossible([policy], schema).includes(true);

/** The same of many statements: Cedar reads the schema once for all of them, which takes most of the time. */
export function areImpossible(policies: readonly PolicyJson[], schema: AgentCoreSchema): boolean[] {
  const answers = proven.get(schema) ?? new Map<string, boolean>();
  proven.set(schema, answers);
  const keys = policies.map((policy) => JSON.stringify(policy));
  const asked = policies.filter((_, index) => !answers.has(keys[index] ?? ""));
  for (const [policy, answer] of proveImpossible(asked, schema)) answers.set(JSON.stringify(policy), answer);
  return keys.map((key) => answers.get(key) ?? false);
}

/** A proof takes Cedar some milliseconds, and every change of an engine asks for the same ones again. */
const proven = new WeakMap<AgentCoreSchema, Map<string, boolean>>();

function proveImpossible(policies: readonly PolicyJson[], schema: AgentCoreSchema): [PolicyJson, boolean][] {
  if (policies.length === 0) return [];
  const staticPolicies = Object.fromEntries(policies.map((policy, index) => [index, policy]));
  const answer = validate({ schema: schema.json, policies: { staticPolicies } });
  if (answer.type === "failure") return policies.map((policy) => [policy, false]);
  const wrong = new Set(answer.validationErrors.map(({ policyId }) => policyId));
  const impossible = answer.validationWarnings
    .filter(({ policyId, error }) => !wrong.has(policyId) && /policy is impossible/.test(error.message))
    .map(({ policyId }) => policyId);
  return policies.map((policy, index) => [policy, impossible.includes(String(index))]);
}

/** Requests that are judged together: from callers of one type, for one tool, on one gateway or on all. */
interface Combination {
  readonly principalType: string;
  readonly action: string;
  readonly gateway: string | undefined;
}

function combinationsOf(policy: PolicyJson, schema: AgentCoreSchema): Combination[] {
  const types = PRINCIPAL_TYPES.filter((type) => coverageOfPrincipals(policy, type) !== "none");
  const actions = [...schema.inputs.keys()].filter((action) => coversAction(policy, action, schema));
  return types.flatMap((principalType) =>
    actions.map((action) => ({ principalType, action, gateway: gatewayOf(policy) })),
  );
}

const described = ({ principalType, action, gateway }: Combination) =>
  `every request for the specified principal (${NAMESPACE}::${principalType}), ` +
  `action (${isFutureTool(action) ? "Any Future Tools" : action}) and ` +
  `resource (${gateway ?? "gateway/*"}) combination if the policy is added or updated`;

/** A statement as it bears on one combination. */
interface Reaching {
  canHold(): boolean;
  holdsAlways(): boolean;
}

function reaching(
  engine: readonly PolicyJson[],
  effect: PolicyJson["effect"],
  { principalType, action, gateway }: Combination,
  schema: AgentCoreSchema,
): Reaching[] {
  return engine.flatMap((policy) => {
    const scope = [coverageOfPrincipals(policy, principalType), coverageOfGateways(policy, gateway)];
    if (policy.effect !== effect || scope.includes("none") || !coversAction(policy, action, schema)) return [];
    const narrowed: PolicyJson = {
      ...policy,
      principal: { op: "is", entity_type: `${NAMESPACE}::${principalType}` },
      action: { op: "==", entity: { type: `${NAMESPACE}::Action`, id: action } },
    };
    return {
      canHold: () => !isImpossible(narrowed, schema),
      holdsAlways: () =>
        scope.every((coverage) => coverage === "all") &&
        policy.conditions.every((condition) => isImpossible({ ...narrowed, conditions: [negated(condition)] }, schema)),
    };
  });
}

type Condition = PolicyJson["conditions"][number];
const negated = ({ kind, body }: Condition): Condition => ({ kind: kind === "when" ? "unless" : "when", body });
