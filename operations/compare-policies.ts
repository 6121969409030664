import type { EnginePolicy } from "../provisioners/aws/policies";
import { isManaged, isSign } from "../provisioners/rollout/names";
import { hasNoEffect, isLive, planRollout, type RolloutPlan } from "../provisioners/rollout/plan";
import { GATEWAY_ARN_PLACEHOLDER } from "../cedar/placeholder";
import type { WantedStatement } from "../provisioners/rollout/wanted";
import type { Deployment } from "./deployment";
import type { Effect, Finding } from "./finding";

/** What a rollout would do now. */
export function planOf(
  { statements, names, settings }: Pick<Deployment, "statements" | "names" | "settings">,
  policies: readonly EnginePolicy[],
  gatewayArn: string,
): RolloutPlan {
  const wanted = statements.map(({ stem, effect, text }) => ({
    stem,
    effect,
    text: text.replaceAll(GATEWAY_ARN_PLACEHOLDER, gatewayArn),
  }));
  return planRollout(policies, wanted, { prefix: names.policyPrefix, replaced: settings.policyEngine.replacePolicies });
}

/** What a rollout would change, told as what is different now. */
export function comparePolicies({ names }: Pick<Deployment, "names">, plan: RolloutPlan): Finding[] {
  const editedAs = pairs(plan.stage, plan.retire, names.policyPrefix);
  const edited = [...editedAs.values()];
  return [
    ...plan.stage.map((statement) => {
      const policy = editedAs.get(statement);
      return policy ? editedFinding(statement, policy) : missingFinding(statement);
    }),
    ...plan.resume.map(({ wanted: statement, policy }) => notLive(statement, policy)),
    ...plan.retire.filter((policy) => !edited.includes(policy)).map((policy) => leftOver(policy, names.policyPrefix)),
    ...plan.discard.map((policy) => idle(policy, names.policyPrefix)),
    ...plan.unmanaged.map(unmanaged),
  ];
}

/** A managed policy whose name is of a wanted statement and whose text is not: somebody edited it. */
function pairs(stage: readonly WantedStatement[], retire: readonly EnginePolicy[], prefix: string) {
  const found = stage.flatMap((statement) => {
    const policy = retire.find(({ name }) => name.startsWith(`${prefix}_${statement.stem}_`));
    return policy ? [[statement, policy] as const] : [];
  });
  return new Map(found);
}

const editedFinding = (statement: WantedStatement, policy: EnginePolicy): Finding => ({
  resource: `policy ${policy.name}`,
  what:
    policy.text === statement.text
      ? `has the text of ${statement.stem}.cedar, and is ${policy.status}`
      : `has another text than ${statement.stem}.cedar`,
  // A narrower forbid and a wider permit are not told apart here: the worse is said.
  effect: "wider",
  wanted: statement.text,
  seen: policy.text ?? "a definition that is not Cedar",
});

const missingFinding = (statement: WantedStatement): Finding => ({
  resource: `policy of ${statement.stem}.cedar`,
  what: "is not in the engine",
  effect: withoutIt(statement.effect),
  wanted: statement.text,
  seen: "none",
});

const notLive = (statement: WantedStatement, policy: EnginePolicy): Finding => ({
  resource: `policy ${policy.name}`,
  what: hasNoEffect(policy)
    ? `is in the engine without effect: status ${policy.status}, enforcement ${policy.enforcementMode}`
    : `is ${policy.status}: AWS does not say whether it decides`,
  effect: withoutIt(statement.effect),
});

const leftOver = (policy: EnginePolicy, prefix: string): Finding => ({
  resource: `policy ${policy.name}`,
  what: `${whose(policy, prefix)}${isLive(policy) ? "" : ` (${policy.status})`}`,
  effect: withIt(policy),
  ...(policy.text !== undefined && { wanted: "none", seen: policy.text }),
});

const whose = ({ name }: EnginePolicy, prefix: string) =>
  isManaged(name, prefix)
    ? "is the deployment's by its name, and in no file of the policy set"
    : "is to be replaced, as policyEngine.replacePolicies says, and is still there";

const idle = (policy: EnginePolicy, prefix: string): Finding => ({
  resource: `policy ${policy.name}`,
  what: isSign(policy.name, prefix)
    ? "is the sign of a rollout that is under way, or was killed"
    : `was left by a rollout that did not end: status ${policy.status}, enforcement ${policy.enforcementMode}`,
  effect: "none",
});

const unmanaged = (policy: EnginePolicy): Finding => ({
  resource: `policy ${policy.name}`,
  what: `was not made by this deployment${isLive(policy) ? "" : ` (${policy.status}, ${policy.enforcementMode})`}`,
  effect: policy.enforcementMode === "LOG_ONLY" || policy.status === "CREATE_FAILED" ? "none" : withIt(policy),
  wanted: "none",
  seen: policy.text ?? "a definition that is not Cedar",
  next: `bring it into the policy set, or have repair delete it: --delete-unmanaged ${policy.name}`,
});

const withoutIt = (effect: "permit" | "forbid"): Effect => (effect === "permit" ? "narrower" : "wider");

/** One that cannot be read may permit anything. */
const withIt = ({ effect }: EnginePolicy): Effect => (effect === "forbid" ? "narrower" : "wider");
