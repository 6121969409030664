import { execFile, spawn, type ChildProcessByStdio } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Readable } from "node:stream";
import { promisify } from "node:util";
import { OfflineAws, type OfflineAwsOptions } from "../../local/offline-aws";

const run = promisify(execFile);
const ROOT = path.resolve(__dirname, "../..");
const NOT_COPIED = /(^|\/)(node_modules|\.git|cdktf\.out|\.build|coverage)(\/|$)|\.tfstate/;

/** A resource change as a plan has it. */
export interface ResourceChange {
  readonly address: string;
  readonly change: { readonly actions: readonly string[]; readonly before: unknown; readonly after: unknown };
}

export interface RunResult {
  readonly code: number;
  readonly output: string;
}

/**
 * The project as a user has it, in a folder of its own: its files can be edited, and its stacks are
 * synthesised and applied with real Terraform against the offline AWS.
 */
export class Project {
  private constructor(
    readonly folder: string,
    readonly aws: OfflineAws,
    private readonly environmentName = "dev",
  ) {}

  /** Copies the project and starts an offline AWS for it. */
  static async create(options: OfflineAwsOptions = {}): Promise<Project> {
    const folder = mkdtempSync(path.join(tmpdir(), "project-"));
    cpSync(ROOT, folder, { recursive: true, filter: (source) => !NOT_COPIED.test(path.relative(ROOT, source)) });
    symlinkSync(path.join(ROOT, "node_modules"), path.join(folder, "node_modules"));
    const moduleDirectories = [path.join(folder, "cdktf.out", "stacks", "*")];
    return new Project(folder, await OfflineAws.start({ ...options, moduleDirectories }));
  }

  /** The same files and the same account, with the settings of another environment. */
  in(environment: string): Project {
    return new Project(this.folder, this.aws, environment);
  }

  async close(): Promise<void> {
    await this.aws.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  read(file: string): string {
    return readFileSync(path.join(this.folder, file), "utf8");
  }

  write(file: string, text: string): void {
    mkdirSync(path.dirname(path.join(this.folder, file)), { recursive: true });
    writeFileSync(path.join(this.folder, file), text);
  }

  delete(file: string): void {
    rmSync(path.join(this.folder, file), { recursive: true });
  }

  /** Changes a file's text; throws when nothing changed, so that a test cannot miss its point. */
  edit(file: string, change: (text: string) => string): void {
    const before = this.read(file);
    const after = change(before);
    if (after === before) throw new Error(`${file} was not changed`);
    this.write(file, after);
  }

  synth(): Promise<RunResult> {
    return this.command(process.execPath, ["--import", "tsx", "main.ts"]);
  }

  /** Runs `terraform` in a stack's folder. */
  terraform(stack: string, ...args: string[]): Promise<RunResult> {
    return this.command("terraform", [this.chdir(stack), ...args]);
  }

  /** Starts `terraform` in a stack's folder, in a process group of its own, to be killed. What it says is to be read. */
  startTerraform(stack: string, ...args: string[]): ChildProcessByStdio<null, Readable, null> {
    const options = { cwd: this.folder, env: this.environment({}), detached: true };
    return spawn("terraform", [this.chdir(stack), ...args], { ...options, stdio: ["ignore", "pipe", "ignore"] });
  }

  /** Synthesises, then applies both stacks in their order. Throws with Terraform's output on failure. */
  async deploy(): Promise<string> {
    const outputs = [await mustSucceed(this.synth())];
    for (const stack of ["identity", "gateway"]) {
      await mustSucceed(this.terraform(stack, "init", "-input=false"));
      outputs.push(await mustSucceed(this.apply(stack)));
    }
    return outputs.join("\n");
  }

  apply(stack: string, ...args: string[]): Promise<RunResult> {
    return this.terraform(stack, "apply", "-auto-approve", "-input=false", "-no-color", ...args);
  }

  destroy(stack: string, ...args: string[]): Promise<RunResult> {
    return this.terraform(stack, "destroy", "-auto-approve", "-input=false", "-no-color", ...args);
  }

  /** The changes that a plan of this stack would make; an empty list is an empty plan. */
  async plan(stack: string, ...args: string[]): Promise<ResourceChange[]> {
    await mustSucceed(this.terraform(stack, "plan", "-input=false", "-out=plan.bin", ...args));
    const plan = JSON.parse(await mustSucceed(this.terraform(stack, "show", "-json", "plan.bin"))) as {
      resource_changes?: ResourceChange[];
    };
    return (plan.resource_changes ?? []).filter(({ change }) => !["no-op", "read"].includes(change.actions.join()));
  }

  async outputs(stack: string): Promise<Record<string, unknown>> {
    const json = JSON.parse(await mustSucceed(this.terraform(stack, "output", "-json"))) as Record<
      string,
      { value: unknown }
    >;
    return Object.fromEntries(Object.entries(json).map(([name, { value }]) => [name, value]));
  }

  async command(file: string, args: readonly string[], environment: Record<string, string> = {}): Promise<RunResult> {
    try {
      const options = { cwd: this.folder, env: this.environment(environment), maxBuffer: 64 * 1024 * 1024 };
      const { stdout, stderr } = await run(file, [...args], options);
      return { code: 0, output: stdout + stderr };
    } catch (error) {
      const { code, stdout = "", stderr = "" } = error as { code?: number; stdout?: string; stderr?: string };
      if (typeof code !== "number") throw error;
      return { code, output: stdout + stderr };
    }
  }

  private chdir(stack: string): string {
    return `-chdir=${path.join("cdktf.out", "stacks", `${this.environmentName}-${stack}`)}`;
  }

  private environment(further: Record<string, string>): NodeJS.ProcessEnv {
    const { PATH, HOME } = process.env;
    return {
      PATH,
      HOME,
      CHECKPOINT_DISABLE: "1",
      ENVIRONMENT: this.environmentName,
      ...this.aws.environment(),
      ...further,
    } as NodeJS.ProcessEnv;
  }
}

/** The output of a run that must not fail. */
export async function mustSucceed(result: Promise<RunResult>): Promise<string> {
  const { code, output } = await result;
  if (code !== 0) throw new Error(`exit code ${code}\n${output}`);
  return output;
}
