import { TerraformProvider } from "../../../local/provider";
import { RESOURCES } from "../../../local/provider/resources";
import { compute, gateway, identity } from "./configuration";
import { FakeSsm, testEnvironment } from "./fake-ssm";
import { Workspace } from "./terraform";

const everything = { resource: { ...identity, ...compute("function.zip", "hash"), ...gateway } };

/** Blocks that the configuration leaves out: optional and computed in the schema of the provider's public repository. */
const ANNOUNCED = [
  ...["ephemeral_storage", "tracing_config"],
  ...["sign_in_policy", "sms_configuration", "verification_message_template"],
  ...["inline_policy", "replica"],
];

describe("a plan of every resource type", () => {
  const aws = new FakeSsm();
  let provider: TerraformProvider;
  let workspace: Workspace;
  beforeAll(async () => {
    provider = await TerraformProvider.start(aws, testEnvironment, { moduleDirectories: [] });
    workspace = new Workspace(provider.reattach);
    await workspace.write(everything);
  });
  afterAll(async () => {
    workspace.remove();
    await provider.close();
  });

  test("needs no call of AWS, and shows secrets as sensitive and write-only", async () => {
    const { output } = await workspace.plan();

    for (const type of Object.keys(RESOURCES)) expect(output).toContain(`# ${type}.`);
    expect(aws.calls).toEqual([]);
    expect(output).toMatch(/\+ client_secret += \(sensitive value\)/);
    expect(output).toMatch(/\+ secret_string_wo += \(write-only attribute\)/);
    // Blocks that AWS fills in: announced, as the provider's SDK does it.
    for (const block of ANNOUNCED) expect(output).toContain(`+ ${block} (known after apply)`);
  });
});
