import { setTimeout as sleep } from "node:timers/promises";
import { AgentCore } from "../../../local/agentcore";
import type { IamPolicies } from "../../../local/agentcore/ports";
import { EventLog } from "../../../local/core/events";
import { LATENCY, type LatencyProfile } from "../../../local/core/latency";
import type { Caller, Environment } from "../../../local/core/service";

export const CALLER: Caller = { arn: "arn:aws:iam::111122223333:user/someone", via: "sdk" };
export const ROLE = "arn:aws:iam::111122223333:role/demo-gateway-role";
export const LAMBDA = "arn:aws:lambda:us-east-1:111122223333:function:demo-sample-tool";

/** The control plane by itself, with an IAM that knows one role, which lacks the actions in `denied`. */
export function controlPlane(latency: LatencyProfile = LATENCY.none) {
  const events = new EventLog();
  const environment: Environment = {
    accountId: "111122223333",
    region: "us-east-1",
    partition: "aws",
    latency,
    events,
    endpoint: () => "https://127.0.0.1:8443",
  };
  const denied = new Set<string>();
  const iam: IamPolicies = {
    allows: (role, action) => role === ROLE && !denied.has(action),
    trusts: (role, service) => role === ROLE && service === "bedrock-agentcore.amazonaws.com",
    declaresTrust: (role, service) => role === ROLE && service === "bedrock-agentcore.amazonaws.com",
  };
  const agentcore = new AgentCore(environment, iam);
  return { agentcore, environment, events, denied, ...clientOf(agentcore) };
}

/** The members that tests use most; which of them are there depends on the operation. */
interface Answer {
  readonly [member: string]: unknown;
  readonly status: string;
  readonly statusReasons: string[];
  readonly policyEngineId: string;
  readonly policyEngineArn: string;
  readonly policyId: string;
  readonly gatewayId: string;
  readonly gatewayArn: string;
  readonly targetId: string;
  readonly nextToken?: string;
}

function clientOf(agentcore: AgentCore) {
  /** One request, as the HTTP layer makes it. Rejects with what AWS would refuse. */
  const call = async (operation: string, input: object = {}): Promise<Answer> => {
    const handler = agentcore.operations[operation];
    if (!handler) throw new Error(`no operation ${operation}`);
    return (await handler(input as never, CALLER)) as Answer;
  };

  /** Repeats a read until its status is a final one. */
  const settled = async (operation: string, input: object): Promise<Answer> => {
    for (;;) {
      const answer = await call(operation, input);
      if (!/ING$/.test(answer.status)) return answer;
      await sleep(1);
    }
  };

  const createEngine = async (name = "demo_policy_engine") => {
    const { policyEngineId } = await call("CreatePolicyEngine", { name });
    return settled("GetPolicyEngine", { policyEngineId });
  };
  const createGateway = async (members: object = {}) => {
    const { gatewayId } = await call("CreateGateway", { ...gateway(), ...members });
    return settled("GetGateway", { gatewayIdentifier: gatewayId });
  };
  const createTarget = async (gatewayIdentifier: string, members: object = {}) => {
    const { targetId } = await call("CreateGatewayTarget", { ...target(), gatewayIdentifier, ...members });
    return settled("GetGatewayTarget", { gatewayIdentifier, targetId });
  };
  const createPolicy = async (policyEngineId: string, name: string, statement: string, members: object = {}) => {
    const definition = { cedar: { statement } };
    const { policyId } = await call("CreatePolicy", { policyEngineId, name, definition, ...members });
    return settled("GetPolicy", { policyEngineId, policyId });
  };
  return { call, settled, createEngine, createGateway, createTarget, createPolicy };
}

export const gateway = () => ({
  name: "demo-gateway",
  roleArn: ROLE,
  protocolType: "MCP",
  authorizerType: "CUSTOM_JWT",
  authorizerConfiguration: {
    customJWTAuthorizer: {
      discoveryUrl: "https://127.0.0.1:8443/pool/.well-known/openid-configuration",
      allowedClients: ["machine-client"],
    },
  },
});

export const target = () => ({
  name: "sample-tool-target",
  credentialProviderConfigurations: [{ credentialProviderType: "GATEWAY_IAM_ROLE" }],
  targetConfiguration: {
    mcp: {
      lambda: {
        lambdaArn: LAMBDA,
        toolSchema: {
          inlinePayload: ["read", "write"].map((name) => ({
            name,
            description: `can ${name}`,
            inputSchema: {
              type: "object",
              properties: { text: { type: "string" }, N: { type: "integer" } },
              required: ["text"],
            },
          })),
        },
      },
    },
  },
});

/** Another target, whose tool has an argument of a name that Cedar's schema cannot have. */
export function inexpressible() {
  const { targetConfiguration, ...members } = structuredClone(target());
  const [tool] = targetConfiguration.mcp.lambda.toolSchema.inlinePayload;
  const inputSchema = { type: "object", properties: { "a::b\n": { type: "string" } } };
  const inlinePayload = [{ ...tool, inputSchema }];
  const lambda = { ...targetConfiguration.mcp.lambda, toolSchema: { inlinePayload } };
  return { ...members, name: "inexpressible", targetConfiguration: { mcp: { lambda } } };
}

/** One statement on one tool of the target above, for one department. */
export const statement = (gatewayArn: string, tool: string, department: string, effect = "permit") =>
  `${effect}(principal is AgentCore::OAuthUser, action == AgentCore::Action::"sample-tool-target___${tool}", ` +
  `resource == AgentCore::Gateway::"${gatewayArn}") ` +
  `when { principal.hasTag("department") && principal.getTag("department") == "${department}" };`;
