import { Agent, TOOL } from "../support/agent";
import { Project, mustSucceed } from "../support/project";

/** Real Terraform, the real scripts: the input of a tool changes while a forbid reads it. */

const SPEC = "lambdas/tools/sample-tool/spec.json";
const FORBID = "policies/deny-guest/no_long_lists.cedar";
const FINANCE = "5f0c2b1e-7a64-4d0f-9a51-3c2f6e8b7d10";

const noMoreThanTen = (property: string) => `forbid (
  principal is AgentCore::OAuthUser,
  action == AgentCore::Action::"${TOOL}",
  resource == AgentCore::Gateway::"{{GATEWAY_ARN}}"
) when { context.input has ${property} && context.input.${property} > 10 };
`;

let project: Project;

beforeAll(async () => {
  project = await Project.create();
  project.edit("settings/dev.yaml", (text) => text.replace(/policySet: .*/, "policySet: deny-guest"));
  project.write(FORBID, noMoreThanTen("N"));
  await project.deploy();
});
afterAll(() => project.close());

const isAllowed = async (input: object) =>
  (await (await Agent.for(project.aws, "agents-dev", FINANCE)).call(TOOL, input)).allowed;

test("is refused before anything is changed, and says which forbid, what, and what to do", async () => {
  project.edit(SPEC, (text) => text.replace('"N"', '"letters"'));
  project.write(FORBID, noMoreThanTen("letters"));
  await mustSucceed(project.synth());
  const before = project.aws.events.changes("gateway-target").length;

  const { code, output } = await project.apply("gateway");

  expect(code).not.toBe(0);
  const words = output.replaceAll(/[\s│]+/g, " ");
  expect(words).toMatch(/would then forbid nothing; nothing was changed/);
  expect(words).toMatch(new RegExp(`resource: ${TOOL}: N is gone; read by agents_dev_no_long_lists_[0-9a-f]{8}`));
  expect(words).toMatch(/next: give the changed tool a new name/);
  expect(project.aws.events.changes("gateway-target")).toHaveLength(before);
  expect(await isAllowed({ text: "a", N: 100 })).toBe(false);
  expect(await isAllowed({ text: "a", N: 10 })).toBe(true);
});

test("goes through once the forbid has gone", async () => {
  const changed = project.read(SPEC);
  project.edit(SPEC, (text) => text.replace('"letters"', '"N"'));
  project.delete(FORBID);
  await project.deploy();

  project.write(SPEC, changed);
  project.write(FORBID, noMoreThanTen("letters"));
  await project.deploy();

  expect(await isAllowed({ text: "a", letters: 100 })).toBe(false);
  expect(await isAllowed({ text: "a", letters: 10 })).toBe(true);
});

test("goes through where the change breaks no condition", async () => {
  project.edit(SPEC, (text) => text.replace('"required": ["text"]', '"required": ["text", "letters"]'));
  project.edit(SPEC, (text) => text.replace('"text": {', '"language": { "type": "string" },\n        "text": {'));

  await project.deploy();

  expect(await isAllowed({ text: "a", letters: 100, language: "en" })).toBe(false);
  expect(await isAllowed({ text: "a", letters: 10, language: "en" })).toBe(true);
});
