import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { TOOL } from "../support/agent";
import { Project, mustSucceed } from "../support/project";

/** The commands of the README as a user types them, against the offline AWS. They share one deployment. */

let project: Project;
beforeAll(async () => {
  project = await Project.create();
});
afterAll(() => project.close());

const CLI = { CI: "1", DISABLE_VERSION_CHECK: "1", FORCE_COLOR: "0" };
// Offline there is no registry to take the provider's checksum from.
const cdktf = (...args: string[]) => project.command("npx", ["cdktf", ...args, "--skip-provider-lock"], CLI);
const verify = (...args: string[]) => project.command("npm", ["run", "verify", "--", ...args], CLI);

test("cdktf diff of the gateway stack fails before the identity stack is there, and names the parameter", async () => {
  const { code, output } = await cdktf("diff", "dev-gateway");

  expect(code).toBe(1);
  expect(output).toMatch(/reading SSM Parameter.*\/agents-dev\/discovery_url/);
});

test("cdktf diff, deploy, and verify", async () => {
  expect(await mustSucceed(cdktf("diff", "dev-identity"))).toMatch(/aws_cognito_user_pool\.user_pool/);
  await mustSucceed(cdktf("deploy", "*", "--auto-approve"));
  expect(await mustSucceed(cdktf("diff", "dev-gateway"))).toMatch(/No changes/);
  expect(await mustSucceed(verify())).toMatch(/finance[\s\S]*engineering[\s\S]*guest/);
});

test("verify holds a deployment to expectations, and exits with 1 where one does not hold", async () => {
  const held = await verify("--expect", `guest:${TOOL}=allow`);
  const broken = await verify("--expect", `guest:${TOOL}=deny`);

  expect(held.code).toBe(0);
  expect(broken).toMatchObject({ code: 1, output: expect.stringMatching(/expected deny, got allow/) as string });
});

test("verify compares with the policy set of the repository, not with what is deployed", async () => {
  const { code, output } = await project.command("npm", ["run", "verify"], { ...CLI, POLICY_SET: "deny-guest" });

  expect(code).toBe(1);
  expect(output).toMatch(/guest .*: expected deny by the policy set, got allow/);
});

test("verify tells that nothing is deployed, without a stack trace", async () => {
  project.edit("settings/dev.yaml", (text) => text.replace("name: agents-dev", "name: agents-new"));
  const { code, output } = await verify();
  project.edit("settings/dev.yaml", (text) => text.replace("name: agents-new", "name: agents-dev"));

  expect(code).toBe(1);
  expect(output).toMatch(/\/agents-new\/gateway_url/);
  expect(output).not.toMatch(/^\s+at /m);
});

test("verify shows no token, no secret and no user identifier in full", async () => {
  const { output } = await verify("--json");

  expect(output).toContain("finance");
  expect(output).not.toMatch(/eyJ[\w-]+\./);
  expect(output).not.toContain("5f0c2b1e-7a64-4d0f-9a51-3c2f6e8b7d10");
});

test("cdktf diff shows whose claims change and how, and no user identifier in full", async () => {
  project.edit("settings/dev.yaml", (text) => text.replace("role: analyst", "role: controller"));
  const output = await mustSucceed(cdktf("diff", "dev-identity"));
  project.edit("settings/dev.yaml", (text) => text.replace("role: controller", "role: analyst"));

  expect(output).toMatch(/5f0c2b1e….*"department finance, role analyst" -> "department finance, role controller"/);
  expect(output).not.toContain("5f0c2b1e-7a64-4d0f-9a51-3c2f6e8b7d10");
});

test("cdktf destroy", async () => {
  await mustSucceed(cdktf("destroy", "*", "--auto-approve"));
});

test("local:aws says in one line of JSON what a client needs, and a taken port is a clear mistake", async () => {
  const start = (port: string) =>
    spawn("npm", ["run", "--silent", "local:aws", "--", "--port", port], { cwd: project.folder, detached: true });
  const first = start("0");
  const [line] = (await once(createInterface({ input: first.stdout }), "line")) as [string];
  const { endpoint, environment } = JSON.parse(line) as { endpoint: string; environment: Record<string, string> };
  expect(environment).toMatchObject({ AWS_ENDPOINT_URL: endpoint });

  const second = start(new URL(endpoint).port);
  let message = "";
  second.stderr.on("data", (text: Buffer) => (message += text.toString()));
  const [code] = (await once(second, "exit")) as [number];
  process.kill(-(first.pid ?? 0), "SIGTERM");
  await once(first, "exit");

  expect(code).toBe(1);
  expect(message).toMatch(/another program listens on this port/);
  expect(message).not.toMatch(/^\s+at /m);
});
