import { mustSucceed, Project } from "../support/project";
import { openMoments } from "../support/openness";
import { Agent } from "../support/agent";
import { FINANCE } from "./fast";

/** docs/OPERATIONS.md, "Renaming, and other accounts": a second deployment beside the first, and then the first goes. */

const STACKS = ["identity", "gateway"] as const;
const RENAMED = "helpers";

let project: Project;
beforeAll(async () => {
  project = await Project.create();
});
afterAll(() => project.close());

const environment = { ENVIRONMENT: "renamed" };
const terraform = async (stack: string, ...args: string[]) =>
  mustSucceed(project.command("terraform", [`-chdir=cdktf.out/stacks/renamed-${stack}`, ...args]));

async function deployRenamed(): Promise<void> {
  await mustSucceed(project.command(process.execPath, ["--import", "tsx", "main.ts"], environment));
  for (const stack of STACKS) {
    await terraform(stack, "init", "-input=false");
    await terraform(stack, "apply", "-auto-approve", "-input=false");
  }
}

const isAllowed = async (name: string) => (await (await Agent.for(project.aws, name, FINANCE)).call()).allowed;

test("a renamed deployment stands beside the first, and stays when that is destroyed", async () => {
  await project.deploy();
  project.write("settings/renamed.yaml", project.read("settings/dev.yaml").replace("agents-dev", RENAMED));

  await deployRenamed();
  expect([await isAllowed("agents-dev"), await isAllowed(RENAMED)]).toEqual([true, true]);
  await mustSucceed(project.command("npm", ["run", "--silent", "policy", "--", "status"]));

  await mustSucceed(project.synth());
  for (const stack of [...STACKS].reverse()) await mustSucceed(project.destroy(stack));

  expect(await isAllowed(RENAMED)).toBe(true);
  await mustSucceed(project.command("npm", ["run", "--silent", "verify"], environment));
  await mustSucceed(project.command("npm", ["run", "--silent", "policy", "--", "status"], environment));
  expect(openMoments(project.aws.events.all())).toEqual([]);
});
