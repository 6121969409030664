import type { EnginePolicy } from "../aws/policies";
import { LifecycleError } from "../failure";
import { isManaged, listed } from "./names";
import { isLive, type Placed, type RolloutPlan } from "./plan";
import type { Rollout } from "./run";

/**
 * Notices that somebody else writes the same engine, which AWS neither prevents nor tells. What this run rests on must
 * still be live, and no managed policy may be there that this run knows nothing of: it is another run's. Of two runs
 * at once the one that looks later sees what the other has made, so that never both take a mixture for theirs.
 */
export class Alone {
  private readonly known: ReadonlySet<string>;

  constructor(
    private readonly rollout: Rollout,
    plan: RolloutPlan,
    staged: readonly Placed[],
  ) {
    const policies = [...[...plan.keep, ...staged].map(({ policy }) => policy), ...plan.retire, ...plan.discard];
    this.known = new Set(policies.map(({ id }) => id));
  }

  /** Throws LifecycleError where somebody else's change is seen; `so` says what became of this run. */
  confirm(policies: readonly EnginePolicy[], live: readonly Placed[], so: string): void {
    const seen = new Map(policies.map((policy) => [policy.id, policy]));
    const changed = live.filter(({ wanted, policy }) => {
      const now = seen.get(policy.id);
      return !now || !isLive(now) || now.text !== wanted.text;
    });
    const added = policies.filter(({ id, name }) => isManaged(name, this.rollout.prefix) && !this.known.has(id));
    const names = [...changed.map(({ policy }) => policy), ...added].map(({ name }) => name);
    if (names.length === 0) return;
    throw new LifecycleError({
      what: `policies were changed by somebody else while they were rolled out; ${so}`,
      resource: `policy engine ${this.rollout.engineId}: ${listed(names)}`,
      next: "find out who else writes this engine, then run `cdktf deploy` again: it goes on from what is live",
    });
  }
}
