import { parse, stringify } from "yaml";
import type { GetGatewayCommandOutput } from "@aws-sdk/client-bedrock-agentcore-control";
import { Agent } from "../support/agent";
import { byHand } from "../support/gateway";
import { openMoments } from "../support/openness";
import { Project, mustSucceed } from "../support/project";
import { FINANCE, NAME, NOBODY, USER, deployFast, type Fast } from "./fast";
import { Watch } from "./watch";

/** docs/MIGRATING_FROM_FAST.md, followed word for word, with real Terraform. */

const CONSOLE = { arn: "console", via: "sdk" } as const;
const DOCUMENT = "docs/MIGRATING_FROM_FAST.md";

let project: Project;
let fast: Fast;
let watch: Watch;
afterEach(() => project.close());

async function start(options: { readonly policyEngine: boolean }): Promise<void> {
  project = await Project.create();
  fast = await deployFast(project.aws, options);
  const { discoveryUrl, machineClientId: clientId, secret, gatewayUrl } = fast;
  const access = { discoveryUrl, clientId, secret, gatewayUrl };
  const as = (user: string) => Agent.with(project.aws, access, NAME, user);
  watch = new Watch({ finance: await as(FINANCE), nobody: await as(NOBODY) });
  project.aws.intercept = watch.intercept;
}

/** The settings that the document shows, with the values of this account in place of its examples. */
function documented(): Settings {
  const block = /```yaml\n([\s\S]*?)```/.exec(project.read(DOCUMENT))?.[1] ?? "";
  const values: Readonly<Record<string, string>> = {
    "us-east-1_EXAMPLE": fast.userPoolId,
    "1webclientexample": fast.webClientId,
    "1machineclientexample": fast.machineClientId,
    "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee": fast.brandingId,
    "arn:aws:secretsmanager:us-east-1:111122223333:secret:/agents-dev/machine_client_secret-AbCdEf": fast.secretArn,
    "agents-dev-gateway-abcdefghij": fast.gatewayId,
    ABCDEFGHIJ: fast.targetId,
    agents_dev_policy_engine_cp_1760000000: fast.policyName ?? "",
  };
  const filled = Object.entries(values).reduce((text, [example, value]) => text.replaceAll(example, value), block);
  return parse(filled) as Settings;
}

interface Settings {
  readonly policyEngine?: object;
  readonly imports?: object;
}

function settings({ policyEngine, ...others }: Settings): void {
  project.edit("settings/dev.yaml", (text) => {
    const before = parse(text) as Settings;
    // The set that says what FAST's second version of its policy says.
    const ours = { ...before, policySet: "deny-guest", policyEngine: { ...before.policyEngine, ...policyEngine } };
    return stringify({ ...ours, ...others });
  });
}

/** Synthesises and applies both stacks in their order. Answers what each plan had said. */
async function deploy(): Promise<string[]> {
  await mustSucceed(project.synth());
  const told: string[] = [];
  for (const stack of ["identity", "gateway"]) {
    await mustSucceed(project.terraform(stack, "init", "-input=false"));
    const plan = await mustSucceed(project.terraform(stack, "plan", "-input=false", "-no-color"));
    told.push(/^(Plan: .*|No changes)/m.exec(plan)?.[0] ?? plan);
    await mustSucceed(project.apply(stack));
  }
  return told;
}

const gateways = async () => {
  const { items } = await byHand<{ items: object[] }>(project.aws, "ListGateways", {});
  const gatewayIdentifier = fast.gatewayId;
  const one = await byHand<GetGatewayCommandOutput>(project.aws, "GetGateway", { gatewayIdentifier });
  return { count: items.length, one };
};

const engines = async () =>
  (await byHand<{ policyEngines: { policyEngineId: string }[] }>(project.aws, "ListPolicyEngines", {})).policyEngines;

const policies = async (policyEngineId: string) =>
  (await byHand<{ policies: { name: string }[] }>(project.aws, "ListPolicies", { policyEngineId })).policies;

async function signIn(): Promise<boolean> {
  const AuthParameters = { USERNAME: USER.email, PASSWORD: USER.password };
  const input = { AuthFlow: "USER_PASSWORD_AUTH", ClientId: fast.webClientId, AuthParameters };
  interface Answer {
    AuthenticationResult?: { AccessToken: string };
  }
  const answer = await project.aws.call<Answer>("cognito-idp", "InitiateAuth", input, CONSOLE);
  return answer.AuthenticationResult !== undefined;
}

test("FAST's deployment is taken over as it is", async () => {
  await start({ policyEngine: true });
  expect(await watch.look()).toEqual({ finance: "allowed", nobody: "denied" });
  const openBefore = openMoments(project.aws.events.all());
  settings(documented());

  const plans = await deploy();

  expect(plans.every((plan) => /^Plan: \d+ to import, .* 0 to destroy\.$/.test(plan))).toBe(true);
  expect(project.read(DOCUMENT)).toContain(/\d+ to import/.exec(plans[0] ?? "")?.[0]);
  // Whoever was in a pool, held a client or knew the gateway's address has lost nothing.
  expect(await signIn()).toBe(true);
  const { count, one } = await gateways();
  expect([count, one.gatewayUrl]).toEqual([1, fast.gatewayUrl]);
  const [engine, ...more] = await engines();
  expect([engine?.policyEngineId, more]).toEqual([fast.policyEngineId, []]);
  expect((await policies(fast.policyEngineId ?? "")).map(({ name }) => name)).toEqual([
    expect.stringMatching(/^agents_dev_text_analysis_/),
  ]);
  // Tokens of before, at every change: never too much, never a denial by policy of what both allow.
  expect(watch.changes).toBeGreaterThan(20);
  expect(watch.after("finance", "denied")).toEqual([]);
  expect(watch.after("nobody", "allowed")).toEqual([]);
  // From the gateway's new role to the target's new function, a call that is allowed does not reach a tool.
  expect(watch.after("finance", "failed")[0]).toBe("UpdateGateway");
  expect(watch.after("finance", "allowed")).toContain("UpdateGatewayTarget");
  expect(openMoments(project.aws.events.all())).toEqual(openBefore);
  expect(await watch.look()).toEqual({ finance: "allowed", nobody: "denied" });
  await isInStep();

  settings({ policyEngine: { takeOver: false, replacePolicies: [] }, imports: {} });
  expect(await deploy()).toEqual(["No changes", expect.stringMatching(/^Plan: 1 to add, 0 to change, 1 to destroy/)]);
  await isInStep();
});

test("FAST's gateway without a policy engine gets one, and nobody whom the policies allow is denied on the way", async () => {
  await start({ policyEngine: false });
  expect(await watch.look()).toEqual({ finance: "allowed", nobody: "allowed" });

  settings({ imports: documented().imports, policyEngine: { mode: "LOG_ONLY" } });
  await deploy();
  expect(await watch.look()).toEqual({ finance: "allowed", nobody: "allowed" });
  settings({ policyEngine: { mode: "ENFORCE" } });
  const [, gateway] = await deploy();

  expect(gateway).toMatch(/^Plan: \d+ to add, 0 to change, \d+ to destroy\.$/);
  expect(watch.after("finance", "denied")).toEqual([]);
  expect(await watch.look()).toEqual({ finance: "allowed", nobody: "denied" });
  expect((await gateways()).one.gatewayUrl).toBe(fast.gatewayUrl);
  await isInStep();
});

async function isInStep(): Promise<void> {
  for (const stack of ["identity", "gateway"]) expect(await project.plan(stack)).toEqual([]);
  const environment = project.aws.environment();
  await mustSucceed(project.command("npm", ["run", "--silent", "policy", "--", "status"], environment));
}
