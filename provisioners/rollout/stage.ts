import type { EnforcementMode } from "@aws-sdk/client-bedrock-agentcore-control";
import pMap from "p-map";
import { createPolicy, deletePolicy, isNameTaken, listPolicies, type EnginePolicy } from "../aws/policies";
import type { Context } from "../context";
import { CONCURRENCY } from "../engine";
import { LifecycleError, awsWords } from "../failure";
import { isInvalid } from "../retry";
import { listed, namesFor } from "./names";
import { hasNoEffect, type Placed, type RolloutPlan } from "./plan";
import type { Rollout } from "./run";
import type { Sign } from "./sign";
import { settledPolicies, untilGone, untilSettled } from "./settle";
import type { WantedStatement } from "./wanted";

interface Rejection {
  readonly statement: WantedStatement;
  readonly reasons: readonly string[];
  /** False where AWS did not judge the statement: a quota, a permission, a fault of the service. */
  readonly isVerdict: boolean;
}

/** Whether staging protects nothing: a statement that is alone in being new stands or falls by itself. */
const isOneAlone = (plan: RolloutPlan) => plan.stage.length === 1 && plan.resume.length === 0;

/**
 * Phase 1: creates every new statement, permits before forbids, and waits for AWS's verdict. They are LOG_ONLY until
 * all are accepted; one that is alone decides from the start, which saves it an update. When one is rejected all that was staged is deleted again, also by earlier runs, and LifecycleError tells
 * AWS's reasons: what is live is untouched, and so is a policy whose update failed, as it may still decide.
 */
export async function stageAll(context: Context, rollout: Rollout, plan: RolloutPlan, sign: Sign): Promise<Staging> {
  const staged: Placed[] = [];
  const signs = sign.standing.map(({ id }) => id);
  if (plan.stage.length === 0) return { made: [], seen: await allSettled(context, rollout, signs) };
  let seen: readonly EnginePolicy[] = [];
  for (const effect of ["permit", "forbid"] as const) {
    const statements = plan.stage.filter((statement) => statement.effect === effect);
    if (statements.length === 0) continue;
    const how = isOneAlone(plan)
      ? `creating one new ${effect}`
      : `staging ${statements.length} new ${effect}s without effect`;
    context.log.step(`1/5: ${how}: ${listed(statements.map(({ stem }) => stem))}`);
    const enforcementMode = isOneAlone(plan) ? "ACTIVE" : "LOG_ONLY";
    const outcome = await createSome(context, { ...rollout, enforcementMode, signs }, statements);
    staged.push(...outcome.placed);
    seen = outcome.seen;
    if (outcome.rejected.length > 0) {
      const staging = plan.resume.filter(({ policy }) => hasNoEffect(policy));
      const known = [...staging, ...staged, ...outcome.failed].map(({ policy }) => policy);
      const left = await takeBack(context, rollout, plan, known, outcome.rejected);
      throw rejectedBy(rollout, plan, staged, outcome.rejected, left);
    }
  }
  return { made: staged, seen };
}

export interface Staging {
  readonly made: readonly Placed[];
  /** What the engine held when all of it was made, this run's sign with it. */
  readonly seen: readonly EnginePolicy[];
}

const allSettled = async (context: Context, { engineId }: Rollout, ids: readonly string[]): Promise<EnginePolicy[]> =>
  ids.length === 0 ? listPolicies(context, engineId) : [...(await untilSettled(context, engineId, ids)).values()];

interface Outcome {
  readonly placed: Placed[];
  readonly seen: readonly EnginePolicy[];
  readonly failed: { policy: Pick<EnginePolicy, "id" | "name"> }[];
  readonly rejected: Rejection[];
}

type Creation = Rollout & { readonly enforcementMode: EnforcementMode; readonly signs: readonly string[] };

async function createSome(
  context: Context,
  creation: Creation,
  statements: readonly WantedStatement[],
): Promise<Outcome> {
  // One refusal must not hide the ids of the others: each attempt brings its own outcome.
  const attempts = await pMap(
    statements,
    async (statement) => {
      try {
        return { statement, id: await createUnderFreeName(context, creation, statement) };
      } catch (error) {
        return { statement, rejection: { statement, reasons: [awsWords(error)], isVerdict: isInvalid(error) } };
      }
    },
    { concurrency: CONCURRENCY },
  );
  const created = attempts.flatMap(({ statement, id }) => (id === undefined ? [] : [{ statement, id }]));
  const seen = await allSettled(context, creation, [...creation.signs, ...created.map(({ id }) => id)]);
  const settled = new Map(seen.map((policy) => [policy.id, policy]));
  const judged = created.flatMap(({ statement, id }) => {
    const policy = settled.get(id);
    return policy ? [{ wanted: statement, policy }] : [];
  });
  const bad = judged.filter(({ policy }) => policy.status !== "ACTIVE");
  return {
    seen,
    placed: judged.filter(({ policy }) => policy.status === "ACTIVE"),
    failed: bad,
    rejected: [
      ...attempts.flatMap(({ rejection }) => rejection ?? []),
      ...bad.map(({ wanted, policy }) => ({
        statement: wanted,
        isVerdict: true,
        reasons: policy.statusReasons.length > 0 ? policy.statusReasons : [`status ${policy.status}`],
      })),
    ],
  };
}

async function createUnderFreeName(context: Context, creation: Creation, statement: WantedStatement): Promise<string> {
  const { engineId, prefix, validationMode, enforcementMode } = creation;
  let taken: unknown;
  for (const name of namesFor(prefix, statement.stem, statement.text)) {
    try {
      const { text } = statement;
      return (await createPolicy(context, { engineId, name, text, validationMode, enforcementMode })).id;
    } catch (error) {
      if (!isNameTaken(error)) throw error;
      taken = error;
      context.log.step(`the name ${name} is taken in this account; trying the next generation`);
    }
  }
  throw taken;
}

/** Deletes what was staged. Returns why not all of it could be deleted; undefined where it is gone. */
async function takeBack(
  context: Context,
  rollout: Rollout,
  plan: RolloutPlan,
  staged: readonly Pick<EnginePolicy, "id" | "name">[],
  rejected: readonly Rejection[],
): Promise<string | undefined> {
  try {
    const policies = [...staged, ...(await unanswered(context, rollout, plan, rejected))];
    context.log.step(`rejected: deleting the ${policies.length} staged policies again`);
    await pMap(policies, ({ id }) => deletePolicy(context, rollout.engineId, id), { concurrency: CONCURRENCY });
    await untilGone(context, rollout.engineId, policies);
    return undefined;
  } catch (error) {
    return awsWords(error);
  }
}

/** Policies that AWS made although no answer said so: they bear the statement's name and text, and were not there before. */
async function unanswered(
  context: Context,
  { engineId, prefix }: Rollout,
  { keep, retire, discard, resume }: RolloutPlan,
  rejected: readonly Rejection[],
): Promise<EnginePolicy[]> {
  const unknown = rejected.filter(({ isVerdict }) => !isVerdict).map(({ statement }) => statement);
  if (unknown.length === 0) return [];
  const before = new Set([...keep, ...resume].map(({ policy }) => policy.id));
  for (const { id } of [...retire, ...discard]) before.add(id);
  const isMade = ({ id, name, text }: EnginePolicy) =>
    !before.has(id) && unknown.some((one) => one.text === text && name.startsWith(`${prefix}_${one.stem}_`));
  return (await settledPolicies(context, engineId)).filter(isMade);
}

function rejectedBy(
  rollout: Rollout,
  plan: RolloutPlan,
  staged: readonly Placed[],
  rejected: readonly Rejection[],
  left: string | undefined,
): LifecycleError {
  // The verdict on one statement depends on what else is in the engine.
  const together = [
    ...plan.keep.map(({ wanted }) => wanted.stem),
    ...plan.retire.map(({ name }) => name),
    ...plan.unmanaged.map(({ name }) => name),
    ...staged.map(({ wanted }) => wanted.stem),
  ];
  const isVerdict = rejected.every((rejection) => rejection.isVerdict);
  const outcome =
    left === undefined
      ? "everything staged was deleted again"
      : `what was staged could not all be deleted again (${left}), which the next run does`;
  return new LifecycleError({
    what: `${isVerdict ? "AWS rejects statements of the policy set" : "statements could not be created"}; ${outcome} and the live policies are untouched`,
    resource: `policy engine ${rollout.engineId}, judged beside: ${together.join(", ") || "nothing else"}`,
    awsSaid: rejected.flatMap(({ statement, reasons }) =>
      reasons.map((reason) => `${statement.stem}.cedar: ${reason}`),
    ),
    next: isVerdict
      ? "mend the statements and deploy again; where a finding is meant, set policyEngine.validationMode to " +
        "IGNORE_ALL_FINDINGS (schema errors are always refused)"
      : "see to what AWS names (a quota, a permission in docs/deployer-policy.json, or its own fault), then deploy again",
  });
}
