import pMap from "p-map";
import { deletePolicy, isNameTaken, stagePolicy, type EnginePolicy } from "../aws/policies";
import type { Context } from "../context";
import { CONCURRENCY } from "../engine";
import { LifecycleError, awsWords } from "../failure";
import { listed, namesFor } from "./names";
import type { Placed, RolloutPlan } from "./plan";
import type { Rollout } from "./run";
import { untilGone, untilSettled } from "./settle";
import type { WantedStatement } from "./wanted";

interface Rejection {
  readonly statement: WantedStatement;
  readonly reasons: readonly string[];
}

/**
 * Phase 1: creates every new statement as LOG_ONLY, permits before forbids, and waits for AWS's verdict.
 * When one is rejected all that was staged is deleted again, also by earlier runs, and LifecycleError tells
 * AWS's reasons: what is live is untouched.
 */
export async function stageAll(context: Context, rollout: Rollout, plan: RolloutPlan): Promise<Placed[]> {
  const staged: Placed[] = [];
  for (const effect of ["permit", "forbid"] as const) {
    const statements = plan.stage.filter((statement) => statement.effect === effect);
    if (statements.length === 0) continue;
    context.log.step(
      `1/5: staging ${statements.length} new ${effect}s without effect: ${listed(statements.map(({ stem }) => stem))}`,
    );
    const outcome = await stageSome(context, rollout, statements);
    staged.push(...outcome.placed);
    if (outcome.rejected.length > 0) {
      await takeBack(context, rollout, [...plan.resume, ...staged, ...outcome.failed]);
      throw rejectedBy(rollout, plan, staged, outcome.rejected);
    }
  }
  return staged;
}

interface Outcome {
  readonly placed: Placed[];
  readonly failed: { policy: Pick<EnginePolicy, "id" | "name"> }[];
  readonly rejected: Rejection[];
}

async function stageSome(context: Context, rollout: Rollout, statements: readonly WantedStatement[]): Promise<Outcome> {
  // One refusal must not hide the ids of the others: each attempt brings its own outcome.
  const attempts = await pMap(
    statements,
    async (statement) => {
      try {
        return { statement, id: await stageUnderFreeName(context, rollout, statement) };
      } catch (error) {
        return { statement, rejection: { statement, reasons: [awsWords(error)] } };
      }
    },
    { concurrency: CONCURRENCY },
  );
  const created = attempts.flatMap(({ statement, id }) => (id === undefined ? [] : [{ statement, id }]));
  const settled = await untilSettled(
    context,
    rollout.engineId,
    created.map(({ id }) => id),
  );
  const judged = created.flatMap(({ statement, id }) => {
    const policy = settled.get(id);
    return policy ? [{ wanted: statement, policy }] : [];
  });
  const bad = judged.filter(({ policy }) => policy.status !== "ACTIVE");
  return {
    placed: judged.filter(({ policy }) => policy.status === "ACTIVE"),
    failed: bad,
    rejected: [
      ...attempts.flatMap(({ rejection }) => rejection ?? []),
      ...bad.map(({ wanted, policy }) => ({
        statement: wanted,
        reasons: policy.statusReasons.length > 0 ? policy.statusReasons : [`status ${policy.status}`],
      })),
    ],
  };
}

async function stageUnderFreeName(context: Context, rollout: Rollout, statement: WantedStatement): Promise<string> {
  const { engineId, prefix, validationMode } = rollout;
  let taken: unknown;
  for (const name of namesFor(prefix, statement.stem, statement.text)) {
    try {
      return await stagePolicy(context, { engineId, name, text: statement.text, validationMode });
    } catch (error) {
      if (!isNameTaken(error)) throw error;
      taken = error;
      context.log.step(`the name ${name} is taken in this account; trying the next generation`);
    }
  }
  throw taken;
}

async function takeBack(
  context: Context,
  rollout: Rollout,
  staged: readonly { policy: Pick<EnginePolicy, "id" | "name"> }[],
) {
  context.log.step(`rejected: deleting the ${staged.length} staged policies again`);
  const policies = staged.map(({ policy }) => policy);
  await pMap(policies, ({ id }) => deletePolicy(context, rollout.engineId, id), { concurrency: CONCURRENCY });
  await untilGone(context, rollout.engineId, policies);
}

function rejectedBy(
  rollout: Rollout,
  plan: RolloutPlan,
  staged: readonly Placed[],
  rejected: readonly Rejection[],
): LifecycleError {
  // The verdict on one statement depends on what else is in the engine.
  const together = [
    ...plan.keep.map(({ wanted }) => wanted.stem),
    ...plan.retire.map(({ name }) => name),
    ...plan.unmanaged.map(({ name }) => name),
    ...staged.map(({ wanted }) => wanted.stem),
  ];
  return new LifecycleError({
    what: "AWS rejects statements of the policy set; everything staged was deleted again and the live policies are untouched",
    resource: `policy engine ${rollout.engineId}, judged beside: ${together.join(", ") || "nothing else"}`,
    awsSaid: rejected.flatMap(({ statement, reasons }) =>
      reasons.map((reason) => `${statement.stem}.cedar: ${reason}`),
    ),
    next:
      "mend the statements and deploy again; where a finding is meant, set policyEngine.validationMode to " +
      "IGNORE_ALL_FINDINGS (schema errors are always refused)",
  });
}
