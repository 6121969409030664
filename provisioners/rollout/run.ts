import pMap from "p-map";
import { activatePolicy, deletePolicy, listPolicies, type EnginePolicy, type ValidationMode } from "../aws/policies";
import type { Context } from "../context";
import { CONCURRENCY } from "../engine";
import { Alone } from "./alone";
import { checkLimits } from "./limits";
import { listed } from "./names";
import { Pace } from "./pace";
import { idsOf, isConverged, isLive, planRollout, type Placed, type RolloutPlan } from "./plan";
import { settledPolicies, untilGone, untilLive } from "./settle";
import { isOneAlone, stageAll } from "./stage";
import type { WantedStatement } from "./wanted";

export interface Rollout {
  readonly engineId: string;
  /** Managed policies are named `<prefix>_<file stem>_<hash8>`. */
  readonly prefix: string;
  /** Names of policies that others made, to be retired like the deployment's own; none if absent. */
  readonly replaced?: readonly string[];
  readonly validationMode: ValidationMode;
  /** From ACTIVE to effect, in milliseconds. */
  readonly propagation: number;
}

/**
 * Brings the engine from the statements that are live to the ones that are wanted. At every instant, also
 * after a crash: what both sets allow is never denied, and what both deny is never allowed.
 *
 * 1. stage the new ones without effect; if AWS rejects one, take all of them back: live is untouched;
 * 2. activate new forbids; 3. activate new permits; 4. delete old permits; 5. delete old forbids.
 *
 * A statement that is alone in being new has nothing to be staged for: it is created in its phase, in effect at once.
 * Before a phase begins, everything that its safety rests on has taken effect. A failure in 2 to 5 stops; the
 * next run goes on from what is live then. Returns the policy id of every statement, by file stem.
 */
export async function rollOut(
  context: Context,
  rollout: Rollout,
  wanted: readonly WantedStatement[],
): Promise<Map<string, string>> {
  const policies = await settledPolicies(context, rollout.engineId);
  // Ages are as of that list, and settling may have taken minutes.
  const pace = new Pace(rollout.propagation, context.log);
  const plan = planRollout(policies, wanted, rollout);
  report(context, plan);
  if (isConverged(plan)) return idsOf(plan.keep);

  checkLimits(plan, rollout.engineId);
  await discard(context, rollout, plan);
  const run = { context, rollout, plan, pace };
  // A permit that is created with effect waits, as one that is activated does, for the forbids that stand.
  if (isOneAlone(plan) && plan.stage.some(({ effect }) => effect === "permit")) await beforePermits(run, [], []);
  const staged = [...plan.resume, ...(await stageAll(context, rollout, plan))];
  await activate(run, staged);
  await retire(run, staged);
  return idsOf([...plan.keep, ...staged]);
}

/** One rollout that is under way. */
interface Run {
  readonly context: Context;
  readonly rollout: Rollout;
  readonly plan: RolloutPlan;
  readonly pace: Pace;
}

/**
 * Waits until every forbid that is to hold against new permits has taken effect: those that stood at the start, and
 * those of this run, `activated`, at the time `hold`. Another run may have begun meanwhile, so after a wait it looks
 * whether they still stand.
 */
async function beforePermits(
  run: Run,
  activated: readonly Placed[],
  staged: readonly Placed[],
  hold = 0,
): Promise<void> {
  const { context, rollout, plan, pace } = run;
  const reason = "forbids take effect before new permits";
  if (!(await pace.until(reason, hold, pace.ofListed(standing(plan, "forbid"))))) return;
  const standingNow = await listPolicies(context, rollout.engineId);
  new Alone(rollout, plan, staged).confirm(standingNow, [...plan.keep, ...activated], "no new permit was activated");
}

/** Phases 2 and 3. Permits wait until every forbid that is to hold against them has taken effect. */
async function activate(run: Run, staged: readonly Placed[]): Promise<void> {
  const { context, rollout, plan, pace } = run;
  const [forbids, permits] = byEffect(staged, ({ wanted }) => wanted.effect);
  await activateAll(context, rollout, "2/5", "forbids", forbids);
  const forbidsHold = forbids.length > 0 ? pace.fromNow() : 0;
  if (permits.length > 0) {
    await beforePermits(run, forbids, staged, forbidsHold);
    await activateAll(context, rollout, "3/5", "permits", permits);
  }
  if (plan.retire.length === 0) return;
  const permitsHold = permits.length > 0 ? pace.fromNow() : 0;
  const reason = "new statements take effect before old ones go";
  await pace.until(reason, forbidsHold, permitsHold, pace.ofListed(standing(plan, "permit")));
}

/**
 * Phases 4 and 5. Old forbids wait until no old permit is in effect any more; one that an earlier run
 * deleted leaves no trace to date it by, so the wait counts from this run's start at least.
 */
async function retire({ context, rollout, plan, pace }: Run, staged: readonly Placed[]): Promise<void> {
  const alone = new Alone(rollout, plan, staged);
  const placed = [...plan.keep, ...staged];
  const look = () => listPolicies(context, rollout.engineId);
  alone.confirm(await look(), placed, "no old statement was deleted");
  const [forbids, permits] = byEffect(plan.retire, ({ effect }) => effect ?? "forbid");
  const leave = async (phase: string, policies: readonly EnginePolicy[]) => {
    if (policies.length === 0) return;
    alone.confirm(await deleteAll(context, rollout, phase, policies), placed, "the engine is not as wanted");
  };
  await leave("4/5: deleting old permits", permits);
  if (forbids.length === 0) return;
  const permitsGone = permits.length > 0 ? pace.fromNow() : 0;
  const reason = "old permits lose their effect before old forbids go";
  // After a wait another run may have begun, and rest on the forbids that are old to this one.
  if (await pace.until(reason, permitsGone, pace.sinceStart, pace.ofListed(standing(plan, "forbid"))))
    alone.confirm(await look(), placed, "no old forbid was deleted");
  await leave("5/5: deleting old forbids", forbids);
}

async function activateAll(
  context: Context,
  rollout: Rollout,
  phase: string,
  kind: string,
  placed: readonly Placed[],
): Promise<void> {
  const waiting = placed.filter(({ policy }) => !isLive(policy));
  if (waiting.length === 0) return;
  context.log.step(`${phase}: activating ${waiting.length} new ${kind}: ${names(waiting.map(({ policy }) => policy))}`);
  const { engineId, validationMode } = rollout;
  await pMap(
    waiting,
    ({ wanted, policy }) => activatePolicy(context, { engineId, id: policy.id, text: wanted.text, validationMode }),
    { concurrency: CONCURRENCY },
  );
  await untilLive(context, engineId, waiting);
}

/** What has no effect goes first: it only takes room. */
async function discard(context: Context, rollout: Rollout, { discard: policies }: RolloutPlan): Promise<void> {
  if (policies.length > 0)
    await deleteAll(context, rollout, "clearing what an earlier run left without effect", policies);
}

/** Returns what the engine holds when they are gone. */
async function deleteAll(
  context: Context,
  rollout: Rollout,
  what: string,
  policies: readonly EnginePolicy[],
): Promise<EnginePolicy[]> {
  context.log.step(`${what}: ${names(policies)}`);
  await pMap(policies, ({ id }) => deletePolicy(context, rollout.engineId, id), { concurrency: CONCURRENCY });
  return untilGone(context, rollout.engineId, policies);
}

function report(context: Context, plan: RolloutPlan): void {
  const counts = [
    `${plan.keep.length} unchanged`,
    `${plan.stage.length} new`,
    ...(plan.resume.length > 0 ? [`${plan.resume.length} staged before`] : []),
    `${plan.retire.length} old`,
  ];
  context.log.step(`policies: ${counts.join(", ")}`);
  if (plan.unmanaged.length > 0) {
    const permits = plan.unmanaged.filter(({ effect }) => effect !== "forbid");
    const note = permits.length > 0 ? `; ${names(permits)} may allow more than the policy set does` : "";
    context.log.step(`warning: ${plan.unmanaged.length} policies in the engine are not this deployment's${note}`);
  }
}

/** Policies that are live before and after, of one effect or of an unknown one. */
const standing = (plan: RolloutPlan, effect: "permit" | "forbid"): EnginePolicy[] =>
  [...plan.keep.map(({ policy }) => policy), ...plan.unmanaged].filter(
    (policy) => policy.effect === undefined || policy.effect === effect,
  );

const byEffect = <T>(items: readonly T[], effectOf: (item: T) => "permit" | "forbid"): [forbids: T[], permits: T[]] => [
  items.filter((item) => effectOf(item) === "forbid"),
  items.filter((item) => effectOf(item) === "permit"),
];

const names = (policies: readonly EnginePolicy[]) => listed(policies.map(({ name }) => name));
