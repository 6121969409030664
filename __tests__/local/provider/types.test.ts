import { TerraformProvider } from "../../../local/provider";
import { RESOURCES } from "../../../local/provider/resources";
import { compute, gateway, identity } from "./configuration";
import { FakeSsm, testEnvironment } from "./fake-ssm";
import { Workspace } from "./terraform";

const everything = { resource: { ...identity, ...compute("function.zip", "hash"), ...gateway } };

describe("a plan of every resource type", () => {
  test("needs no call of AWS, and shows secrets as sensitive and write-only", async () => {
    const aws = new FakeSsm();
    const provider = await TerraformProvider.start(aws, testEnvironment, { moduleDirectories: [] });
    const workspace = new Workspace(provider.reattach);
    await workspace.write(everything);

    const { output } = await workspace.plan();

    for (const type of Object.keys(RESOURCES)) expect(output).toContain(`# ${type}.`);
    expect(aws.calls).toEqual([]);
    expect(output).toMatch(/\+ client_secret += \(sensitive value\)/);
    expect(output).toMatch(/\+ secret_string_wo += \(write-only attribute\)/);
    // Blocks that AWS fills in: announced, as the provider's SDK does it.
    expect(output).toMatch(/\+ ephemeral_storage \(known after apply\)/);
    expect(output).toMatch(/\+ verification_message_template \(known after apply\)/);
    workspace.remove();
    await provider.close();
  });
});
