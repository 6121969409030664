import type { JsonSchema, ToolTarget } from "../../cedar/tools";

export const GATEWAY = "arn:aws:bedrock-agentcore:us-east-1:111122223333:gateway/demo-abcdefghij";

const read: JsonSchema = {
  type: "object",
  properties: { text: { type: "string" }, N: { type: "integer" } },
  required: ["text"],
};

/** One target with a tool that reads a text, and a second one that does nothing. */
export const TARGETS: readonly ToolTarget[] = [
  {
    name: "sample-tool-target",
    tools: [
      { name: "read", description: "", inputSchema: read },
      { name: "idle", description: "", inputSchema: { type: "object" } },
    ],
  },
];

export const READ = "sample-tool-target___read";
export const onRead = `action == AgentCore::Action::"${READ}"`;
export const onTarget = 'action in AgentCore::Action::"sample-tool-target"';
export const onGateway = `resource == AgentCore::Gateway::"${GATEWAY}"`;
export const users = "principal is AgentCore::OAuthUser";
export const isFinance = 'principal.hasTag("department") && principal.getTag("department") == "finance"';
