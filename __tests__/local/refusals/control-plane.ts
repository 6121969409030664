import { agentCoreRoutes } from "../../../local/agentcore/routes";
import type { OperationName } from "../../../local/agentcore/rules/operations";
import { LATENCY, type LatencyProfile } from "../../../local/core/latency";
import { AUTHORIZER, createGateway, createRole, settledGateway } from "../../support/gateway";
import type { Answer, Refusal, Surface } from "./refusal";
import { closeAws, openAws, type AwsWorld } from "./world";

export const ACCOUNT = "111122223333";
export const LAMBDA = `arn:aws:lambda:us-east-1:${ACCOUNT}:function:demo-sample-tool`;
/** Ids and ARNs of the right shape that nothing has. */
export const NOBODY = "nobody-abcdefghij";
export const NOBODYS_ENGINE = `arn:aws:bedrock-agentcore:us-east-1:${ACCOUNT}:policy-engine/${NOBODY}`;
export const NOBODYS_GATEWAY = `arn:aws:bedrock-agentcore:us-east-1:${ACCOUNT}:gateway/${NOBODY}`;

type Writable<T> = { -readonly [Key in keyof T]: T[Key] extends number ? number : Writable<T[Key]> };

/**
 * A gateway with a role, one target with the tools `read` and `write`, and an engine in ENFORCE that holds one policy.
 * No row may change any of these, whatever else it makes.
 */
export interface ControlPlane extends AwsWorld {
  readonly ids: Ids;
  /** In force from the next request on: lets a transition last while a row is asked. All is 0 to begin with. */
  readonly latency: Writable<LatencyProfile>;
  /** One operation over HTTP. */
  ask(operation: OperationName, input: object): Promise<Answer>;
  /** One operation that succeeds, and its answer once its status is a final one. */
  make(operation: OperationName, input: object): Promise<Made>;
  /** What is begun within does not end: it stays in its transition. */
  lasting<T>(kind: keyof LatencyProfile["transition"], begin: () => Promise<T>): Promise<T>;
  /** A deletion, and the wait until the thing is gone. */
  remove(operation: "DeletePolicy" | "DeletePolicyEngine" | "DeleteGatewayTarget", input: object): Promise<void>;
}

interface Ids {
  readonly policyEngineId: string;
  readonly policyEngineArn: string;
  readonly gatewayIdentifier: string;
  readonly gatewayArn: string;
  readonly roleArn: string;
  readonly targetId: string;
  readonly policyId: string;
}

/** The members of an answer that rows use most; which of them are there depends on the operation. */
export interface Made {
  readonly [member: string]: unknown;
  readonly status: string;
  readonly statusReasons: readonly string[];
  readonly policyEngineId: string;
  readonly policyEngineArn: string;
  readonly policyId: string;
  readonly gatewayId: string;
  readonly gatewayArn: string;
  readonly targetId: string;
}

async function openControlPlane(): Promise<ControlPlane> {
  const latency: Writable<LatencyProfile> = structuredClone(LATENCY.none);
  const aws = await openAws({ latency });
  const bare = { ...aws, latency, ask: ask(aws), make: make(aws), remove: remove(aws), lasting: lasting(latency) };
  return { ...bare, ids: await furnish(bare) };
}

/** A surface whose rows ask this world. */
export const controlPlane = (subject: string, file: string, refusals: readonly Refusal<ControlPlane>[]) =>
  ({
    name: `AgentCore control plane: ${subject}`,
    test: `__tests__/local/refusals/${file}.test.ts`,
    open: openControlPlane,
    close: closeAws,
    unharmed,
    refusals,
  }) satisfies Surface<ControlPlane>;

/** What stands before a row stands after it. */
async function unharmed({ prepare, ids }: ControlPlane): Promise<void> {
  const read = (operation: OperationName) => prepare<Made>("bedrock-agentcore-control", operation, ids);
  expect(await read("GetGateway")).toMatchObject({
    status: "READY",
    policyEngineConfiguration: { arn: ids.policyEngineArn, mode: "ENFORCE" },
  });
  expect(await read("GetGatewayTarget")).toMatchObject({ status: "READY" });
  expect(await read("GetPolicyEngine")).toMatchObject({ status: "ACTIVE" });
  expect(await read("GetPolicy")).toMatchObject({ status: "ACTIVE", enforcementMode: "ACTIVE" });
}

async function furnish(world: Omit<ControlPlane, "ids">): Promise<Ids> {
  const { aws, make } = world;
  const roleArn = await createRole(aws);
  const { policyEngineId, policyEngineArn } = await make("CreatePolicyEngine", { name: "demo_policy_engine" });
  const policyEngineConfiguration = { arn: policyEngineArn, mode: "ENFORCE" } as const;
  const { gatewayId = "", gatewayArn = "" } = await createGateway(aws, roleArn, { policyEngineConfiguration });
  const tools = ["read", "write"].map((name) => toolOf({ name }));
  const target = { ...targetWith(tools), gatewayIdentifier: gatewayId, name: "sample-tool-target" };
  const { targetId } = await make("CreateGatewayTarget", target);
  const definition = { cedar: { statement: permit(gatewayArn) } };
  const { policyId } = await make("CreatePolicy", { policyEngineId, name: "demo_policy", definition });
  return { policyEngineId, policyEngineArn, gatewayIdentifier: gatewayId, gatewayArn, roleArn, targetId, policyId };
}

/** A statement that is good beside others: one tool, one gateway, one department. */
export const permit = (gatewayArn: string, department = "finance", effect = "permit") =>
  `${effect}(principal is AgentCore::OAuthUser, action == AgentCore::Action::"sample-tool-target___read", ` +
  `resource == AgentCore::Gateway::"${gatewayArn}") ` +
  `when { principal.hasTag("department") && principal.getTag("department") == "${department}" };`;

/** A good CreateGateway; UpdateGateway takes the same with a `gatewayIdentifier`. */
export const gatewayOf = ({ ids }: ControlPlane, members: object = {}) => ({
  name: "another-gateway",
  roleArn: ids.roleArn,
  protocolType: "MCP",
  authorizerType: "CUSTOM_JWT",
  authorizerConfiguration: AUTHORIZER,
  ...members,
});

/** UpdateGateway of the gateway that stands, as it stands. */
export const sameGateway = (world: ControlPlane, members: object = {}) =>
  gatewayOf(world, {
    gatewayIdentifier: world.ids.gatewayIdentifier,
    name: "demo-gateway",
    policyEngineConfiguration: { arn: world.ids.policyEngineArn, mode: "ENFORCE" },
    ...members,
  });

/** A good tool. */
export const toolOf = (members: object = {}) => ({
  name: "read",
  description: "a tool",
  inputSchema: { type: "object", properties: { text: { type: "string" }, N: { type: "integer" } }, required: ["text"] },
  ...members,
});

const targetWith = (tools: readonly object[]) => ({
  credentialProviderConfigurations: [{ credentialProviderType: "GATEWAY_IAM_ROLE" }],
  targetConfiguration: { mcp: { lambda: { lambdaArn: LAMBDA, toolSchema: { inlinePayload: tools } } } },
});

/** A good CreateGatewayTarget. */
export const targetOf = ({ ids }: ControlPlane, members: object = {}, tools: readonly object[] = [toolOf()]) => ({
  gatewayIdentifier: ids.gatewayIdentifier,
  name: "another-target",
  ...targetWith(tools),
  ...members,
});

/** A good CreatePolicy. */
export const policyOf = ({ ids }: ControlPlane, members: object = {}) => ({
  policyEngineId: ids.policyEngineId,
  name: "another_policy",
  definition: { cedar: { statement: permit(ids.gatewayArn, "sales") } },
  ...members,
});

/** Sends a request where its operation travels: path labels, query, and the rest as the body. */
function ask({ send }: AwsWorld): ControlPlane["ask"] {
  return (operation, input) => {
    const { method, path, query } = routeOf(operation);
    const members = new Map(Object.entries(input));
    const taken = (member: string) => {
      const value: unknown = members.get(member);
      members.delete(member);
      return value;
    };
    const labelled = path.replace(/\{(\w+)\}/g, (_, label: string) => encodeURIComponent(String(taken(label))));
    const asked = new URLSearchParams();
    for (const member of Object.keys(query))
      for (const value of [taken(member)].flat()) if (value !== undefined) asked.append(member, String(value));
    const body = method === "GET" || method === "DELETE" ? undefined : Object.fromEntries(members);
    const search = asked.size > 0 ? `?${asked.toString()}` : "";
    return send({ service: "bedrock-agentcore", method, path: `${labelled}${search}`, body });
  };
}

function routeOf(operation: OperationName) {
  const route = agentCoreRoutes.find((each) => each.operation === operation);
  if (!route) throw new Error(`no route for ${operation}`);
  return route;
}

const READS = [
  ["policyId", "GetPolicy"],
  ["policyEngineId", "GetPolicyEngine"],
  ["targetId", "GetGatewayTarget"],
  ["gatewayId", "GetGateway"],
] as const;

function make({ aws, prepare }: AwsWorld): ControlPlane["make"] {
  return async (operation, input) => {
    const made = await prepare<Made>("bedrock-agentcore-control", operation, input);
    const key = { ...input, ...made, ...(made.gatewayId ? { gatewayIdentifier: made.gatewayId } : {}) };
    const read = READS.find(([member]) => member in made)?.[1];
    if (!read) return made;
    if (read === "GetGateway") return (await settledGateway(aws, made.gatewayId)) as unknown as Made;
    for (;;) {
      const now = await prepare<Made>("bedrock-agentcore-control", read, key);
      if (!/ING$/.test(now.status)) return now;
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  };
}

const remove =
  ({ prepare }: AwsWorld): ControlPlane["remove"] =>
  async (operation, input) => {
    await prepare("bedrock-agentcore-control", operation, input);
    const isThere = () =>
      prepare("bedrock-agentcore-control", operation.replace("Delete", "Get"), input).then(
        () => true,
        () => false,
      );
    while (await isThere()) await new Promise((resolve) => setTimeout(resolve, 1));
  };

const lasting =
  ({ transition }: Writable<LatencyProfile>): ControlPlane["lasting"] =>
  async (kind, begin) => {
    transition[kind] = 600_000;
    try {
      return await begin();
    } finally {
      transition[kind] = 0;
    }
  };
