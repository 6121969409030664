import { listPolicies, type EnginePolicy } from "../aws/policies";
import { waitUntil } from "../wait";
import { disturbed, gaveWay, type Disturbance } from "./alone";
import { deleteAll } from "./delete";
import { namesOf } from "./names";
import { isLive, type Placed } from "./plan";
import type { Rollout, Run } from "./run";

/**
 * Takes back what this run has `made`, and throws LifecycleError, where another run began before it, or what it rests
 * on is not live any more. `policies` were seen after all of it was made.
 */
export async function giveWay(
  { context, rollout, plan, alone }: Run,
  made: readonly Placed[],
  policies: readonly EnginePolicy[],
): Promise<void> {
  const { changed, older } = alone.look(policies, plan.keep);
  if (changed.length + older.length === 0) return;
  const own = made.map(({ policy }) => policy);
  await deleteAll(context, rollout, "another writes this engine too: deleting what was made again", own);
  throw older.length > 0
    ? gaveWay(rollout, older)
    : disturbed(rollout, changed, "what it had made is deleted again, and nothing else was changed");
}

/**
 * How long a run that began later may take to notice this one and to take back what it made, in milliseconds: while it
 * stages, and from then on, as it gives way as soon as all is staged.
 */
const STAGING = 120_000;
const GIVING_WAY = 20_000;

/** Waits for runs that began later to give way. Throws LifecycleError where somebody else's change stands. */
export async function untilAlone(
  { context, rollout, alone }: Run,
  policies: readonly EnginePolicy[],
  live: readonly Placed[],
  so: string,
): Promise<void> {
  const seen = alone.look(policies, live);
  if (isOver(seen, 0)) return checkAlone(rollout, seen, so);
  context.log.step("another rollout of this engine began after this one: waiting until it gives way");
  const start = Date.now();
  const end = await waitUntil(context, {
    what: "the other rollout to give way",
    look: async () => alone.look(await listPolicies(context, rollout.engineId), live),
    done: (now) => isOver(now, Date.now() - start),
    state: ({ younger }) => namesOf(younger),
  });
  checkAlone(rollout, end, so);
}

/** Whether there is nothing to wait for: no other run, or one that does not give way. */
const isOver = ({ changed, older, younger }: Disturbance, waited: number) =>
  younger.length === 0 || changed.length + older.length > 0 || waited > (younger.some(isLive) ? GIVING_WAY : STAGING);

/** Throws LifecycleError where somebody else's change is seen; `so` says what became of this run. */
export function checkAlone(rollout: Rollout, { changed, older, younger }: Disturbance, so: string): void {
  const others = [...changed, ...older, ...younger];
  if (others.length > 0) throw disturbed(rollout, others, so);
}
