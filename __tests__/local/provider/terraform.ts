import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
const run = promisify(execFile);

/** What one Terraform command printed, both streams together, and how it ended. */
export interface Outcome {
  readonly code: number;
  readonly output: string;
}

/** A resource as the state file has it. */
export interface StateResource {
  readonly type: string;
  readonly name: string;
  readonly attributes: Record<string, unknown>;
}

/** A resource's change as `terraform show -json` has it. */
export interface ResourceChange {
  readonly address: string;
  readonly type: string;
  readonly change: {
    readonly actions: readonly string[];
    readonly before: Readonly<Record<string, unknown>> | null;
    readonly after: Readonly<Record<string, unknown>> | null;
    readonly importing?: object;
    readonly replace_paths?: readonly (readonly string[])[];
  };
}

/** A folder with a configuration in Terraform's JSON syntax, as CDKTF writes it, and Terraform to run on it. */
export class Workspace {
  readonly folder = mkdtempSync(join(tmpdir(), "provider-test-"));

  constructor(
    /** Value of TF_REATTACH_PROVIDERS. */
    private readonly reattach: string,
    private readonly providerBlock: object = {},
  ) {}

  async write(configuration: object): Promise<void> {
    const aws = { source: "hashicorp/aws", version: "6.25.0" };
    const whole = {
      terraform: { required_providers: { aws } },
      provider: { aws: [this.providerBlock] },
      ...configuration,
    };
    writeFileSync(join(this.folder, "cdk.tf.json"), JSON.stringify(whole, null, 1));
    await this.succeed("init");
  }

  async terraform(...args: string[]): Promise<Outcome> {
    const env = {
      PATH: process.env["PATH"],
      HOME: this.folder,
      CHECKPOINT_DISABLE: "1",
      TF_REATTACH_PROVIDERS: this.reattach,
      TF_IN_AUTOMATION: "1",
    };
    try {
      const { stdout, stderr } = await run("terraform", [...args, "-no-color"], { cwd: this.folder, env });
      return { code: 0, output: stdout + stderr };
    } catch (error) {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
      return { code, output: stdout + stderr };
    }
  }

  /** Runs Terraform and fails with its output unless it exits with 0. */
  async succeed(...args: string[]): Promise<string> {
    const { code, output } = await this.terraform(...args);
    if (code !== 0) throw new Error(`terraform ${args.join(" ")} exited with ${code}:\n${output}`);
    return output;
  }

  async apply(configuration: object): Promise<string> {
    await this.write(configuration);
    return this.succeed("apply", "-auto-approve");
  }

  /** Exit code 2 of `plan -detailed-exitcode` says that there are changes. */
  async plan(): Promise<{ readonly hasChanges: boolean; readonly output: string }> {
    const { code, output } = await this.terraform("plan", "-detailed-exitcode");
    if (code !== 0 && code !== 2) throw new Error(output);
    return { hasChanges: code === 2, output };
  }

  stateFile(): string {
    return readFileSync(join(this.folder, "terraform.tfstate"), "utf8");
  }

  resources(): StateResource[] {
    const state = JSON.parse(this.stateFile()) as {
      resources: { type: string; name: string; instances: { attributes: Record<string, unknown> }[] }[];
    };
    return state.resources.flatMap(({ type, name, instances }) =>
      instances.map(({ attributes }) => ({ type, name, attributes })),
    );
  }

  /** A resource's attributes in the state file. */
  attributes(type: string, name = "it"): Record<string, unknown> {
    const found = this.resources().find((resource) => resource.type === type && resource.name === name);
    if (found === undefined) throw new Error(`${type}.${name} is not in the state`);
    return found.attributes;
  }

  /** The changes that a plan has. */
  async changes(): Promise<ResourceChange[]> {
    await this.succeed("plan", "-out=plan.bin");
    const { resource_changes = [] } = JSON.parse(await this.succeed("show", "-json", "plan.bin")) as {
      resource_changes?: ResourceChange[];
    };
    return resource_changes;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
