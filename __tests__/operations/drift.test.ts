import type { GetGatewayCommandOutput } from "@aws-sdk/client-bedrock-agentcore-control";
import type { Context } from "../../provisioners/context";
import { listPolicies, type EnginePolicy } from "../../provisioners/aws/policies";
import { compare } from "../../operations/compare";
import { loadDeployment, type Deployment } from "../../operations/deployment";
import type { Finding } from "../../operations/finding";
import { repair } from "../../operations/repair";
import { takeSnapshot } from "../../operations/snapshot";
import { Agent } from "../support/agent";
import { byHand, contextFor, settledGateway, until } from "../support/gateway";
import { openMoments } from "../support/openness";
import { Project } from "../support/project";

/** One deployment by real Terraform; each test changes it by hand, as in the console, and leaves it repaired. */

const FINANCE = "5f0c2b1e-7a64-4d0f-9a51-3c2f6e8b7d10";

let project: Project;
let context: Context;
let deployment: Deployment;
let gateway: GetGatewayCommandOutput;
let engineId: string;

beforeAll(async () => {
  project = await Project.create();
  await project.deploy();
  ({ context } = contextFor(project.aws));
  const { settings, ...rest } = loadDeployment();
  deployment = {
    ...rest,
    settings: { ...settings, policyEngine: { ...settings.policyEngine, propagationSeconds: 0 } },
  };
  const { gateway_id, policy_engine_id } = await project.outputs("gateway");
  engineId = String(policy_engine_id);
  gateway = await settledGateway(project.aws, String(gateway_id));
});
afterAll(() => project.close());

const snapshot = () => takeSnapshot(context, deployment.names);
const status = async () => compare(deployment, await snapshot());
const mend = async (...deleteUnmanaged: string[]) => repair(context, deployment, await snapshot(), deleteUnmanaged);
const told = (findings: readonly Finding[]) => findings.map(({ what, effect }) => `${effect}: ${what}`);

/** The managed policy, as an engine of this deployment has exactly one. */
async function policyByHand(operation: string, input: object): Promise<void> {
  const [policy] = await listPolicies(context, engineId);
  await byHand(project.aws, operation, { policyEngineId: engineId, policyId: policy?.id, ...input });
  await settledPolicies();
}

const settledPolicies = () =>
  until(async () =>
    (await listPolicies(context, engineId)).every(({ status: now }) => /^(ACTIVE|.*FAILED)$/.test(now)),
  );

async function updateGateway(change: object): Promise<void> {
  const { gatewayId: gatewayIdentifier, name, roleArn, authorizerType } = gateway;
  const { description, protocolType, protocolConfiguration, authorizerConfiguration, policyEngineConfiguration } =
    gateway;
  await byHand(project.aws, "UpdateGateway", {
    ...{ gatewayIdentifier, name, roleArn, authorizerType, description, protocolType, protocolConfiguration },
    ...{ authorizerConfiguration, policyEngineConfiguration },
    ...change,
  });
  await settledGateway(project.aws, gatewayIdentifier ?? "");
}

const permit = (department: string) => `permit (
  principal is AgentCore::OAuthUser,
  action == AgentCore::Action::"sample-tool-target___text_analysis_tool",
  resource == AgentCore::Gateway::"${gateway.gatewayArn}"
) when { principal.hasTag("department") && principal.getTag("department") == "${department}" };`;

async function tagEngine(tags: Readonly<Record<string, string>>): Promise<void> {
  const resourceArn = gateway.policyEngineConfiguration?.arn;
  await byHand(project.aws, "TagResource", { resourceArn, tags });
}

async function addPolicy(name: string): Promise<void> {
  const definition = { cedar: { statement: permit("interns") } };
  await byHand(project.aws, "CreatePolicy", { policyEngineId: engineId, name, definition });
  await settledPolicies();
}

async function otherEngine(): Promise<string> {
  const name = `other_${project.aws.events.all().length}`;
  const made = await byHand<{ policyEngineId: string; policyEngineArn: string }>(project.aws, "CreatePolicyEngine", {
    name,
  });
  const { policyEngineId } = made;
  const look = () => byHand<{ status: string }>(project.aws, "GetPolicyEngine", { policyEngineId });
  await until(async () => (await look()).status === "ACTIVE");
  return made.policyEngineArn;
}

/** Whoever attaches another engine must let the gateway's role ask it. */
async function grantEverything(): Promise<void> {
  const document = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] };
  const RoleName = deployment.names.gatewayRole;
  const input = { RoleName, PolicyName: "by-hand", PolicyDocument: JSON.stringify(document) };
  await project.aws.call("iam", "PutRolePolicy", input, { arn: "console", via: "sdk" });
}

test("nothing is found where nobody changed anything", async () => {
  expect(await status()).toEqual([]);
});

const CHANGES: readonly (readonly [done: string, change: () => Promise<void>, found: readonly string[]])[] = [
  [
    "a policy is edited",
    () => policyByHand("UpdatePolicy", { definition: { cedar: { statement: permit("finance") } } }),
    ["wider: has another text than text_analysis.cedar"],
  ],
  ["a policy is deleted", () => policyByHand("DeletePolicy", {}), ["narrower: is not in the engine"]],
  [
    "a policy is switched to LOG_ONLY",
    () => policyByHand("UpdatePolicy", { enforcementMode: "LOG_ONLY" }),
    ["narrower: is in the engine without effect: status ACTIVE, enforcement LOG_ONLY"],
  ],
  [
    "the engine is detached",
    () => updateGateway({ policyEngineConfiguration: undefined }),
    ["open: no policy engine is attached"],
  ],
  [
    "the mode is changed",
    () => updateGateway({ policyEngineConfiguration: { ...gateway.policyEngineConfiguration, mode: "LOG_ONLY" } }),
    ["open: the engine's mode is different"],
  ],
  [
    "the authorizer lets another client in",
    () => updateGateway({ authorizerConfiguration: opened() }),
    ["wider: authorizerConfiguration is different"],
  ],
  [
    "a tag of the engine is changed",
    () => tagEngine({ ManagedBy: "somebody" }),
    ["none: does not bear the tags of the settings"],
  ],
  [
    "the published engine is another",
    () => parameter("PutParameter", { Name: "/agents-dev/policy/engine", Value: "{}", Overwrite: true }),
    ["none: names something else"],
  ],
  [
    "the published policies are deleted",
    () => parameter("DeleteParameter", { Name: "/agents-dev/policy/policies" }),
    ["none: is missing"],
  ],
  ["the description is changed", () => updateGateway({ description: "by hand" }), ["none: description is different"]],
];

const parameter = async (operation: string, input: object) =>
  void (await project.aws.call("ssm", operation, input, { arn: "console", via: "sdk" }));

const opened = () => {
  const { discoveryUrl, allowedClients = [] } = gateway.authorizerConfiguration?.customJWTAuthorizer ?? {};
  return { customJWTAuthorizer: { discoveryUrl, allowedClients: [...allowedClients, "another-client"] } };
};

test.each(CHANGES)("%s: status names it, and repair mends it", async (_, change, found) => {
  await change();
  const open = openMoments(project.aws.events.all()).length;
  const wasOpened = found.some((text) => text.startsWith("open"));

  expect(told(await status())).toEqual(found);
  await mend();

  expect(await status()).toEqual([]);
  // Where a hand had opened it, the write that closes it is the last open moment.
  expect(openMoments(project.aws.events.all())).toHaveLength(open + (wasOpened ? 1 : 0));
  expect((await (await Agent.for(project.aws, "agents-dev", FINANCE)).call()).allowed).toBe(true);
});

type Seen = Awaited<ReturnType<typeof snapshot>>;
const withPolicy =
  (change: Partial<EnginePolicy>) =>
  ({ engine }: Seen): Partial<Seen> => ({
    engine: engine && { ...engine, policies: engine.policies.map((policy) => ({ ...policy, ...change })) },
  });
const TWISTS: readonly (readonly [what: string, twist: (seen: Seen) => Partial<Seen>, found: readonly string[]])[] = [
  [
    "the engine is gone",
    () => ({ engine: undefined }),
    ["open: does not exist", "wider: another policy engine is attached"],
  ],
  [
    "nothing was ever deployed",
    () => ({ engine: undefined, gateways: [] }),
    ["narrower: does not exist", "narrower: does not exist"],
  ],
  [
    "a policy could not be changed",
    withPolicy({ status: "UPDATE_FAILED" }),
    ["narrower: is UPDATE_FAILED: AWS does not say whether it decides"],
  ],
  [
    "a policy could not be deleted",
    withPolicy({ status: "DELETE_FAILED" }),
    ["wider: has the text of text_analysis.cedar, and is DELETE_FAILED"],
  ],
  [
    "the engine bears other tags",
    ({ engine }) => ({ engine: engine && { ...engine, tags: { ...engine.tags, Deployment: "other" } } }),
    ["wider: does not bear this deployment's tags: it is not, or no longer, this deployment's"],
  ],
  [
    "the engine could not be changed",
    ({ engine }) => ({ engine: engine && { ...engine, status: "UPDATE_FAILED" } }),
    ["narrower: is UPDATE_FAILED: AWS gives no reason"],
  ],
  [
    "the gateway could not be changed",
    ({ gateways }) => ({ gateways: gateways.map((one) => ({ ...one, status: "UPDATE_UNSUCCESSFUL" as const })) }),
    ["narrower: is UPDATE_UNSUCCESSFUL: AWS gives no reason"],
  ],
  [
    "somebody's target is there, and the repository's is not",
    ({ gateways }) => ({ gateways: gateways.map((one) => ({ ...one, targets: ["theirs"] })) }),
    ["wider: target theirs is not the repository's", "narrower: target sample-tool-target is missing"],
  ],
  [
    "an interceptor, a transformation and another role",
    ({ gateways }) => ({
      gateways: gateways.map((one) => ({
        ...one,
        roleArn: "arn:other",
        interceptorConfigurations: [],
        customTransformConfiguration: { lambda: { arn: "arn:theirs" } },
      })),
    }),
    [
      "wider: roleArn is different",
      "wider: customTransformConfiguration is different",
      "wider: interceptorConfigurations is different",
    ],
  ],
  [
    "what the identity stack published is missing",
    () => ({ machineClientId: undefined }),
    ["wider: cannot be compared: /agents-dev/discovery_url or /agents-dev/machine_client_id is missing in SSM"],
  ],
  [
    "an unmanaged policy cannot be read",
    ({ engine }) => ({
      engine: engine && {
        ...engine,
        policies: [...engine.policies, { ...engine.policies[0]!, name: "theirs", text: undefined, effect: undefined }],
      },
    }),
    ["wider: was not made by this deployment"],
  ],
];

test.each(TWISTS)("%s: status says so", async (_, twist, found) => {
  const seen = await snapshot();
  expect(told(compare(deployment, { ...seen, ...twist(seen) }))).toEqual(found);
});

test("a forbid that is missing widens access", async () => {
  const [permitted] = deployment.statements;
  const forbidden = {
    ...permitted!,
    stem: "no_guests",
    effect: "forbid" as const,
    text: "forbid(principal, action, resource);",
  };
  const wanting = { ...deployment, statements: [...deployment.statements, forbidden] };
  expect(told(compare(wanting, await snapshot()))).toEqual(["wider: is not in the engine"]);
});

test("another engine is attached: repair replaces it only where the settings say so", async () => {
  const arn = await otherEngine();
  await grantEverything();
  await updateGateway({ policyEngineConfiguration: { arn, mode: "ENFORCE" } });

  const [finding] = await status();
  expect(finding).toMatchObject({ effect: "wider", what: "another policy engine is attached", seen: arn });
  await expect(mend()).rejects.toThrow(/not this deployment's, so it was not replaced/);

  const { settings, ...rest } = deployment;
  const takeOver = { ...rest, settings: { ...settings, policyEngine: { ...settings.policyEngine, takeOver: true } } };
  await repair(context, takeOver, await snapshot(), []);
  expect(await status()).toEqual([]);
});

test("a policy is added: repair leaves it until it is named, and then deletes it", async () => {
  await addPolicy("by_hand");
  const [finding] = await status();
  expect(finding).toMatchObject({
    resource: "policy by_hand",
    effect: "wider",
    what: "was not made by this deployment",
    seen: permit("interns"),
    next: expect.stringContaining("--delete-unmanaged by_hand") as string,
  });

  await mend();
  expect(await status()).toHaveLength(1);
  await mend("by_hand");
  expect(await status()).toEqual([]);
});

test("what rollouts leave that were killed has no effect, is told as theirs, and is cleared", async () => {
  const { policyPrefix } = deployment.names;
  const definition = { cedar: { statement: permit("interns") } };
  for (const name of [`${policyPrefix}__0123abcd`, `${policyPrefix}_interns_0123abcd`]) {
    const staged = { policyEngineId: engineId, name, definition, enforcementMode: "LOG_ONLY" };
    await byHand(project.aws, "CreatePolicy", staged);
  }
  await settledPolicies();

  expect(told(await status())).toEqual([
    "none: is the sign of a rollout that is under way, or was killed",
    "none: was left by a rollout that did not end: status ACTIVE, enforcement LOG_ONLY",
  ]);

  await mend();
  expect(await status()).toEqual([]);
});

test("a forbid and a permit that are named together: the permit goes first", async () => {
  for (const [name, effect] of [
    ["forbid_by_hand", "forbid"],
    ["permit_by_hand", "permit"],
  ] as const) {
    const definition = { cedar: { statement: permit("interns").replace("permit", effect) } };
    await byHand(project.aws, "CreatePolicy", { policyEngineId: engineId, name, definition });
    await settledPolicies();
  }
  const start = project.aws.events.all().length;

  await mend("forbid_by_hand", "permit_by_hand");

  const gone = project.aws.events.changes("policy").filter(({ sequence }) => sequence >= start);
  expect(gone.flatMap(({ id, state }) => (state === "deleted" ? [id.replace(/-.*/, "")] : []))).toEqual([
    "permit_by_hand",
    "forbid_by_hand",
    // The rollout's own sign, as it makes nothing else.
    expect.stringMatching(/__[0-9a-f]{8}$/),
  ]);
  expect(await status()).toEqual([]);
});

test("an unmanaged permit goes only once the repository's own is back", async () => {
  await policyByHand("DeletePolicy", {});
  const definition = { cedar: { statement: permit("finance") } };
  await byHand(project.aws, "CreatePolicy", { policyEngineId: engineId, name: "by_hand", definition });
  await settledPolicies();
  const agent = await Agent.for(project.aws, "agents-dev", FINANCE);
  await until(async () => (await agent.call()).allowed);
  const decisions: boolean[] = [];
  project.aws.intercept = async ({ operation }, proceed) => {
    const answer = await proceed();
    if (/^(Create|Delete)Policy$|^ListPolicies$/.test(operation)) decisions.push((await agent.call()).allowed);
    return answer;
  };
  await mend("by_hand");
  project.aws.intercept = undefined;

  expect(decisions.length).toBeGreaterThan(1);
  expect(decisions).not.toContain(false);
  expect(await status()).toEqual([]);
});

test("a policy that the settings replace: status says that it is still there, and repair takes it out", async () => {
  await addPolicy("by_hand");
  const { settings, ...rest } = deployment;
  const policyEngine = { ...settings.policyEngine, replacePolicies: ["by_hand"] };
  const replacing = { ...rest, settings: { ...settings, policyEngine } };

  expect(told(compare(replacing, await snapshot()))).toEqual([
    "wider: is to be replaced, as policyEngine.replacePolicies says, and is still there",
  ]);
  await repair(context, replacing, await snapshot(), []);
  expect(await status()).toEqual([]);
});

test("repair deletes no policy that is not there, and none of its own by name", async () => {
  const [own] = await listPolicies(context, engineId);

  await expect(mend("nobody", own?.name ?? "")).rejects.toThrow(
    /no policy of the engine has this name[\s\S]*is this deployment's own/,
  );
  expect(await status()).toEqual([]);
});

test("what allows finance stays allowed while an edited policy is put back", async () => {
  await policyByHand("UpdatePolicy", { definition: { cedar: { statement: permit("finance") } } });
  const agent = await Agent.for(project.aws, "agents-dev", FINANCE);
  const decisions: boolean[] = [];
  project.aws.intercept = async ({ operation }, proceed) => {
    const answer = await proceed();
    if (/^(Create|Update|Delete)Policy$/.test(operation)) decisions.push((await agent.call()).allowed);
    return answer;
  };
  await mend();
  project.aws.intercept = undefined;

  expect(decisions.length).toBeGreaterThan(1);
  expect(decisions).not.toContain(false);
});

test("repair stops before it changes anything when the gateway is gone or there are two", async () => {
  const { gateways, ...rest } = await snapshot();
  const before = project.aws.events.changes("policy").length;

  for (const found of [[], [...gateways, ...gateways]]) {
    const twisted = { ...rest, gateways: found };
    expect(compare(deployment, twisted).length).toBeGreaterThan(0);
    await expect(repair(context, deployment, twisted, [])).rejects.toThrow(
      new RegExp(`there are ${found.length}[\\s\\S]*exactly one`),
    );
  }
  expect(project.aws.events.changes("policy").length).toBe(before);
});

test("Terraform has nothing to do after all these repairs", async () => {
  expect(await project.plan("gateway")).toEqual([]);
});

test("npm run policy -- status and repair: exit codes 0, 2 and 1", async () => {
  const policy = (...args: string[]) => project.command("npm", ["run", "--silent", "policy", "--", ...args]);
  expect(await policy("status")).toMatchObject({
    code: 0,
    output: expect.stringContaining("agents-dev (dev, us-east-1) is in step with the repository") as string,
  });

  await policyByHand("UpdatePolicy", { definition: { cedar: { statement: permit("finance") } } });
  const drift = await policy("status");
  const json = JSON.parse((await policy("status", "--json")).output) as { inStep: boolean; findings: Finding[] };
  expect(drift).toMatchObject({ code: 2, output: expect.stringContaining("has another text than") as string });
  expect(drift.output).toMatch(/^ {2}- .*\["finance", "engineering", "guest"\]/m);
  expect(json).toMatchObject({ inStep: false, findings: [{ effect: "wider" }] });

  expect(await policy("repair")).toMatchObject({ code: 0 });
  const typo = await policy("repair", "--delete-unmanaged", "nobody");
  expect(typo).toMatchObject({
    code: 1,
    output: expect.stringContaining("no policy of the engine has this name") as string,
  });

  const denied = await project.command("npm", ["run", "--silent", "policy", "--", "status"], {
    AWS_ACCESS_KEY_ID: "AKIANOBODY",
  });
  expect(denied).toMatchObject({ code: 1, output: expect.stringContaining("no valid AWS credentials") as string });
  expect(denied.output).not.toMatch(/^\s+at /m);
});
