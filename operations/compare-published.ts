import { engineParameter, policyParameters } from "../provisioners/publish";
import { idsOf, isConverged, type RolloutPlan } from "../provisioners/rollout/plan";
import type { Deployment } from "./deployment";
import type { Finding } from "./finding";
import type { Snapshot } from "./snapshot";

/**
 * The ids that the scripts published, by which others find the engine and its policies; no script believes them. Where a
 * rollout would change policies, it publishes their ids as well, so these are not told of besides.
 */
export function comparePublished(
  { names }: Pick<Deployment, "names">,
  { engine, published }: Pick<Snapshot, "engine" | "published">,
  plan: RolloutPlan,
): Finding[] {
  if (!engine) return [];
  const prefix = names.parameters.policy;
  const policies = isConverged(plan) ? policyParameters(prefix, idsOf(plan.keep)) : [];
  return [...engineParameter(prefix, engine), ...policies].flatMap(([name, wanted]) => {
    const seen = published.get(name);
    if (seen === wanted) return [];
    const what = seen === undefined ? "is missing" : "names something else";
    return [{ resource: `parameter ${name}`, what, effect: "none" as const, wanted, seen: seen ?? "none" }];
  });
}
