import { RESOURCES } from "../../../local/provider/resources";
import { project, synthesise } from "../../stacks/synthesised";
import { CHANGED, DELETED, type ByHand } from "./behind";
import { everything, Everything } from "./everything";

/** What is done behind Terraform's back is in its next plan, type by type; and one apply puts all of it back. */
const CONSOLE = { arn: "arn:aws:iam::111122223333:user/console", via: "sdk" } as const;

let deployed: Everything;
beforeAll(async () => {
  deployed = await Everything.deploy();
});
afterAll(() => deployed.close());

async function planAfter({ type, name = "it", calls }: ByHand) {
  const { aws, workspace } = deployed;
  for (const call of calls(workspace.attributes(type, name))) await aws.call(...call, CONSOLE);
  const change = (await workspace.changes()).find(({ address }) => address === `${type}.${name}`)?.change;
  if (!change) throw new Error(`the plan does not have ${type}.${name}`);
  return change;
}

const title = (row: ByHand) => `${row.type}: ${row.what} -> ${row.planned}`;

describe("a change made behind Terraform's back is in the next plan", () => {
  test.each(CHANGED.map((row) => [title(row), row] as const))("%s", async (_, row) => {
    const { actions, before, after, replace_paths: replaced = [] } = await planAfter(row);

    expect(actions.join()).toBe(row.planned);
    if (row.shows === undefined) expect(row.because).toBeDefined();
    else expect(before?.[row.shows]).not.toEqual(after?.[row.shows]);
    if (row.planned === "delete,create") expect(replaced).toContainEqual([row.shows]);
  });

  test("and one apply puts all of them back", async () => {
    await deployed.workspace.apply({ resource: everything });

    expect(await deployed.workspace.plan()).toMatchObject({ hasChanges: false });
  });
});

describe("what is deleted behind Terraform's back is created again", () => {
  test.each(DELETED.map((row) => [title(row), row] as const))("%s", async (_, row) => {
    const { actions, before } = await planAfter(row);

    expect(actions.join()).toBe(row.planned);
    expect(before).toBeNull();
  });

  test("and one apply puts all of them back", async () => {
    await deployed.workspace.apply({ resource: everything });

    expect(await deployed.workspace.plan()).toMatchObject({ hasChanges: false });
  });
});

test("each type that the provider has, and so each of both stacks, is changed and deleted", () => {
  const { settings } = project();
  const stacks = synthesise(project({ settings: { gateway: { ...settings.gateway, tracing: true } } }));
  const used = Object.values(stacks).flatMap(({ json }) => Object.keys(json.resource));
  const types = Object.keys(RESOURCES).sort();

  expect([...new Set(CHANGED.map(({ type }) => type))].sort()).toEqual(types);
  expect([...new Set(DELETED.map(({ type }) => type))].sort()).toEqual(types);
  expect(used.filter((type) => type !== "terraform_data" && !types.includes(type))).toEqual([]);
});
