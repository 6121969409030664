import { listPolicies, type EnginePolicy } from "../aws/policies";
import type { Context } from "../context";
import { LifecycleError } from "../failure";
import { waitUntil } from "../wait";
import { listed } from "./names";
import { isLive, type Placed } from "./plan";

const isMoving = ({ status }: EnginePolicy) => ["CREATING", "UPDATING", "DELETING"].includes(status);

/**
 * All policies of the engine, once none of them is in transition. One that was seen in transition is of age 0: AWS does
 * not say whether it dates a change by the request or by its end.
 */
export async function settledPolicies(context: Context, engineId: string): Promise<EnginePolicy[]> {
  const moved = new Set<string>();
  const settled = await waitUntil(context, {
    what: "the engine's policies to settle",
    look: async () => {
      const policies = await listPolicies(context, engineId);
      for (const { id } of policies.filter(isMoving)) moved.add(id);
      return policies;
    },
    done: (policies) => !policies.some(isMoving),
    state: (policies) => describe(policies.filter(isMoving)),
  });
  return settled.map((policy) => (moved.has(policy.id) ? { ...policy, age: 0 } : policy));
}

/** Waits until each policy has a final status; one that the list does not show yet is waited for. */
export async function untilSettled(
  context: Context,
  engineId: string,
  ids: readonly string[],
): Promise<Map<string, EnginePolicy>> {
  if (ids.length === 0) return new Map();
  const seen = await look(context, engineId, {
    what: `AWS's verdict on ${ids.length} policies`,
    pending: (policies) => ids.filter((id) => isPending(policies.get(id))),
  });
  return seen;
}

const isPending = (policy: EnginePolicy | undefined) => !policy || isMoving(policy);

/** Waits until each policy is ACTIVE and decides. Throws LifecycleError with AWS's reasons when one fails. */
export async function untilLive(context: Context, engineId: string, placed: readonly Placed[]): Promise<void> {
  const ids = placed.map(({ policy }) => policy.id);
  const seen = await look(context, engineId, {
    what: `${ids.length} policies to become live`,
    pending: (policies) =>
      ids.filter((id) => {
        const policy = policies.get(id);
        return isPending(policy) || (policy?.status === "ACTIVE" && !isLive(policy));
      }),
  });
  throwFailed(
    ids.flatMap((id) => seen.get(id) ?? []).filter((policy) => !isLive(policy)),
    "policies could not be activated; statements that were live before still are",
  );
}

/** Waits until the policies are gone, and returns what is left. Throws LifecycleError with AWS's reasons when a deletion fails. */
export async function untilGone(
  context: Context,
  engineId: string,
  policies: readonly Pick<EnginePolicy, "id">[],
): Promise<EnginePolicy[]> {
  const isLeft = (policy: EnginePolicy | undefined) => policy !== undefined && policy.status !== "DELETE_FAILED";
  const seen = await look(context, engineId, {
    what: `${policies.length} policies to be gone`,
    pending: (listed) => policies.map(({ id }) => id).filter((id) => isLeft(listed.get(id))),
  });
  throwFailed(
    policies.flatMap(({ id }) => seen.get(id) ?? []),
    "policies could not be deleted",
  );
  return [...seen.values()];
}

type Seen = Map<string, EnginePolicy>;

/** A new policy is in the list sooner than this; one that is not was deleted meanwhile. Milliseconds. */
const LISTED_WITHIN = 30_000;

/** One list serves all policies that are waited for, however many: it costs a request per hundred. */
async function look(
  context: Context,
  engineId: string,
  options: { what: string; pending: (policies: Seen) => string[] },
): Promise<Seen> {
  const start = Date.now();
  const areGone = (ids: readonly string[], policies: Seen) =>
    Date.now() - start > LISTED_WITHIN && ids.every((id) => !policies.has(id));
  const seen = await waitUntil(context, {
    what: options.what,
    look: async () => new Map((await listPolicies(context, engineId)).map((policy) => [policy.id, policy])),
    done: (policies) => {
      const pending = options.pending(policies);
      return pending.length === 0 || areGone(pending, policies);
    },
    state: (policies) => {
      const pending = options.pending(policies);
      return `${pending.length} pending, first ${pending[0]} ${policies.get(pending[0] ?? "")?.status ?? "not listed"}`;
    },
  });
  const gone = options.pending(seen);
  if (gone.length === 0) return seen;
  throw new LifecycleError({
    what: "new policies are not in the engine any more: somebody else deleted them while they were rolled out",
    resource: listed(gone),
    next: "find out who else writes this engine, then run `cdktf deploy` again: it goes on from what is live",
  });
}

function throwFailed(failed: readonly EnginePolicy[], what: string): void {
  if (failed.length === 0) return;
  throw new LifecycleError({
    what,
    resource: describe(failed),
    awsSaid: failed.flatMap(({ name, statusReasons }) => statusReasons.map((reason) => `${name}: ${reason}`)),
    next: "mend what AWS names, then run `cdktf deploy` again: it goes on from what is live",
  });
}

const describe = (policies: readonly EnginePolicy[]) =>
  policies.map(({ name, status }) => `${name} ${status}`).join(", ");
