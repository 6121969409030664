import { policyToJson, type EntityUidJson, type PolicyJson } from "@cedar-policy/cedar-wasm/nodejs";
import { NAMESPACE, ROOT_GROUPS, type AgentCoreSchema } from "./schema";

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

/** Groups in the scope, or "every action": what also covers tools that are added later. `==` covers no member. */
export function openEnded(policy: PolicyJson, schema: AgentCoreSchema): string[] {
  if (policy.action.op === "All") return ["every action"];
  if (policy.action.op === "==") return [];
  return actionsOf(policy).filter((action) => groupsOf(schema).includes(action));
}

/** Whether the scope covers all, some or none of a group of requests. */
export type Coverage = "all" | "some" | "none";

/** How much of the callers of one type the scope covers. */
export function coverageOfPrincipals({ principal }: PolicyJson, type: string): Coverage {
  if (principal.op === "All") return "all";
  if (principal.op === "is") {
    if (principal.entity_type !== `${NAMESPACE}::${type}`) return "none";
    return principal.in ? "some" : "all";
  }
  return "entity" in principal && typeOf(principal.entity) === `${NAMESPACE}::${type}` ? "some" : "none";
}

/** Whether the scope covers an action that is a tool's. */
export function coversAction(policy: PolicyJson, action: string, schema: AgentCoreSchema): boolean {
  if (policy.action.op === "All") return true;
  const named = actionsOf(policy);
  if (policy.action.op === "==") return named.includes(action);
  return [...ROOT_GROUPS, schema.targets.get(action), action].some((id) => id !== undefined && named.includes(id));
}

/** How much the scope covers of one gateway, or of all of them when none is given. */
export function coverageOfGateways({ resource }: PolicyJson, gateway: string | undefined): Coverage {
  if (resource.op === "All" || (resource.op === "is" && !resource.in)) return "all";
  const scope = resource.op === "is" ? resource.in : resource;
  const named = scope && "entity" in scope ? idOf(scope.entity) : undefined;
  if (gateway === undefined) return "some";
  return named === gateway ? "all" : "none";
}

const idOf = (uid: EntityUidJson): string => ("__entity" in uid ? uid.__entity.id : uid.id);
const typeOf = (uid: EntityUidJson): string => ("__entity" in uid ? uid.__entity.type : uid.type);
