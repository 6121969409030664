import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { setTimeout as sleep } from "node:timers/promises";
import { LAMBDA, gateway } from "../agentcore/world";
import { post, request, servedGateway, token, toolCall } from "./world";

let world: Awaited<ReturnType<typeof servedGateway>>;
afterEach(() => world.close());

const result = async () => (await post(world.at, { token: await token(), body: toolCall() })).body?.result;

test("a stranger's MCP client connects, lists and calls", async () => {
  const protocolConfiguration = { mcp: { supportedVersions: ["2025-03-26", "2025-06-18"], instructions: "read this" } };
  world = await servedGateway(undefined, { protocolConfiguration });
  const client = new Client({ name: "stranger", version: "1.0.0" });
  const headers = { Authorization: `Bearer ${await token()}` };
  await client.connect(new StreamableHTTPClientTransport(new URL(world.at), { requestInit: { headers } }));
  expect(client.getServerVersion()).toMatchObject({ name: "demo-gateway" });
  expect(client.getInstructions()).toBe("read this");
  const { tools } = await client.listTools();
  expect(tools).toMatchObject([
    { name: "sample-tool-target___read", description: "can read", inputSchema: { type: "object", required: ["text"] } },
    { name: "sample-tool-target___write" },
  ]);
  const answer = await client.callTool({ name: "sample-tool-target___read", arguments: { text: "x" } });
  expect(answer).toMatchObject({ isError: false, content: [{ type: "text", text: '{"done":true}' }] });
  await client.close();
});

test.each([
  ["2025-03-26", "2025-03-26"],
  ["2025-11-25", "2025-06-18"],
  ["1999-01-01", "2025-06-18"],
])("a client that asks for %s gets %s", async (asked, given) => {
  world = await servedGateway(undefined, {
    protocolConfiguration: { mcp: { supportedVersions: ["2025-06-18", "2025-03-26"] } },
  });
  const params = { protocolVersion: asked, capabilities: {}, clientInfo: { name: "x", version: "1" } };
  const { body } = await post(world.at, { token: await token(), body: request("initialize", params) });
  expect(body?.result?.protocolVersion).toBe(given);
});

test("the function gets the arguments as its event, and the tool's name in its context", async () => {
  world = await servedGateway();
  await result();
  const custom = {
    bedrockAgentCoreToolName: "sample-tool-target___read",
    bedrockAgentCoreGatewayId: world.gatewayId,
    bedrockAgentCoreTargetId: expect.stringMatching(/^[0-9A-Z]{10}$/),
    bedrockAgentCoreMcpMessageId: "1",
    bedrockAgentCoreMessageVersion: "1.0",
    bedrockAgentCoreAwsRequestId: expect.any(String),
  };
  expect(world.calls).toEqual([{ functionArn: LAMBDA, payload: { text: "x" }, clientContext: { custom } }]);
});

const GENERIC = "An internal error occurred. Please retry later.";

test.each([
  ["that fails", () => new Error("details of the function")],
  ["that cannot be run", () => Promise.reject(new Error("details of the function"))],
  ["that does not answer in time", () => sleep(500)],
])("a function %s is an error that tells nothing", async (_, answer) => {
  world = await servedGateway(undefined, {}, { toolTimeoutMs: 50 });
  world.behaviour.answer = answer;
  expect(await result()).toEqual({ content: [{ type: "text", text: GENERIC }], isError: true });
});

test("a function that the gateway's role may no longer invoke is not invoked", async () => {
  world = await servedGateway();
  world.denied.add("lambda:InvokeFunction");
  expect(await result()).toMatchObject({ isError: true });
  expect(world.calls).toEqual([]);
});

test("with exceptionLevel DEBUG the caller learns what went wrong", async () => {
  world = await servedGateway(undefined, { exceptionLevel: "DEBUG" });
  world.denied.add("lambda:InvokeFunction");
  const text = `Access denied while invoking Lambda function ${LAMBDA}`;
  expect(await result()).toMatchObject({ isError: true, content: [{ text }], _meta: { debug: { text } } });
});

test("a gateway answers by its former configuration until an update has taken effect", async () => {
  world = await servedGateway("ENFORCE");
  expect(await result()).toMatchObject({ isError: true });
  await world.call("UpdateGateway", { ...gateway(), gatewayIdentifier: world.gatewayId });
  await world.settled("GetGateway", { gatewayIdentifier: world.gatewayId });
  expect(await result()).toMatchObject({ isError: false });
});
