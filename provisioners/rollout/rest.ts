import type { EnginePolicy } from "../aws/policies";
import type { Context } from "../context";
import { WAIT_DEADLINE, waitUntil } from "../wait";
import { isSign, namesOf } from "./names";
import { hasNoEffect } from "./plan";
import type { Rollout } from "./run";
import { settledPolicies } from "./settle";

/** How long a rollout may take, in propagation times: it waits for three at most, and for AWS. */
const LONGEST = 6;
/** The HTTP date that ages are measured by has whole seconds. */
const DATE_RESOLUTION = 1_000;

/**
 * All policies of the engine, once it is at rest: none is in transition, no other rollout is under way (its sign is gone,
 * or so old that it is a killed run's), and all that decide have taken effect, unless the engine is `asWanted` already.
 */
export async function policiesAtRest(
  context: Context,
  { engineId, prefix, propagation }: Rollout,
  asWanted: (policies: readonly EnginePolicy[]) => boolean,
): Promise<EnginePolicy[]> {
  const ages = new Ages();
  const restless = (policies: readonly EnginePolicy[]) => {
    const signs = policies.filter(({ name }) => isSign(name, prefix));
    const others = signs.filter((sign) => ages.of(sign) < LONGEST * propagation);
    if (others.length > 0 || asWanted(policies)) return others;
    return policies.filter((policy) => !hasNoEffect(policy) && ages.of(policy) < propagation);
  };
  let isTold = false;
  const { policies } = await waitUntil(context, {
    what: "the engine to be at rest",
    look: async () => {
      const policies = await settledPolicies(context, engineId);
      ages.note(policies);
      const waitedFor = restless(policies);
      if (!isTold && waitedFor.length > 0) context.log.step(reasonFor(waitedFor, prefix));
      isTold ||= waitedFor.length > 0;
      return { policies, waitedFor };
    },
    done: ({ waitedFor }) => waitedFor.length === 0,
    state: ({ waitedFor }) => namesOf(waitedFor),
    deadline: WAIT_DEADLINE + LONGEST * propagation,
  });
  return policies;
}

function reasonFor(restless: readonly EnginePolicy[], prefix: string): string {
  const signs = restless.filter(({ name }) => isSign(name, prefix));
  return signs.length > 0
    ? `waiting: another rollout is under way, or was killed a moment ago; its sign is ${namesOf(signs)}`
    : `waiting until what was changed a moment ago has taken effect: ${namesOf(restless)}`;
}

/**
 * How long policies have been as they are, in milliseconds: by AWS's dates, or by what was seen, where that is longer or
 * the policy was seen in transition.
 */
class Ages {
  private readonly since = new Map<string, number>();
  private readonly undated = new Set<string>();

  note(policies: readonly EnginePolicy[]): void {
    for (const policy of policies) {
      const state = stateOf(policy);
      if (!this.since.has(state)) this.since.set(state, performance.now());
      if (policy.age === 0) this.undated.add(state);
    }
  }

  of(policy: EnginePolicy): number {
    const state = stateOf(policy);
    const seen = performance.now() - (this.since.get(state) ?? Infinity);
    return this.undated.has(state) ? seen : Math.max(policy.age - DATE_RESOLUTION, seen);
  }
}

const stateOf = ({ id, status, enforcementMode, text }: EnginePolicy) =>
  JSON.stringify([id, status, enforcementMode, text]);
