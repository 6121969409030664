import { TerraformProvider } from "../../../local/provider";
import { FakeSsm, testEnvironment } from "./fake-ssm";
import { Workspace } from "./terraform";

const parameter = (attributes: object) => ({
  resource: { aws_ssm_parameter: { it: { name: "/n/it", type: "String", ...attributes } } },
});

describe("a resource of the stand-in provider, through real Terraform", () => {
  let ssm: FakeSsm;
  let provider: TerraformProvider;
  let workspace: Workspace;

  beforeEach(async () => {
    ssm = new FakeSsm();
    provider = await TerraformProvider.start(ssm, testEnvironment, { moduleDirectories: [] });
    workspace = new Workspace(provider.reattach, {
      region: "eu-west-1",
      default_tags: [{ tags: { Project: "n", Owner: "default" } }],
    });
  });

  afterEach(async () => {
    workspace.remove();
    await provider.close();
  });

  test("is created, planned without changes, and destroyed", async () => {
    const created = await workspace.apply(parameter({ insecure_value: "v" }));
    const again = await workspace.plan();
    await workspace.succeed("destroy", "-auto-approve");

    expect(created).toContain("1 added, 0 changed, 0 destroyed");
    expect(again.hasChanges).toBe(false);
    expect(ssm.parameters.size).toBe(0);
  });

  test("shows what AWS decides as known after apply", async () => {
    await workspace.write(parameter({ insecure_value: "v" }));

    const { output } = await workspace.plan();

    expect(output).toMatch(/\+ arn += \(known after apply\)/);
    expect(output).toMatch(/\+ version += \(known after apply\)/);
  });

  test("keeps its ARN known and its version unknown when its value changes in place", async () => {
    await workspace.apply(parameter({ insecure_value: "v" }));
    await workspace.write(parameter({ insecure_value: "w" }));

    const { output } = await workspace.plan();

    expect(output).toMatch(/~ insecure_value += "v" -> "w"/);
    expect(output).toMatch(/~ version += 1 -> \(known after apply\)/);
    expect(output).not.toMatch(/arn .*known after apply/);
    expect(output).toContain("0 to add, 1 to change, 0 to destroy");
  });

  test("is replaced when an attribute changes that forces a new resource", async () => {
    await workspace.apply(parameter({ insecure_value: "v" }));
    await workspace.write(parameter({ insecure_value: "v", name: "/n/other" }));

    const { output } = await workspace.plan();
    await workspace.succeed("apply", "-auto-approve");

    expect(output).toMatch(/~ name += "\/n\/it" -> "\/n\/other" # forces replacement/);
    expect([...ssm.parameters.keys()]).toEqual(["/n/other"]);
  });

  test("hides a sensitive value in the plan", async () => {
    await workspace.write(parameter({ type: "SecureString", value: "hidden-from-the-plan" }));

    const { output } = await workspace.plan();

    expect(output).toMatch(/\+ value += \(sensitive value\)/);
    expect(output).not.toContain("hidden-from-the-plan");
  });

  test("keeps a write-only value out of plan and state, and sends it again when its version changes", async () => {
    const secret = (value: string, version: number) =>
      parameter({ type: "SecureString", value_wo: value, value_wo_version: version });
    await workspace.apply(secret("write-only-1", 1));
    const unchanged = await workspace.plan();
    await workspace.apply(secret("write-only-2", 2));

    expect(unchanged.hasChanges).toBe(false);
    expect(ssm.parameters.get("/n/it")?.Value).toBe("write-only-2");
    expect(workspace.stateFile()).not.toContain("write-only-");
  });

  test("gets the provider's default tags, and its own over them", async () => {
    await workspace.apply(parameter({ insecure_value: "v", tags: { Owner: "own" } }));
    const again = await workspace.plan();

    expect(ssm.parameters.get("/n/it")?.tags).toEqual({ Project: "n", Owner: "own" });
    expect(workspace.attributes("aws_ssm_parameter")).toMatchObject({
      tags: { Owner: "own" },
      tags_all: { Project: "n", Owner: "own" },
    });
    expect(again.hasChanges).toBe(false);
  });

  test("has its tags changed without a new version", async () => {
    await workspace.apply(parameter({ insecure_value: "v", tags: { A: "1" } }));
    await workspace.apply(parameter({ insecure_value: "v", tags: { B: "2" } }));

    expect(ssm.parameters.get("/n/it")?.tags).toEqual({ Project: "n", Owner: "default", B: "2" });
    expect(ssm.parameters.get("/n/it")?.Version).toBe(1);
  });

  test("shows a change made behind Terraform's back, tags included", async () => {
    await workspace.apply(parameter({ insecure_value: "v" }));
    const stored = ssm.parameters.get("/n/it");
    if (stored) Object.assign(stored, { Value: "changed", tags: { Project: "n" } });

    const { output } = await workspace.plan();

    expect(output).toMatch(/~ insecure_value += "changed" -> "v"/);
    expect(output).toMatch(/\+ "Owner" += "default"/);
  });

  test("is created again after it was deleted behind Terraform's back", async () => {
    await workspace.apply(parameter({ insecure_value: "v" }));
    ssm.parameters.clear();

    const { output } = await workspace.plan();

    expect(output).toContain("1 to add, 0 to change, 0 to destroy");
  });

  test("is imported by its id, after which nothing is to be changed", async () => {
    await workspace.apply(parameter({ value: "v" }));
    await workspace.succeed("state", "rm", "aws_ssm_parameter.it");

    await workspace.succeed("import", "aws_ssm_parameter.it", "/n/it");

    expect((await workspace.plan()).hasChanges).toBe(false);
  });

  test("reports AWS's refusal in the AWS provider's words and stays out of the state", async () => {
    await workspace.apply(parameter({ insecure_value: "v" }));
    await workspace.succeed("state", "rm", "aws_ssm_parameter.it");

    const { code, output } = await workspace.terraform("apply", "-auto-approve");

    expect(code).toBe(1);
    expect(output.replaceAll(/\s*\n[│\s]*/g, " ")).toContain(
      "creating SSM Parameter (/n/it): operation error SSM: PutParameter, https response error StatusCode: 400, ParameterAlreadyExists: The parameter already exists.",
    );
    expect(workspace.stateFile()).not.toContain("aws_ssm_parameter");
  });

  test("is refused with an attribute of a wrong type or none of the type's", async () => {
    await expect(workspace.apply(parameter({ insecure_value: ["list"] }))).rejects.toThrow(
      /Incorrect attribute value type/,
    );
    await expect(workspace.apply(parameter({ insecure_value: "v", nonsense: 1 }))).rejects.toThrow(
      /Extraneous JSON object property/,
    );
  });
});

describe("the provider block", () => {
  test("is refused for another region and for an account that it does not allow", async () => {
    const provider = await TerraformProvider.start(new FakeSsm(), testEnvironment, { moduleDirectories: [] });
    const elsewhere = new Workspace(provider.reattach, { region: "us-east-1" });
    const otherAccount = new Workspace(provider.reattach, { allowed_account_ids: ["999999999999"] });

    await expect(elsewhere.apply(parameter({ insecure_value: "v" }))).rejects.toThrow(/is region\s+(│ )?eu-west-1/);
    await expect(otherAccount.apply(parameter({ insecure_value: "v" }))).rejects.toThrow(/account ID not allowed/);

    elsewhere.remove();
    otherAccount.remove();
    await provider.close();
  });

  test("is each process's own: two at once keep their default tags apart", async () => {
    const ssm = new FakeSsm();
    const provider = await TerraformProvider.start(ssm, testEnvironment, { moduleDirectories: [] });
    const workspaces = ["a", "b"].map(
      (name) => new Workspace(provider.reattach, { default_tags: [{ tags: { Stack: name } }] }),
    );

    await Promise.all(
      workspaces.map((one, index) => one.apply(parameter({ name: `/n/${index}`, insecure_value: "v" }))),
    );

    expect(ssm.parameters.get("/n/0")?.tags).toEqual({ Stack: "a" });
    expect(ssm.parameters.get("/n/1")?.tags).toEqual({ Stack: "b" });
    for (const one of workspaces) one.remove();
    await provider.close();
  });
});
