import { byHand } from "../support/gateway";
import { openMoments } from "../support/openness";
import { Project, mustSucceed } from "../support/project";

/** docs/OPERATIONS.md, "Leaving": its commands, word for word, but for the approval that a person gives. */

let project: Project;
beforeAll(async () => {
  project = await Project.create();
  await project.deploy();
});
afterAll(() => project.close());

const leaving = (): string[] => {
  const chapter = project.read("docs/OPERATIONS.md").split("\n## Leaving\n")[1] ?? "";
  const block = /```bash\n([\s\S]*?)```/.exec(chapter)?.[1] ?? "";
  return block.trim().split("\n");
};
const shell = (command: string) => project.command("bash", ["--norc", "-c", command]);
const engines = async () =>
  (await byHand<{ policyEngines: object[] }>(project.aws, "ListPolicyEngines", {})).policyEngines.length;

test("the engine is not retired while a target is behind the gateway", async () => {
  const [, retire = ""] = leaving();

  const { code, output } = await shell(retire);

  expect(code).toBe(1);
  expect(output).toMatch(/the policy engine stays; nothing was changed[\s\S]*sample-tool-target/);
  expect(await engines()).toBe(1);
});

test("targets, engine and state go in this order, and the gateway was never open", async () => {
  const [destroyTargets = "", retire = "", forget = ""] = leaving();

  await mustSucceed(shell(`${destroyTargets} -auto-approve`));
  await mustSucceed(shell(retire));
  await mustSucceed(shell(forget));

  expect(await engines()).toBe(0);
  expect(openMoments(project.aws.events.all())).toEqual([]);
  const left = (await mustSucceed(project.terraform("gateway", "state", "list"))).split("\n");
  expect(left).toContain("aws_bedrockagentcore_gateway.gateway");
  expect(left.filter((address) => /terraform_data|gateway_target/.test(address))).toEqual([]);
});

test("a change of the gateway reaches it only once the line with ignoreChanges is gone, as the chapter says", async () => {
  const planned = async () => {
    await mustSucceed(project.synth());
    const changes = await project.plan("gateway");
    return changes.find(({ address }) => address === "aws_bedrockagentcore_gateway.gateway")?.change.actions;
  };
  project.edit("settings/dev.yaml", (text) => `${text}\ngateway:\n  description: Another description\n`);

  expect(await planned()).toBeUndefined();
  project.edit("stacks/constructs/gateway.ts", (text) => text.replace(/^.*ignoreChanges.*\n/m, ""));
  expect(await planned()).toEqual(["update"]);
});

test("what is left can be destroyed", async () => {
  await mustSucceed(project.destroy("gateway"));
});
