import { setTimeout as sleep } from "node:timers/promises";
import type { AwsEvent } from "../../local/core/events";
import { Agent, TOOL } from "../support/agent";
import { byHand } from "../support/gateway";
import { inventoryOf } from "../support/inventory";
import { openMoments } from "../support/openness";
import { Project, mustSucceed } from "../support/project";

/**
 * A deployment's whole life with real Terraform, the real bundles and real Cedar. The tests share one
 * deployment and run in this order; each ends with everything as the repository says.
 */

const NAME = "agents-dev";
const FINANCE = "5f0c2b1e-7a64-4d0f-9a51-3c2f6e8b7d10";
const POLICY = "policies/allow-guest/text_analysis.cedar";
const DENIAL = /^AuthorizeActionException - Tool Execution Denied: Tool call not allowed due to policy enforcement/;

let project: Project;
let mark = 0;

beforeAll(async () => {
  project = await Project.create();
});
afterAll(() => project.close());
beforeEach(() => {
  mark = project.aws.events.all().length;
});

const eventsOfThisTest = (): readonly AwsEvent[] => project.aws.events.all().slice(mark);
const neverOpen = () => openMoments(project.aws.events.all());
const gatewayOutputs = () => project.outputs("gateway");

/** What a plan would do, as `action address`. */
async function planned(stack: string, ...args: string[]): Promise<string[]> {
  const changes = await project.plan(stack, ...args);
  return changes.map(({ address, change }) => `${change.actions.join("+")} ${address}`).sort();
}

/** Asks for decisions while something runs, and returns them in order without repeats. */
async function decisionsDuring(work: Promise<unknown>, user: string): Promise<string[]> {
  const agent = await Agent.for(project.aws, NAME, user);
  const seen: string[] = [];
  let running = true;
  const stop = work.finally(() => (running = false));
  while (running) {
    const decision = (await agent.call()).allowed ? "allow" : "deny";
    if (seen.at(-1) !== decision) seen.push(decision);
    await sleep(10);
  }
  await stop;
  return seen;
}

test("a deployment gives claims to tokens, shows tools and decides calls", async () => {
  await project.deploy();

  const agent = await Agent.for(project.aws, NAME, FINANCE);
  expect(await agent.tools()).toEqual([TOOL]);
  expect(await agent.call()).toEqual({ allowed: true, text: expect.stringContaining("Words: 4") as string });
  expect(await gatewayOutputs()).toMatchObject({
    policy_engine_id: expect.stringMatching(/^agents_dev_policy_engine-/) as string,
    policy_ids: { text_analysis: expect.stringMatching(/^agents_dev_text_analysis_[0-9a-f]{8}-/) as string },
    target_ids: { "sample-tool-target": expect.any(String) as string },
    ssm_prefix: `/${NAME}`,
  });
  expect(neverOpen()).toEqual([]);
});

test("a second plan is empty", async () => {
  await mustSucceed(project.synth());
  expect(await planned("identity")).toEqual([]);
  expect(await planned("gateway")).toEqual([]);
});

test("a changed policy is rolled out with no deny window, on the same engine", async () => {
  const before = await gatewayOutputs();
  project.edit(POLICY, (text) => text.replace(', "guest"', ""));
  await mustSucceed(project.synth());
  expect(await planned("gateway")).toEqual(["delete+create terraform_data.cedar_policies"]);

  const apply = mustSucceed(project.apply("gateway"));
  const [finance, guest] = await Promise.all([decisionsDuring(apply, FINANCE), decisionsDuring(apply, "stranger")]);

  expect(finance).toEqual(["allow"]);
  expect(guest).toEqual(["allow", "deny"]);
  const after = await gatewayOutputs();
  expect(after.policy_engine_id).toBe(before.policy_engine_id);
  expect(after.policy_ids).not.toEqual(before.policy_ids);
  expect((await (await Agent.for(project.aws, NAME, "stranger")).call()).text).toMatch(DENIAL);
  expect(await (await Agent.for(project.aws, NAME, "stranger")).tools()).toEqual([]);
  expect(neverOpen()).toEqual([]);
});

test("the plan of a changed policy shows the lines of Cedar that change", async () => {
  project.edit(POLICY, (text) => text.replace('"finance", "engineering"', '"finance", "engineering", "legal"'));
  await mustSucceed(project.synth());

  const text = await mustSucceed(project.terraform("gateway", "plan", "-no-color", "-input=false"));

  expect(text).toMatch(/-\s+\["finance", "engineering"\]\.contains/);
  expect(text).toMatch(/\+\s+\["finance", "engineering", "legal"\]\.contains/);
  project.edit(POLICY, (now) => now.replace(', "legal"', ""));
});

test("a policy file that is added and removed comes and goes alone", async () => {
  const added = POLICY.replace("text_analysis", "no_secrets");
  project.write(
    added,
    project
      .read(POLICY)
      .replace("permit (", "forbid (")
      .replace(/when \{[\s\S]*\}/, 'when { context.input.text == "secret" }'),
  );
  await project.deploy();
  const agent = await Agent.for(project.aws, NAME, FINANCE);
  expect((await agent.call()).allowed).toBe(true);
  expect((await agent.call(TOOL, { text: "secret" })).text).toMatch(
    /Policy evaluation denied due to agents_dev_no_secrets_/,
  );
  expect(Object.keys((await gatewayOutputs()).policy_ids as object)).toEqual(["no_secrets", "text_analysis"]);

  project.delete(added);
  await project.deploy();

  expect((await agent.call(TOOL, { text: "secret" })).allowed).toBe(true);
  expect(Object.keys((await gatewayOutputs()).policy_ids as object)).toEqual(["text_analysis"]);
  expect(neverOpen()).toEqual([]);
});

test("another gateway description is written by the attachment, never by Terraform", async () => {
  project.edit("settings/dev.yaml", (text) => `${text}\ngateway:\n  description: Another description\n`);
  await mustSucceed(project.synth());
  expect(await planned("gateway")).toEqual(["delete+create terraform_data.policy_attachment"]);

  await mustSucceed(project.apply("gateway"));

  const updates = eventsOfThisTest().flatMap((event) =>
    event.kind === "call" && event.operation === "UpdateGateway" ? [event.via] : [],
  );
  expect(updates).toEqual(["sdk"]);
  const { gateway_id: gatewayIdentifier } = await gatewayOutputs();
  expect(await byHand(project.aws, "GetGateway", { gatewayIdentifier })).toMatchObject({
    description: "Another description",
  });
  expect(await planned("gateway")).toEqual([]);
  expect(neverOpen()).toEqual([]);
});

test("a tool that is added is denied until a policy permits it, and leaves without a trace", async () => {
  project.write("lambdas/tools/echo/handler.ts", project.read("lambdas/tools/sample-tool/handler.ts"));
  project.write("lambdas/tools/echo/spec.json", project.read("lambdas/tools/sample-tool/spec.json"));
  await project.deploy();
  const agent = await Agent.for(project.aws, NAME, FINANCE);
  expect(await agent.tools()).toEqual([TOOL]);
  expect((await agent.call("echo-target___text_analysis_tool")).text).toMatch(DENIAL);
  expect((await agent.call()).allowed).toBe(true);

  project.delete("lambdas/tools/echo");
  await project.deploy();

  expect(Object.keys((await gatewayOutputs()).target_ids as object)).toEqual(["sample-tool-target"]);
  expect(await planned("gateway")).toEqual([]);
  expect(neverOpen()).toEqual([]);
});

test("a replaced gateway is guarded before its targets come back", async () => {
  const before = await gatewayOutputs();

  await mustSucceed(project.apply("gateway", "-replace=aws_bedrockagentcore_gateway.gateway"));

  const after = await gatewayOutputs();
  expect(after.gateway_id).not.toBe(before.gateway_id);
  expect(after.policy_engine_id).toBe(before.policy_engine_id);
  expect((await (await Agent.for(project.aws, NAME, FINANCE)).call()).allowed).toBe(true);
  expect(neverOpen()).toEqual([]);
});

test("replacing the engine is refused while a gateway uses it, and changes nothing", async () => {
  const before = await gatewayOutputs();

  const refused = await project.apply("gateway", "-replace=terraform_data.policy_engine");

  expect(refused.code).toBe(1);
  expect(refused.output).toMatch(/a gateway uses the engine, and would be open without it; nothing was changed/);
  expect(eventsOfThisTest().filter(({ kind }) => kind === "change")).toEqual([]);
  await project.deploy();
  expect((await gatewayOutputs()).policy_engine_id).toBe(before.policy_engine_id);
  expect(neverOpen()).toEqual([]);
});

test("an engine detached by hand is an open moment, and attached again by the next rollout", async () => {
  const { gateway_id: gatewayIdentifier } = await gatewayOutputs();
  const gateway = await byHand<Record<string, unknown>>(project.aws, "GetGateway", { gatewayIdentifier });
  const { name, roleArn, protocolType, protocolConfiguration, authorizerType, authorizerConfiguration } = gateway;
  const withoutEngine = { name, roleArn, protocolType, protocolConfiguration, authorizerType, authorizerConfiguration };
  await byHand(project.aws, "UpdateGateway", { gatewayIdentifier, ...withoutEngine });
  await sleep(50);
  // This shows also that the proof in the tests above can fail.
  expect(neverOpen()).toEqual([
    expect.stringContaining("sample-tool-target behind agents-dev-gateway with engine null"),
  ]);

  project.edit(POLICY, (text) => `// again\n${text}`);
  await project.deploy();

  const restored = await byHand<Record<string, unknown>>(project.aws, "GetGateway", { gatewayIdentifier });
  expect(restored.policyEngineConfiguration).toMatchObject({ mode: "ENFORCE" });
});

test("LOG_ONLY lets everything through, and only with an acknowledgement; ENFORCE comes back", async () => {
  const settings = project.read("settings/dev.yaml");
  project.edit("settings/dev.yaml", (text) =>
    text.replace("mode: ENFORCE", "mode: LOG_ONLY\n  acknowledgeNothingIsEnforced: true"),
  );
  await project.deploy();
  const stranger = await Agent.for(project.aws, NAME, "stranger");
  expect((await stranger.call()).allowed).toBe(true);

  project.write("settings/dev.yaml", settings);
  const start = project.aws.events.all().length;
  await project.deploy();

  expect((await stranger.call()).text).toMatch(DENIAL);
  const modes = project.aws.events.changes("gateway").filter(({ sequence }) => sequence >= start);
  expect(modes.at(-1)?.state).toMatchObject({ mode: "ENFORCE", status: "READY" });
});

test("destroying leaves nothing behind", async () => {
  await mustSucceed(project.destroy("gateway"));
  await mustSucceed(project.destroy("identity"));

  expect([...inventoryOf(project.aws.events.changes())]).toEqual([]);
});
