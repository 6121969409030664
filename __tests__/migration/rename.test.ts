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

const isAllowed = async (name: string) => (await (await Agent.for(project.aws, name, FINANCE)).call()).allowed;

test("a renamed deployment stands beside the first, and stays when that is destroyed", async () => {
  await project.deploy();
  project.write("settings/renamed.yaml", project.read("settings/dev.yaml").replace("agents-dev", RENAMED));

  const renamed = project.in("renamed");
  await renamed.deploy();
  expect([await isAllowed("agents-dev"), await isAllowed(RENAMED)]).toEqual([true, true]);
  await mustSucceed(project.command("npm", ["run", "--silent", "policy", "--", "status"]));

  await mustSucceed(project.synth());
  for (const stack of [...STACKS].reverse()) await mustSucceed(project.destroy(stack));

  expect(await isAllowed(RENAMED)).toBe(true);
  await mustSucceed(renamed.command("npm", ["run", "--silent", "verify"]));
  await mustSucceed(renamed.command("npm", ["run", "--silent", "policy", "--", "status"]));
  expect(openMoments(project.aws.events.all())).toEqual([]);
});
