import { readFileSync } from "node:fs";
import pMap from "p-map";
import { namedActions } from "../cedar/head";
import { actionName, type JsonSchema, type ToolTarget } from "../cedar/tools";
import type { Engine } from "./aws/engines";
import { listPolicies, type EnginePolicy } from "./aws/policies";
import { listTargets, toolsOfTarget } from "./aws/targets";
import type { Context } from "./context";
import { CONCURRENCY } from "./engine";
import { LifecycleError } from "./failure";
import { listed } from "./rollout/names";
import { hasNoEffect } from "./rollout/plan";

/** A tool whose input would no longer be what statements were written for. */
interface ChangedTool {
  readonly action: string;
  readonly changes: readonly string[];
}

/**
 * Refuses a change of a tool's input that a forbid in effect may rest on. Cedar skips a statement whose condition fails:
 * a permit then permits less, but a forbid forbids nothing any more, from the moment at which the target changes. Throws
 * LifecycleError before anything is changed.
 *
 * `file` is where the wanted targets stand as JSON, `ToolTarget[]`.
 */
export async function refuseChangedInputs(
  context: Context,
  engine: Engine,
  gatewayIdentifier: string,
  file: string,
): Promise<void> {
  const wanted = JSON.parse(readFileSync(file, "utf8")) as ToolTarget[];
  const changed = await changedTools(context, gatewayIdentifier, wanted);
  if (changed.length === 0) return;
  const policies = await listPolicies(context, engine.id);
  const resting = changed.flatMap(({ action, changes }) => {
    const forbids = policies.filter((policy) => mayRestOnInput(policy, action)).map(({ name }) => name);
    return forbids.length === 0 ? [] : [`${action}: ${changes.join(", ")}; read by ${listed(forbids)}`];
  });
  if (resting.length === 0) return;
  throw new LifecycleError({
    what: "the input of a tool would change under a forbid that reads it, which would then forbid nothing; nothing was changed",
    resource: resting.join("\n            "),
    next: "give the changed tool a new name; where what is forbidden may be allowed meanwhile, take the forbid out of the policy set and deploy that first",
  });
}

async function changedTools(
  context: Context,
  gatewayIdentifier: string,
  wanted: readonly ToolTarget[],
): Promise<ChangedTool[]> {
  const deployed = await listTargets(context, gatewayIdentifier);
  const both = wanted.flatMap((target) => {
    const there = deployed.find(({ name }) => name === target.name);
    return there ? [{ target, id: there.id }] : [];
  });
  const changed = await pMap(
    both,
    async ({ target, id }) => {
      const before = await toolsOfTarget(context, gatewayIdentifier, id);
      return target.tools.flatMap(({ name, inputSchema }) => {
        const tool = before?.find((one) => one.name === name);
        if (before && !tool) return [];
        const changes = breakingChanges(tool?.inputSchema as JsonSchema | undefined, inputSchema);
        return changes.length > 0 ? [{ action: actionName(target.name, name), changes }] : [];
      });
    },
    { concurrency: CONCURRENCY },
  );
  return changed.flat();
}

/** Whether a statement decides, is no permit, and may read the input of this tool. In doubt it does. */
export function mayRestOnInput(policy: EnginePolicy, action: string): boolean {
  const { effect, text } = policy;
  if (effect === "permit" || hasNoEffect(policy)) return false;
  if (text === undefined) return true;
  // Whatever a condition reads of a call, it reads from the variable of this name.
  if (!/\bcontext\b/.test(text)) return false;
  const named = namedActions(text);
  return named === undefined || named.some((one) => one === action || !one.includes("___"));
}

/**
 * What a condition that fits the input before would not find in the input afterwards, a phrase each: what is gone, has
 * another type, or need no longer be there. What is new breaks no condition.
 */
export function breakingChanges(before: JsonSchema | undefined, after: JsonSchema, place = ""): string[] {
  const at = place || "the input";
  if (!before) return [`${at} is not known as it is now`];
  if (before.type !== after.type) return [`${at} becomes ${after.type}, was ${before.type}`];
  const items = before.items
    ? after.items
      ? breakingChanges(before.items, after.items, `${place}[]`)
      : [`the items of ${at} are no longer described`]
    : [];
  const properties = Object.entries(before.properties ?? {}).flatMap(([name, property]) => {
    const path = place ? `${place}.${name}` : name;
    const next = after.properties?.[name];
    if (!next) return [`${path} is gone`];
    const isLoosened = before.required?.includes(name) && !after.required?.includes(name);
    return [...(isLoosened ? [`${path} need no longer be there`] : []), ...breakingChanges(property, next, path)];
  });
  return [...items, ...properties];
}
