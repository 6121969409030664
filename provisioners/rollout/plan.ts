import type { EnginePolicy } from "../aws/policies";
import { isManaged, isSign } from "./names";
import type { WantedStatement } from "./wanted";

/**
 * What a rollout does with every statement that is wanted and every policy that the engine holds. Pure: the
 * same engine and the same policy set always give the same plan.
 */
export interface RolloutPlan {
  /** Wanted, and live with the same text already: nothing to do. */
  readonly keep: readonly Placed[];
  /** Wanted, and staged by a run that did not end: only to be activated. */
  readonly resume: readonly Placed[];
  /** Wanted and not in the engine: to be staged, then activated. */
  readonly stage: readonly WantedStatement[];
  /** Managed, without effect and not wanted: failed creations and what was staged for another set. */
  readonly discard: readonly EnginePolicy[];
  /** Managed and not wanted, with an effect or possibly so, and what is to be replaced: the old statements. */
  readonly retire: readonly EnginePolicy[];
  /** Not made by this deployment: never touched. They are live before and after. */
  readonly unmanaged: readonly EnginePolicy[];
}

/** A wanted statement with the policy that carries it. */
export interface Placed {
  readonly wanted: WantedStatement;
  readonly policy: EnginePolicy;
}

/**
 * Compares by text, effect, enforcement mode and status, never by name: a name marks only whose a policy is.
 * Expects settled policies (none CREATING, UPDATING or DELETING).
 */
export function planRollout(
  policies: readonly EnginePolicy[],
  wanted: readonly WantedStatement[],
  { prefix, replaced = [] }: { readonly prefix: string; readonly replaced?: readonly string[] },
): RolloutPlan {
  const [managed, others] = split(policies, ({ name }) => isManaged(name, prefix));
  const [toReplace, unmanaged] = split(others, ({ name }) => replaced.includes(name));
  const free = new Set(managed);
  const take = (statement: WantedStatement, fits: (policy: EnginePolicy) => boolean): Placed | undefined => {
    const fitting = [...free].filter(
      (policy) => policy.text === statement.text && !isSign(policy.name, prefix) && fits(policy),
    );
    const own = fitting.find((policy) => policy.name.startsWith(`${prefix}_${statement.stem}_`));
    const policy = own ?? fitting[0];
    if (!policy) return undefined;
    free.delete(policy);
    return { wanted: statement, policy };
  };

  const placements = wanted.map((statement) => {
    const live = take(statement, isLive);
    return { statement, live, staged: live ? undefined : take(statement, isStaged) };
  });
  // What others made is never kept, whatever its text: its place is taken by a policy of this deployment's own.
  const left = [...free, ...toReplace];
  return {
    keep: placements.flatMap(({ live }) => live ?? []),
    resume: placements.flatMap(({ staged }) => staged ?? []),
    stage: placements.filter(({ live, staged }) => !live && !staged).map(({ statement }) => statement),
    discard: left.filter(hasNoEffect),
    retire: left.filter((policy) => !hasNoEffect(policy)),
    unmanaged,
  };
}

function split<T>(all: readonly T[], belongs: (one: T) => boolean): [T[], T[]] {
  return [all.filter(belongs), all.filter((one) => !belongs(one))];
}

export const isLive = (policy: EnginePolicy) => policy.status === "ACTIVE" && policy.enforcementMode === "ACTIVE";

/**
 * Staged, or its activation failed: either way activating it, with its definition sent along, is what makes
 * it live.
 */
export const isStaged = (policy: EnginePolicy) =>
  (policy.status === "ACTIVE" && policy.enforcementMode === "LOG_ONLY") || policy.status === "UPDATE_FAILED";

/** Whether a policy decides nothing: its creation failed, or it is staged. */
export const hasNoEffect = (policy: EnginePolicy) =>
  policy.status === "CREATE_FAILED" || (policy.status === "ACTIVE" && policy.enforcementMode === "LOG_ONLY");

/** Whether the engine is as wanted and there is nothing to do. */
export const isConverged = (plan: RolloutPlan) =>
  [plan.resume, plan.stage, plan.discard, plan.retire].every((part) => part.length === 0);

/** Policy ids by file stem. */
export const idsOf = (placed: readonly Placed[]) =>
  new Map(placed.map(({ wanted, policy }) => [wanted.stem, policy.id] as const));
