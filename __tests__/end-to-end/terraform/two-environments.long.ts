import type { GetGatewayCommandOutput } from "@aws-sdk/client-bedrock-agentcore-control";
import { Agent, TOOL, accessOf } from "../../support/agent";
import { byHand } from "../../support/gateway";
import { inventoryOf } from "../../support/inventory";
import { openMoments } from "../../support/openness";
import { Project, mustSucceed, type RunResult } from "../../support/project";
import { STACKS } from "./account";

/**
 * Two environments in one account, with other names and other policies, each step done to both at the same time: neither
 * sees the other.
 */
const FINANCE = "5f0c2b1e-7a64-4d0f-9a51-3c2f6e8b7d10";

interface Environment {
  readonly name: string;
  readonly project: Project;
  readonly policySet: string;
}

let project: Project;
let environments: Environment[] = [];
const both = <T>(work: (environment: Environment) => Promise<T>) => Promise.all(environments.map(work));

beforeAll(async () => {
  project = await Project.create();
  environments = [
    { name: "agents-dev", project, policySet: "allow-guest" },
    { name: "helpers", project: project.in("second"), policySet: "deny-guest" },
  ];
  project.write(
    "settings/second.yaml",
    project
      .read("settings/dev.yaml")
      .replace("name: agents-dev", "name: helpers")
      .replace("policySet: allow-guest", "policySet: deny-guest"),
  );
  // One checkout is synthesised for one environment after the other; Terraform runs in folders of their own.
  for (const environment of environments) await mustSucceed(environment.project.synth());
});
afterAll(() => project.close());

/** What the environments' applies, or destroys, said, in both at once; one stack after the other in each. */
const inOrder = (stacks: readonly string[], run: (own: Project, stack: string) => Promise<RunResult>) =>
  both(async (environment) => {
    for (const stack of stacks) await mustSucceed(run(environment.project, stack));
  });

const applyBoth = () => inOrder(STACKS, (own, stack) => own.apply(stack));

async function decisions({ name }: Environment): Promise<boolean[]> {
  const users = [FINANCE, "a guest"];
  return Promise.all(users.map(async (user) => (await (await Agent.for(project.aws, name, user)).call()).allowed));
}

/** The names of the policies in an environment's engine, without the hash of what they say. */
async function policiesOf({ project: own }: Environment): Promise<string[]> {
  const { policy_engine_id: policyEngineId } = await own.outputs("gateway");
  const { policies } = await byHand<{ policies: { name: string }[] }>(project.aws, "ListPolicies", { policyEngineId });
  return policies.map(({ name }) => name.replace(/_[0-9a-f]{8}$/, "")).sort();
}

const emptyPlans = () =>
  both(async (environment) => {
    for (const stack of STACKS) expect(await environment.project.plan(stack)).toEqual([]);
  });

test("both are deployed, and converge", async () => {
  await inOrder(STACKS, (own, stack) => own.terraform(stack, "init", "-input=false"));
  await applyBoth();

  await emptyPlans();
  await both((environment) =>
    mustSucceed(environment.project.command("npm", ["run", "--silent", "policy", "--", "status"])),
  );
});

test("each gateway has its own engine, and each engine its own policies", async () => {
  const { policyEngines } = await byHand<{ policyEngines: { name: string }[] }>(project.aws, "ListPolicyEngines", {});
  const attached = await both(async ({ project: own }) => {
    const { gateway_id: gatewayIdentifier, policy_engine_id: engine } = await own.outputs("gateway");
    const gateway = await byHand<GetGatewayCommandOutput>(project.aws, "GetGateway", { gatewayIdentifier });
    return { name: gateway.name, own: gateway.policyEngineConfiguration?.arn?.endsWith(`/${String(engine)}`) };
  });

  expect(policyEngines.map(({ name }) => name).sort()).toEqual(["agents_dev_policy_engine", "helpers_policy_engine"]);
  expect(attached).toEqual([
    { name: "agents-dev-gateway", own: true },
    { name: "helpers-gateway", own: true },
  ]);
  expect(await both(policiesOf)).toEqual([["agents_dev_text_analysis"], ["helpers_text_analysis"]]);
});

test("each decides by its own policies, and lets nobody in with the other's token", async () => {
  expect(await both(decisions)).toEqual([
    [true, true],
    [true, false],
  ]);
  const [first, second] = await both(({ name }) => accessOf(project.aws, name));
  if (!first || !second) throw new Error("there are two");
  for (const [access, gatewayUrl, name] of [
    [first, second.gatewayUrl, "agents-dev"],
    [second, first.gatewayUrl, "helpers"],
  ] as const) {
    const stranger = await Agent.with(project.aws, { ...access, gatewayUrl }, name, FINANCE);
    expect((await stranger.rpc("tools/list", {})).status).toBe(401);
  }
});

test("both are given another policy at the same time", async () => {
  const engines = () => both(async ({ project: own }) => (await own.outputs("gateway")).policy_engine_id);
  const before = await engines();
  const permit = project.read("policies/allow-guest/text_analysis.cedar");
  const forbid = permit
    .replace("permit (", "forbid (")
    .replace(/when \{[\s\S]*\}/, 'when { context.input.text == "no" }');
  for (const { policySet } of environments)
    project.write(`policies/${policySet}/no_${policySet.slice(0, 4)}.cedar`, forbid);
  for (const environment of environments) await mustSucceed(environment.project.synth());

  await applyBoth();

  const forbidden = await both(async ({ name }) => {
    const agent = await Agent.for(project.aws, name, FINANCE);
    return [(await agent.call(TOOL, { text: "no" })).allowed, (await agent.call()).allowed];
  });
  expect(forbidden).toEqual([
    [false, true],
    [false, true],
  ]);
  expect(await both(policiesOf)).toEqual([
    ["agents_dev_no_allo", "agents_dev_text_analysis"],
    ["helpers_no_deny", "helpers_text_analysis"],
  ]);
  expect(await engines()).toEqual(before);
  await emptyPlans();
});

test("both are destroyed, and nothing is left of either", async () => {
  await inOrder([...STACKS].reverse(), (own, stack) => own.destroy(stack));

  expect([...inventoryOf(project.aws.events.changes())]).toEqual([]);
  expect(openMoments(project.aws.events.all())).toEqual([]);
});
