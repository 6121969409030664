import pMap from "p-map";
import { createEngine, deleteEngine, findEngine, getEngine, tag, tagsOf, type Engine } from "./aws/engines";
import { getGateway, listGatewayIds } from "./aws/gateways";
import { deletePolicy, listPolicies, type EnginePolicy } from "./aws/policies";
import { request, type Context, type Tags } from "./context";
import type { Parameters } from "./contract";
import { LifecycleError } from "./failure";
import { publishEngine, unpublish } from "./publish";
import { isConflict } from "./retry";
import { isManaged } from "./rollout/names";
import { untilGone as untilPoliciesGone } from "./rollout/settle";
import { waitUntil } from "./wait";

/** Requests under way at once: well below AgentCore's request rates, and enough to hide their latency. */
export const CONCURRENCY = 8;

const DESCRIPTION = "Cedar policies that decide who may call which tool of the gateway";

/**
 * Creates the engine, or adopts the one that bears this deployment's ownership tags; waits until it is
 * ACTIVE and publishes its id. Idempotent. An engine of that name with other tags is an error, unless
 * TAKE_OVER is set and it holds no unmanaged permit.
 */
export async function ensureEngine(context: Context, parameters: Parameters<"engine ensure">): Promise<Engine> {
  const { ENGINE_NAME: name, OWNERSHIP_TAGS: ownership } = parameters;
  const engine = await request(
    context,
    `policy engine ${name}`,
    async () => (await adopt(context, parameters)) ?? (await create(context, parameters)),
    // The name is still reserved by an engine that was deleted, which passes, or it is used by one that the list did
    // not show yet: so each try looks again first.
    isConflict,
  );
  const active = await untilActive(context, engine);
  await publishEngine(context, parameters.PUBLISH_PREFIX, active);
  context.log.step(`policy engine ${name} is ACTIVE as ${active.id} (owner: ${describeTags(ownership)})`);
  return active;
}

/** The deployment's own engine. Found by name and tags, never by an id from elsewhere. */
export async function ownEngine(
  context: Context,
  parameters: { ENGINE_NAME: string; OWNERSHIP_TAGS: Tags },
): Promise<Engine> {
  const { ENGINE_NAME: name, OWNERSHIP_TAGS: ownership } = parameters;
  const engine = await findEngine(context, name);
  if (!engine) {
    throw new LifecycleError({
      what: "the policy engine does not exist",
      resource: `policy engine ${name}`,
      next: "replace terraform_data.policy_engine (`terraform apply -replace=…`): its create step makes the engine",
    });
  }
  if (!bears(await tagsOf(context, engine.arn), ownership)) throw notOurs(engine, ownership);
  return untilActive(context, engine);
}

async function adopt(context: Context, parameters: Parameters<"engine ensure">): Promise<Engine | undefined> {
  const { ENGINE_NAME: name, OWNERSHIP_TAGS: ownership } = parameters;
  const found = await findEngine(context, name);
  if (!found) return undefined;
  if (found.status === "DELETING") {
    context.log.step(`policy engine ${name} is being deleted; waiting until it is gone`);
    await untilGone(context, found);
    return undefined;
  }
  const tags = await tagsOf(context, found.arn);
  if (!bears(tags, ownership)) {
    if (!parameters.TAKE_OVER) throw notOurs(found, ownership);
    await takeOver(context, found, parameters);
  } else if (found.status === "CREATE_FAILED") {
    context.log.step(`policy engine ${name} is a failed creation of ours; deleting it to start afresh`);
    await deleteEngine(context, found.id, isConflict);
    await untilGone(context, found);
    return undefined;
  }
  const missing = Object.fromEntries(Object.entries(parameters.TAGS).filter(([key, value]) => tags[key] !== value));
  if (Object.keys(missing).length > 0) await tag(context, found.arn, missing);
  context.log.step(`policy engine ${name} exists and is this deployment's: adopted`);
  return found;
}

async function create(context: Context, parameters: Parameters<"engine ensure">): Promise<Engine> {
  const { ENGINE_NAME: name, TAGS, OWNERSHIP_TAGS } = parameters;
  context.log.step(`creating policy engine ${name}`);
  return createEngine(context, name, DESCRIPTION, { ...TAGS, ...OWNERSHIP_TAGS });
}

async function takeOver(context: Context, engine: Engine, parameters: Parameters<"engine ensure">): Promise<void> {
  const widening = (await listPolicies(context, engine.id)).filter(
    ({ name, effect }) =>
      effect !== "forbid" &&
      !isManaged(name, parameters.POLICY_NAME_PREFIX) &&
      !parameters.REPLACE_POLICIES.includes(name),
  );
  if (widening.length > 0) {
    throw new LifecycleError({
      what: "the engine to take over holds permits that are not this deployment's; taking it over would keep what they allow",
      resource: `policy engine ${engine.name} (${engine.id}): ${nameList(widening)}`,
      next: "bring what they should allow into the policy set, name them in policyEngine.replacePolicies, and deploy again: they go once the policy set is in effect",
    });
  }
  context.log.step(
    `taking over policy engine ${engine.name}: tagging it as ${describeTags(parameters.OWNERSHIP_TAGS)}`,
  );
  await tag(context, engine.arn, { ...parameters.TAGS, ...parameters.OWNERSHIP_TAGS });
}

/**
 * Deletes the engine with its managed policies and what was published. Refuses, changing nothing, while a
 * gateway uses it or an unmanaged policy is in it. An engine that is not ours is left alone.
 */
export async function destroyEngine(context: Context, parameters: Parameters<"engine destroy">): Promise<void> {
  const { ENGINE_NAME: name, OWNERSHIP_TAGS: ownership, POLICY_NAME_PREFIX: prefix } = parameters;
  const engine = await findEngine(context, name);
  if (!engine) {
    context.log.step(`policy engine ${name} is gone already`);
  } else if (!bears(await tagsOf(context, engine.arn), ownership)) {
    context.log.step(
      `policy engine ${name} does not bear ${describeTags(ownership)}: not this deployment's, left alone`,
    );
  } else {
    if (engine.status !== "DELETING") await deleteOwn(context, engine, prefix);
    await untilGone(context, engine);
    context.log.step(`policy engine ${name} is deleted`);
  }
  await unpublish(context, parameters.PUBLISH_PREFIX);
}

async function deleteOwn(context: Context, engine: Engine, prefix: string): Promise<void> {
  await refuseWhileUsed(context, engine, "nothing was changed");
  const policies = await listPolicies(context, engine.id);
  const unmanaged = policies.filter((policy) => !isManaged(policy.name, prefix));
  if (unmanaged.length > 0) {
    throw new LifecycleError({
      what: "the engine holds policies that this deployment did not make, so it is not deleted; nothing was changed",
      resource: `policy engine ${engine.name} (${engine.id}): ${nameList(unmanaged)}`,
      next: "delete them in the engine if nobody needs them, then destroy again",
    });
  }
  context.log.step(`deleting ${policies.length} policies and policy engine ${engine.name}`);
  await pMap(policies, (policy) => deletePolicy(context, engine.id, policy.id), { concurrency: CONCURRENCY });
  await untilPoliciesGone(context, engine.id, policies);
  // "still contains N policies" clears seconds after the last policy is gone.
  try {
    await deleteEngine(context, engine.id, (error) => isConflict(error) || /still contains/i.test(String(error)));
  } catch (error) {
    // Somebody may have attached it since it was looked at.
    if (isConflict(error))
      await refuseWhileUsed(context, engine, "its policies are deleted, so the gateway denies everything");
    throw error;
  }
}

async function refuseWhileUsed(context: Context, engine: Engine, outcome: string): Promise<void> {
  const ids = await listGatewayIds(context);
  const gateways = await pMap(ids, (id) => getGateway(context, id), { concurrency: CONCURRENCY });
  const users = gateways.filter((gateway) => gateway?.policyEngineConfiguration?.arn === engine.arn);
  if (users.length === 0) return;
  throw new LifecycleError({
    what: `a gateway uses the engine, and would be open without it; ${outcome}`,
    resource: `policy engine ${engine.name} (${engine.id}), used by ${users.map((user) => user?.gatewayId).join(", ")}`,
    next: "destroy the gateway first (`cdktf destroy` does so by itself); an engine that serves is never replaced",
  });
}

const untilActive = async (context: Context, engine: Engine): Promise<Engine> => {
  const settled = await waitUntil(context, {
    what: `policy engine ${engine.name} to become ACTIVE`,
    look: () => getEngine(context, engine.id),
    done: (seen) => !["CREATING", "UPDATING"].includes(seen?.status ?? "CREATING"),
    state: (seen) => `policy engine ${engine.name}: ${seen?.status ?? "not visible yet"}`,
  });
  if (settled?.status === "ACTIVE" || settled?.status === "UPDATE_FAILED") return settled;
  throw new LifecycleError({
    what: `the policy engine is ${settled?.status}`,
    resource: `policy engine ${engine.name} (${engine.id})`,
    awsSaid: settled?.statusReasons,
    next: "mend what AWS names, then run `cdktf deploy` again",
  });
};

const untilGone = (context: Context, engine: Engine) =>
  waitUntil(context, {
    what: `policy engine ${engine.name} to be gone`,
    look: () => getEngine(context, engine.id),
    done: (seen) => {
      if (seen?.status !== "DELETE_FAILED") return seen === undefined;
      throw new LifecycleError({
        what: "the policy engine could not be deleted",
        resource: `policy engine ${engine.name} (${engine.id})`,
        awsSaid: seen.statusReasons,
        next: "mend what AWS names, then run the same command again",
      });
    },
    state: (seen) => `policy engine ${engine.name}: ${seen?.status ?? "gone"}`,
  });

/** Whether a resource carries every one of the ownership tags. */
export const bears = (tags: Tags, ownership: Tags) =>
  Object.keys(ownership).length > 0 && Object.entries(ownership).every(([key, value]) => tags[key] === value);

const describeTags = (tags: Tags) =>
  Object.entries(tags)
    .map(([key, value]) => `${key}=${value}`)
    .join(", ");

const nameList = (policies: readonly EnginePolicy[]) => policies.map((policy) => policy.name).join(", ");

const notOurs = (engine: Engine, ownership: Tags) =>
  new LifecycleError({
    what: "an engine of this name exists, but does not bear this deployment's tags",
    resource: `policy engine ${engine.name} (${engine.id}); wanted tags ${describeTags(ownership)}`,
    next: "choose another name in the settings, or set policyEngine.takeOver to true to take this engine over",
  });
