import { createPolicy, deletePolicy, listPolicies, type CreatedPolicy } from "../aws/policies";
import type { Context } from "../context";
import { isQuota } from "../retry";
import { hasRoomFor } from "./limits";
import { signName } from "./names";
import type { RolloutPlan } from "./plan";
import type { Rollout } from "./run";
import { untilGone } from "./settle";

/**
 * The sign that a rollout is under way: a policy without effect, with the text of a statement that the rollout is about,
 * from before its first change to its end. By it others know that they are not alone, and AWS dates it, so that two
 * agree on which began first. There is none where the engine is full: that a deletion mends alone.
 */
export class Sign {
  private isUp: boolean;

  private constructor(
    private readonly context: Context,
    private readonly rollout: Rollout,
    private readonly policy: CreatedPolicy | undefined,
  ) {
    this.isUp = policy !== undefined;
  }

  static async raise(context: Context, rollout: Rollout, plan: RolloutPlan): Promise<Sign> {
    const text = textFor(plan);
    if (text === undefined || !hasRoomFor(plan, text)) return new Sign(context, rollout, undefined);
    const name = signName(rollout.prefix);
    context.log.step(`the sign of this rollout, a policy without effect: ${name}`);
    const { engineId } = rollout;
    const how = { enforcementMode: "LOG_ONLY", validationMode: "IGNORE_ALL_FINDINGS" } as const;
    try {
      return new Sign(context, rollout, await createPolicy(context, { engineId, name, text, ...how }));
    } catch (error) {
      if (isQuota(error)) return new Sign(context, rollout, undefined);
      // AWS may have made it without an answer, and the next run would wait for it.
      const made = await listPolicies(context, engineId).catch(() => []);
      for (const policy of made.filter((policy) => policy.name === name))
        await deletePolicy(context, engineId, policy.id).catch(() => undefined);
      throw error;
    }
  }

  /** The policy, as long as it is to be in the engine. */
  get standing(): readonly CreatedPolicy[] {
    return this.isUp && this.policy ? [this.policy] : [];
  }

  /** The policy, which whoever calls this deletes. */
  handOver(): readonly CreatedPolicy[] {
    const standing = this.standing;
    this.isUp = false;
    return standing;
  }

  /** Deletes the policy, where nobody has. */
  async lower(): Promise<void> {
    const { context, rollout } = this;
    const standing = this.handOver();
    for (const { id } of standing) await deletePolicy(context, rollout.engineId, id);
    if (standing.length > 0) await untilGone(context, rollout.engineId, standing);
  }
}

/** The shortest, as it takes room. */
const textFor = ({ stage, resume, retire }: RolloutPlan): string | undefined =>
  [...stage, ...resume.map(({ wanted }) => wanted), ...retire]
    .flatMap(({ text }) => text ?? [])
    .toSorted((one, other) => one.length - other.length)[0];
