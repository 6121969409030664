import type { CallEvent } from "../../local/core/events";
import { Agent, TOOL } from "../support/agent";
import { openMoments } from "../support/openness";
import { Project, mustSucceed } from "../support/project";

/**
 * A deployment in another partition, by a role that is assumed: neither is inherited by what local-exec runs, so each
 * must have been told, on destroy too, where Terraform has the old state alone to tell it from.
 */

const NAME = "agents-dev";
const REGION = "us-gov-west-1";
const DEPLOYER = "arn:aws-us-gov:iam::000000000000:role/deployer";
const SESSION = "arn:aws-us-gov:sts::000000000000:assumed-role/deployer/";
const FINANCE = "5f0c2b1e-7a64-4d0f-9a51-3c2f6e8b7d10";

let project: Project;
beforeAll(async () => {
  project = await Project.create({ region: REGION, accountId: "000000000000" });
  await makeDeployer();
  project.edit("settings/dev.yaml", (text) =>
    text.replace("region: us-east-1", `region: ${REGION}\nassumeRoleArn: ${DEPLOYER}`),
  );
});
afterAll(() => project.close());

async function makeDeployer(): Promise<void> {
  const Statement = [
    { Effect: "Allow", Principal: { AWS: "arn:aws-us-gov:iam::000000000000:root" }, Action: "sts:AssumeRole" },
  ];
  const role = { RoleName: "deployer", AssumeRolePolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement }) };
  const { Role } = await project.aws.call<{ Role: { Arn: string } }>("iam", "CreateRole", role, {
    arn: "test",
    via: "sdk",
  });
  expect(Role.Arn).toBe(DEPLOYER);
}

/** What the lifecycle scripts asked for since the so-many-th event, in their order. */
const scriptCalls = (since: number): CallEvent[] =>
  project.aws.events
    .all()
    .slice(since)
    .filter((event): event is CallEvent => event.kind === "call" && event.via === "sdk" && event.caller !== "test");

function expectAssumedFirst(calls: readonly CallEvent[]): void {
  const own = calls.filter(({ caller }) => !caller.startsWith(SESSION));
  expect(new Set(own.map(({ service, operation }) => `${service} ${operation}`))).toEqual(new Set(["sts AssumeRole"]));
  expect(calls[0]?.operation).toBe("AssumeRole");
}

test("every script assumes the role before it asks for anything else", async () => {
  await project.deploy();

  const calls = scriptCalls(0);
  expectAssumedFirst(calls);
  for (const operation of ["CreatePolicyEngine", "UpdateGateway", "CreatePolicy"])
    expect(calls.map((call) => call.operation)).toContain(operation);
});

test("the deployment serves in its partition", async () => {
  const agent = await Agent.for(project.aws, NAME, FINANCE);

  expect(await agent.tools()).toEqual([TOOL]);
  expect((await agent.call()).allowed).toBe(true);
  const outputs = await project.outputs("gateway");
  expect(outputs.gateway_arn).toMatch(/^arn:aws-us-gov:bedrock-agentcore:us-gov-west-1:/);
  expect((await project.outputs("identity")).domain_url).toMatch(/\.auth-fips\.us-gov-west-1\.amazoncognito\.com$/);
});

test("npm run policy assumes it as well", async () => {
  const before = project.aws.events.all().length;

  await mustSucceed(project.command("npm", ["run", "--silent", "policy", "--", "status"]));

  expectAssumedFirst(scriptCalls(before));
});

test("a destroy assumes it, and leaves nothing behind", async () => {
  const before = project.aws.events.all().length;

  await mustSucceed(project.destroy("gateway"));

  const calls = scriptCalls(before);
  expectAssumedFirst(calls);
  expect(calls.map(({ operation }) => operation)).toContain("DeletePolicyEngine");
  expect(openMoments(project.aws.events.all())).toEqual([]);
});
