import { setTimeout as sleep } from "node:timers/promises";
import { inexpressible, statement } from "../agentcore/world";
import { post, request, servedGateway, token, toolCall } from "./world";

let world: Awaited<ReturnType<typeof servedGateway>>;
afterEach(() => world.close());

const READ = "sample-tool-target___read";
const WRITE = "sample-tool-target___write";
const DENIED =
  /^AuthorizeActionException - Tool Execution Denied: Tool call not allowed due to policy enforcement \[(.*)\]$/;

async function listed(department?: string): Promise<string[]> {
  const { body } = await post(world.at, { token: await token({ department }), body: request("tools/list") });
  return (body?.result?.tools as { name: string }[]).map(({ name }) => name);
}

/** `allowed`, or the reason in brackets. */
async function called(department: string | undefined, tool: string, input: object = { text: "x" }): Promise<string> {
  const { status, body } = await post(world.at, { token: await token({ department }), body: toolCall(tool, input) });
  const { content, isError } = body?.result as { content: { text: string }[]; isError: boolean };
  expect(status).toBe(200);
  return isError ? (DENIED.exec(content[0]?.text ?? "")?.[1] ?? "another error") : "allowed";
}

const permit = async (name: string, text: string, members: object = {}) => {
  const policy = await world.createPolicy(world.engine.policyEngineId, name, text, members);
  expect(policy.status).toBe("ACTIVE");
  await sleep(5);
  return policy;
};

const BY_DEFAULT = "No policy applies to the request (denied by default).";

test("an ENFORCE gateway without a policy shows nothing and denies everything", async () => {
  world = await servedGateway("ENFORCE");
  expect(await listed("sales")).toEqual([]);
  expect(await called("sales", READ)).toBe(BY_DEFAULT);
  expect(world.calls).toEqual([]);
});

test("a permit shows and allows its tool to its department alone", async () => {
  world = await servedGateway("ENFORCE");
  await permit("p", statement(world.gatewayArn, "read", "sales"));
  expect(await listed("sales")).toEqual([READ]);
  expect(await listed("guest")).toEqual([]);
  expect(await listed()).toEqual([]);
  expect(await called("sales", READ)).toBe("allowed");
  expect(await called("sales", WRITE)).toBe(BY_DEFAULT);
  expect(await called("guest", READ)).toBe(BY_DEFAULT);
  expect(await called(undefined, READ)).toBe(BY_DEFAULT);
  expect(world.calls).toHaveLength(1);
});

test("a permit by input shows its tool and decides with the input", async () => {
  world = await servedGateway("ENFORCE");
  const text = statement(world.gatewayArn, "read", "sales").replace(" };", ' && context.input.text == "good" };');
  await permit("p", text);
  expect(await listed("sales")).toEqual([READ]);
  expect(await called("sales", READ, { text: "good" })).toBe("allowed");
  expect(await called("sales", READ, { text: "bad" })).toBe(BY_DEFAULT);
});

test("a forbid wins, and the denial names it", async () => {
  world = await servedGateway("ENFORCE");
  await permit("p", statement(world.gatewayArn, "read", "sales"));
  const { policyId } = await permit("f", statement(world.gatewayArn, "read", "sales", "forbid"));
  expect(await called("sales", READ)).toBe(`Policy evaluation denied due to ${policyId}`);
  expect(await listed("sales")).toEqual([]);
});

test("a LOG_ONLY policy changes no decision", async () => {
  world = await servedGateway("ENFORCE");
  await permit("p", statement(world.gatewayArn, "read", "sales"));
  await permit("f", statement(world.gatewayArn, "read", "sales", "forbid"), { enforcementMode: "LOG_ONLY" });
  await permit("q", statement(world.gatewayArn, "write", "sales"), { enforcementMode: "LOG_ONLY" });
  expect(await called("sales", READ)).toBe("allowed");
  expect(await called("sales", WRITE)).toBe(BY_DEFAULT);
});

test("a deleted policy no longer allows", async () => {
  world = await servedGateway("ENFORCE");
  const policy = await permit("p", statement(world.gatewayArn, "read", "sales"));
  expect(await called("sales", READ)).toBe("allowed");
  await world.call("DeletePolicy", policy);
  await sleep(10);
  expect(await called("sales", READ)).toBe(BY_DEFAULT);
});

test("a gateway without an engine is open to every token", async () => {
  world = await servedGateway();
  expect(await listed()).toEqual([READ, WRITE]);
  expect(await called(undefined, WRITE)).toBe("allowed");
  expect(world.plane.spans()).toEqual([]);
});

test("an attachment in LOG_ONLY lets everything through and records what it would have decided", async () => {
  world = await servedGateway("LOG_ONLY");
  expect(await listed("sales")).toEqual([READ, WRITE]);
  expect(await called("sales", READ)).toBe("allowed");
  expect(world.plane.spans().map(({ attributes }) => attributes)).toEqual([
    {
      "aws.agentcore.gateway.policy.mode": "LOG_ONLY",
      "aws.agentcore.policy.allowed_tools": [],
      "aws.agentcore.policy.denied_tools": [READ, WRITE],
    },
    {
      "aws.agentcore.gateway.policy.mode": "LOG_ONLY",
      "aws.agentcore.policy.authorization_decision": "DENY",
      "aws.agentcore.policy.determining_policies": [],
    },
  ]);
});

test.each(["GetPolicyEngine", "AuthorizeAction", "PartiallyAuthorizeActions"])(
  "a role that loses %s after the attachment gets every call denied",
  async (action) => {
    world = await servedGateway("ENFORCE");
    await permit("p", statement(world.gatewayArn, "read", "sales"));
    world.denied.add(`bedrock-agentcore:${action}`);
    for (const body of [toolCall(READ), request("tools/list")]) {
      const answer = await post(world.at, { token: await token({ department: "sales" }), body });
      expect(answer.body).toMatchObject({ error: { code: -32603, message: "InternalServerException" } });
    }
    expect(world.calls).toEqual([]);
  },
);

test("a tool that no Cedar schema can be made from closes its gateway", async () => {
  world = await servedGateway("ENFORCE");
  await permit("p", statement(world.gatewayArn, "read", "sales"));
  expect(await called("sales", READ)).toBe("allowed");
  await world.createTarget(world.gatewayId, inexpressible());
  for (const body of [toolCall(READ), request("tools/list")]) {
    const answer = await post(world.at, { token: await token({ department: "sales" }), body });
    expect(answer).toMatchObject({ status: 500, body: { error: { code: -32603, message: "Internal error" } } });
  }
  expect(world.calls).toHaveLength(1);
});

describe.each([undefined, "LOG_ONLY", "ENFORCE"] as const)("with an engine attached in mode %s", (mode) => {
  test.each([
    ["the name in another case", toolCall("sample-tool-target___Read")],
    ["a padded name", toolCall(`${READ} `)],
    ["the name without its target", toolCall("read")],
    ["the name of an object's own member", toolCall("__proto__")],
    ["an unknown argument", toolCall(READ, { text: "x", more: 1 })],
    ["a missing argument", toolCall(READ, {})],
    ["an argument of a wrong type", toolCall(READ, { text: 1 })],
    ["an optional argument of a wrong type", toolCall(READ, { text: "x", N: 1.5 })],
    ["arguments that are a list", request("tools/call", { name: READ, arguments: [] })],
    ["no name", request("tools/call", {})],
  ])("%s reaches no tool", async (_, body) => {
    world = await servedGateway(mode);
    if (mode) await permit("p", statement(world.gatewayArn, "read", "sales"));
    const answer = await post(world.at, { token: await token({ department: "sales" }), body });
    expect(answer.body?.error ?? answer.body?.result?.isError).toBeTruthy();
    expect(world.calls).toEqual([]);
  });
});

test("spans and log tell decisions, and nothing of the user, the token or the input", async () => {
  world = await servedGateway("ENFORCE");
  const { policyId } = await permit("p", statement(world.gatewayArn, "read", "sales"));
  const claims = { department: "sales", user_id: "someone@example.com" };
  const bearer = await token(claims);
  await post(world.at, { token: bearer, body: toolCall(READ, { text: "private words" }) });
  expect(world.plane.spans()[0]).toMatchObject({
    name: "AgentCore.Policy.AuthorizeAction",
    attributes: {
      "aws.agentcore.policy.authorization_decision": "ALLOW",
      "aws.agentcore.policy.determining_policies": [policyId],
    },
  });
  const written = JSON.stringify([world.plane.spans(), world.events.all()]);
  for (const secret of [bearer, "someone@example.com", "private words"]) expect(written).not.toContain(secret);
});
