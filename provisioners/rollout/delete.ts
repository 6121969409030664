import pMap from "p-map";
import { deletePolicy, type EnginePolicy } from "../aws/policies";
import type { Context } from "../context";
import { CONCURRENCY } from "../engine";
import { namesOf } from "./names";
import type { Rollout } from "./run";
import { untilGone } from "./settle";

/** Returns what the engine holds when they are gone. */
export async function deleteAll(
  context: Context,
  rollout: Rollout,
  what: string,
  policies: readonly Pick<EnginePolicy, "id" | "name">[],
): Promise<EnginePolicy[]> {
  if (policies.length === 0) return [];
  context.log.step(`${what}: ${namesOf(policies)}`);
  await pMap(policies, ({ id }) => deletePolicy(context, rollout.engineId, id), { concurrency: CONCURRENCY });
  return untilGone(context, rollout.engineId, policies);
}
