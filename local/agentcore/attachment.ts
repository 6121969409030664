import { conflict, internal, validation } from "../core/errors";
import { SERVICE_PRINCIPAL } from "./ports";
import { arnOf } from "./ids";
import type { GatewayConfiguration, State } from "./state";

/**
 * What the gateway's role needs for an engine, each with what it is needed on. Source: AgentCore's documents on
 * permissions of policy in gateways. CheckAuthorizePermissions is on a path rather than on the engine's ARN, as
 * AWS's FAST template grants it.
 */
const NEEDED = [
  { action: "bedrock-agentcore:GetPolicyEngine", on: ["engine"] },
  { action: "bedrock-agentcore:AuthorizeAction", on: ["engine", "gateway"] },
  { action: "bedrock-agentcore:PartiallyAuthorizeActions", on: ["engine", "gateway"] },
  { action: "bedrock-agentcore:CheckAuthorizePermissions", on: ["enginePath"] },
] as const;

type Needed = (typeof NEEDED)[number]["action"];

/**
 * Refuses a configuration that AgentCore would refuse as the gateway's role: a role that the service cannot
 * assume, an engine that is not there or not ready, a permission that the role lacks by now.
 */
export function checkRoleAndAttachment(state: State, gatewayArn: string, configuration: GatewayConfiguration): void {
  const { roleArn, policyEngineConfiguration } = configuration;
  // AWS's own templates make the gateway right after its role, with no wait: its trust need not have spread.
  if (!state.iam.declaresTrust(roleArn, SERVICE_PRINCIPAL)) {
    throw validation("The gateway's role cannot be assumed: it does not exist or does not trust the service");
  }
  if (!policyEngineConfiguration) return;
  const engine = state.engines.find(({ arn }) => arn === policyEngineConfiguration.arn);
  if (!engine) throw validation("The policy engine of policyEngineConfiguration does not exist");
  if (engine.status !== "ACTIVE") throw conflict(`Policy engine ${engine.id} is in ${engine.status} status`);
  const lacking = NEEDED.map(({ action }) => action)
    // With mode LOG_ONLY a role without this one is taken, and its decisions are not recorded. Source: documents.
    .filter((action) => policyEngineConfiguration.mode === "ENFORCE" || action !== "bedrock-agentcore:GetPolicyEngine")
    .filter((action) => !roleMay(state, roleArn, action, { engineArn: engine.arn, gatewayArn }));
  // AWS does not name the permission in its answer.
  if (lacking.length > 0) throw internal("An internal error occurred while validating the policy engine configuration");
}

/** Whether the role's permissions, as far as they have spread, allow the action on all it is needed on. */
export function roleMay(
  state: State,
  roleArn: string,
  action: Needed,
  { engineArn, gatewayArn }: { engineArn: string; gatewayArn: string },
): boolean {
  const engineId = engineArn.slice(engineArn.lastIndexOf("/") + 1);
  const enginePath = arnOf(state.environment, `/policy-engines/${engineId}/target-resource/${gatewayArn}`);
  const resources = { engine: engineArn, gateway: gatewayArn, enginePath };
  const needed = NEEDED.find((each) => each.action === action);
  return (needed?.on ?? []).every((kind) => state.iam.allows(roleArn, action, resources[kind]));
}

export const gatewayArnOf = (state: State, gatewayId: string) => arnOf(state.environment, `gateway/${gatewayId}`);
