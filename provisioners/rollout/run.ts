import pMap from "p-map";
import { activatePolicy, listPolicies, type EnginePolicy, type ValidationMode } from "../aws/policies";
import type { Context } from "../context";
import { CONCURRENCY } from "../engine";
import { Alone, disturbed } from "./alone";
import { deleteAll } from "./delete";
import { checkAlone, giveWay, untilAlone } from "./give-way";
import { checkLimits } from "./limits";
import { namesOf } from "./names";
import { Pace } from "./pace";
import { idsOf, isConverged, isLive, planRollout, type Placed, type RolloutPlan } from "./plan";
import { policiesAtRest } from "./rest";
import { untilLive } from "./settle";
import { Sign } from "./sign";
import { stageAll } from "./stage";
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
  const plan = await begin(context, rollout, wanted);
  if (isConverged(plan)) return idsOf(plan.keep);
  const pace = new Pace(rollout.propagation, context.log);
  const sign = await Sign.raise(context, rollout, plan);
  try {
    const placed = await change({ context, rollout, plan, pace, sign });
    await sign.lower();
    return idsOf([...plan.keep, ...placed]);
  } catch (error) {
    // What failed is told; a sign that stays is a killed run's for the next one.
    await sign.lower().catch(() => undefined);
    throw error;
  }
}

/** What there is to do, once nothing is left of earlier runs that has no effect. */
async function begin(context: Context, rollout: Rollout, wanted: readonly WantedStatement[]): Promise<RolloutPlan> {
  for (;;) {
    const planFor = (policies: readonly EnginePolicy[]) => planRollout(policies, wanted, rollout);
    const plan = planFor(await policiesAtRest(context, rollout, (policies) => isConverged(planFor(policies))));
    report(context, plan);
    checkLimits(plan, rollout.engineId);
    if (plan.discard.length === 0) return plan;
    // That takes a while, and a run that was taken for a killed one stops at its next look: what it did is seen next time.
    await deleteAll(context, rollout, "clearing what an earlier run left without effect", plan.discard);
  }
}

/** One rollout that is under way. */
export interface Run {
  readonly context: Context;
  readonly rollout: Rollout;
  readonly plan: RolloutPlan;
  readonly pace: Pace;
  readonly sign: Sign;
  readonly alone: Alone;
}

/** Phases 1 to 5. Returns what was not live before. */
async function change(begun: Omit<Run, "alone">): Promise<readonly Placed[]> {
  const { context, rollout, plan, sign } = begun;
  const { made, seen } = await stageAll(context, rollout, plan, sign);
  const run = { ...begun, alone: new Alone(rollout, plan, sign, made) };
  await giveWay(run, made, seen);
  const staged = [...plan.resume, ...made];
  await activate(run, staged);
  await retire(run, staged);
  return staged;
}

/** Phases 2 and 3. Permits wait until every forbid that is to hold against them has taken effect. */
async function activate(run: Run, staged: readonly Placed[]): Promise<void> {
  const { context, rollout, plan, pace, alone } = run;
  const [forbids, permits] = byEffect(staged, ({ wanted }) => wanted.effect);
  await activateAll(run, "2/5", "forbids", forbids);
  if (forbids.length > 0 && permits.length > 0) {
    await pace.until("new forbids take effect before new permits", pace.fromNow());
    // Meanwhile somebody may have deleted a forbid.
    const seen = alone.look(await listPolicies(context, rollout.engineId), [...plan.keep, ...forbids]);
    checkAlone(rollout, { ...seen, younger: [] }, "no new permit was activated");
  }
  await activateAll(run, "3/5", "permits", permits);
}

/**
 * Phases 4 and 5. Old forbids wait until no old permit is in effect any more; one that an earlier run, or somebody else,
 * deleted leaves no trace to date it by, so the wait counts from this run's start at least.
 */
async function retire(run: Run, staged: readonly Placed[]): Promise<void> {
  const { context, rollout, plan, pace, sign } = run;
  if (plan.retire.length === 0) return;
  if (staged.length > 0) await pace.until("new statements take effect before old ones go", pace.fromNow());
  const placed = [...plan.keep, ...staged];
  const look = () => listPolicies(context, rollout.engineId);
  await untilAlone(run, await look(), placed, "no old statement was deleted");
  const [forbids, permits] = byEffect(plan.retire, ({ effect }) => effect ?? "forbid");
  const leave = async (phase: string, policies: readonly EnginePolicy[], isLast: boolean) => {
    if (policies.length === 0) return;
    const left = await deleteAll(context, rollout, phase, [...policies, ...(isLast ? sign.handOver() : [])]);
    const so = "the engine is not as wanted";
    // Once this run's sign is down others may begin.
    if (isLast) checkAlone(rollout, { ...run.alone.look(left, placed), older: [], younger: [] }, so);
    else await untilAlone(run, left, placed, so);
  };
  await leave("4/5: deleting old permits", permits, forbids.length === 0);
  if (forbids.length === 0) return;
  const permitsGone = permits.length > 0 ? pace.fromNow() : 0;
  await pace.until("old permits lose their effect before old forbids go", permitsGone, pace.sinceStart);
  await untilAlone(run, await look(), placed, "no old forbid was deleted");
  await leave("5/5: deleting old forbids", forbids, true);
}

async function activateAll(
  { context, rollout }: Run,
  phase: string,
  kind: string,
  placed: readonly Placed[],
): Promise<void> {
  const waiting = placed.filter(({ policy }) => !isLive(policy));
  if (waiting.length === 0) return;
  context.log.step(
    `${phase}: activating ${waiting.length} new ${kind}: ${namesOf(waiting.map(({ policy }) => policy))}`,
  );
  const { engineId, validationMode } = rollout;
  const activated = await pMap(
    waiting,
    async ({ wanted, policy }) => ({
      policy,
      isThere: await activatePolicy(context, { engineId, id: policy.id, text: wanted.text, validationMode }),
    }),
    { concurrency: CONCURRENCY },
  );
  const gone = activated.filter(({ isThere }) => !isThere).map(({ policy }) => policy);
  if (gone.length > 0) throw disturbed(rollout, gone, `not all new ${kind} were activated`);
  await untilLive(context, engineId, waiting);
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
    const note = permits.length > 0 ? `; ${namesOf(permits)} may allow more than the policy set does` : "";
    context.log.step(`warning: ${plan.unmanaged.length} policies in the engine are not this deployment's${note}`);
  }
}

const byEffect = <T>(items: readonly T[], effectOf: (item: T) => "permit" | "forbid"): [forbids: T[], permits: T[]] => [
  items.filter((item) => effectOf(item) === "forbid"),
  items.filter((item) => effectOf(item) === "permit"),
];
