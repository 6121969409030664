import type { CreatedPolicy, EnginePolicy } from "../aws/policies";
import { LifecycleError } from "../failure";
import { isManaged, isSign, namesOf } from "./names";
import { isLive, type Placed, type RolloutPlan } from "./plan";
import type { Rollout } from "./run";
import type { Sign } from "./sign";

/** What of a look at the engine is not this run's doing. */
export interface Disturbance {
  /** What this run rests on, and is not live any more as it was; its own sign, where somebody took it down. */
  readonly changed: readonly Named[];
  /** Another run's policies, where that one began before this one, or this one has no sign to compare by. */
  readonly older: readonly Named[];
  /** Another run's policies, where that one began later. */
  readonly younger: readonly EnginePolicy[];
}

type Named = Pick<EnginePolicy, "id" | "name">;

/**
 * Notices that somebody else writes the same engine, which AWS neither prevents nor tells. What this run rests on must
 * still be live, and a managed policy that this run knows nothing of is another run's. Each run raises its sign before
 * it looks, so of two at once at least one sees the other, and both agree on which began first. Neither knows, or rests
 * on, what the other one made, so the later one may take its own back.
 */
export class Alone {
  private readonly known: ReadonlySet<string>;

  /** `made` are the policies that this run has made itself, beside its sign. */
  constructor(
    private readonly rollout: Rollout,
    plan: RolloutPlan,
    private readonly sign: Sign,
    made: readonly Placed[],
  ) {
    const placed = [...plan.keep, ...plan.resume, ...made].map(({ policy }) => policy);
    const known = [...placed, ...plan.retire, ...plan.discard, ...sign.standing];
    this.known = new Set(known.map(({ id }) => id));
  }

  look(policies: readonly EnginePolicy[], live: readonly Placed[]): Disturbance {
    const seen = new Map(policies.map((policy) => [policy.id, policy]));
    const changed = live.filter(({ wanted, policy }) => {
      const now = seen.get(policy.id);
      return !now || !isLive(now) || now.text !== wanted.text;
    });
    const [sign] = this.sign.standing;
    const lost = sign && !seen.has(sign.id) ? [sign] : [];
    const added = policies.filter(({ id, name }) => isManaged(name, this.rollout.prefix) && !this.known.has(id));
    const signs = added.filter(({ name }) => isSign(name, this.rollout.prefix));
    // Without a sign they are those of a run that is through, and it did not see this one.
    const isFirst = sign && signs.length > 0 && signs.every((other) => isOlder(sign, other));
    return {
      changed: [...changed.map(({ policy }) => policy), ...lost],
      ...(isFirst ? { older: [], younger: added } : { older: added, younger: [] }),
    };
  }
}

/** Two policies that are made in the same moment have an order too, the same for everybody. */
const isOlder = (one: CreatedPolicy, other: CreatedPolicy): boolean =>
  one.createdAt < other.createdAt || (one.createdAt === other.createdAt && one.id < other.id);

/** Policies are not as this run left them; `so` says what became of it. */
export function disturbed(rollout: Rollout, policies: readonly Named[], so: string): LifecycleError {
  return new LifecycleError({
    what: `policies were changed by somebody else while they were rolled out; ${so}`,
    resource: `policy engine ${rollout.engineId}: ${namesOf(policies)}`,
    next: "find out who else writes this engine, then run `cdktf deploy` again: it goes on from what is live",
  });
}

/** This run has taken back what it had made, for one that began before it. */
export function gaveWay(rollout: Rollout, others: readonly Named[]): LifecycleError {
  return new LifecycleError({
    what: "another rollout of this engine began before this one, so this one gave way; what it had made is deleted again and the live policies are untouched",
    resource: `policy engine ${rollout.engineId}, the other one's: ${namesOf(others)}`,
    next: "when the other one is through, run `cdktf deploy` again: it goes on from what is live",
  });
}
