import { policyToJson, type EntityUidJson, type PolicyJson } from "@cedar-policy/cedar-wasm/nodejs";
import { ROOT_GROUPS, type AgentCoreSchema } from "./schema";

/** Parses one statement; undefined when it does not parse. */
export function parseStatement(text: string): PolicyJson | undefined {
  const answer = policyToJson(text);
  return answer.type === "success" ? answer.json : undefined;
}

/** Ids of the actions that the scope names; empty when it is open to all. */
export function actionsOf({ action }: PolicyJson): string[] {
  if (action.op === "All") return [];
  if ("entities" in action) return action.entities.map(idOf);
  return "entity" in action ? [idOf(action.entity)] : [];
}

/** Id of the gateway that the scope names, or undefined when it names none. */
export const gatewayOf = ({ resource }: PolicyJson): string | undefined =>
  resource.op === "==" && "entity" in resource ? idOf(resource.entity) : undefined;

/** Names that are no tool and no group of this schema. */
export const unknownActions = (policy: PolicyJson, schema: AgentCoreSchema): string[] =>
  actionsOf(policy).filter((action) => !schema.inputs.has(action) && !groupsOf(schema).includes(action));

/** The groups of actions: all of MCP, all tool calls, all tools of one target. */
export const groupsOf = (schema: AgentCoreSchema): string[] => [...ROOT_GROUPS, ...new Set(schema.targets.values())];

/** Groups in the scope, or "every action": what also covers tools that are added later. */
export function openEnded(policy: PolicyJson, schema: AgentCoreSchema): string[] {
  if (policy.action.op === "All") return ["every action"];
  return actionsOf(policy).filter((action) => groupsOf(schema).includes(action));
}

const idOf = (uid: EntityUidJson): string => ("__entity" in uid ? uid.__entity.id : uid.id);
