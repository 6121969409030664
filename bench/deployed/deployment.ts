import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { childEnvironment, runChild } from "../../local/child";
import type { LatencyName } from "../../local/core/latency";
import { ENVIRONMENT, EPHEMERAL, POLICY_SET } from "../../settings/load";
import { createApp } from "../../stacks/app";
import { loadProject } from "../../stacks/project";
import type { Memory } from "./memory";

const ROOT = path.resolve(__dirname, "../..");
const SETTINGS = { [ENVIRONMENT]: "dev", [EPHEMERAL]: "true", [POLICY_SET]: "deny-guest" };
const STACKS = ["identity", "gateway"] as const;

/**
 * The whole chain on an offline AWS in a process of its own, deployed by real Terraform. Guests are denied. Nothing of
 * the machine's AWS configuration reaches it.
 */
export class Deployment {
  private constructor(
    private readonly folder: string,
    private readonly server: ChildProcess,
    private readonly environment: Record<string, string>,
  ) {}

  /** Starts the offline AWS and synthesises; nothing is deployed yet. */
  static async create(latency: LatencyName): Promise<Deployment> {
    const folder = mkdtempSync(path.join(tmpdir(), "bench-"));
    const outdir = path.join(folder, "cdktf.out");
    createApp(loadProject(SETTINGS), { outdir }).synth();
    const node = ["--expose-gc", "--import", "tsx", "--import", path.join(__dirname, "memory.ts")];
    const args = [...node, "local/main.ts", "--latency", latency, "--stacks", path.join(outdir, "stacks")];
    const server = spawn(process.execPath, args, { cwd: ROOT, stdio: ["ignore", "pipe", "inherit", "ipc"] });
    // Whatever happens to this process, the offline AWS does not outlive it.
    process.once("exit", () => server.kill());
    return new Deployment(folder, server, await announced(server));
  }

  /** Asks the offline AWS's process, which collects its garbage first. */
  async memory(): Promise<Memory> {
    const answer = once(this.server, "message");
    this.server.send("memory");
    return ((await answer) as [Memory])[0];
  }

  async init(): Promise<void> {
    for (const stack of STACKS) await this.terraform(stack, "init");
  }

  async apply(): Promise<void> {
    for (const stack of STACKS) await this.terraform(stack, "apply", "-auto-approve");
  }

  async destroy(): Promise<void> {
    for (const stack of [...STACKS].reverse()) await this.terraform(stack, "destroy", "-auto-approve");
  }

  /** Runs a script of this folder's beside the deployment and returns what it printed, as JSON. */
  async script<T>(file: string, ...args: string[]): Promise<T> {
    const lines: string[] = [];
    await this.run(process.execPath, ["--import", "tsx", path.join(__dirname, file), ...args], ROOT, lines);
    return JSON.parse(lines.at(-1) ?? "") as T;
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.server.once("exit", resolve));
    this.server.kill("SIGTERM");
    await ended;
    rmSync(this.folder, { recursive: true, force: true });
  }

  private terraform(stack: (typeof STACKS)[number], ...args: string[]): Promise<void> {
    const cwd = path.join(this.folder, "cdktf.out", "stacks", `dev-${stack}`);
    return this.run("terraform", [...args, "-input=false", "-no-color"], cwd);
  }

  private async run(command: string, args: readonly string[], cwd: string, lines: string[] = []): Promise<void> {
    const { environment, folder } = this;
    const logFile = path.join(folder, "run.log");
    const env = childEnvironment({ environment: () => environment }, SETTINGS);
    const signal = new AbortController().signal;
    const code = await runChild({ command, args, cwd, env, logFile, signal, onLine: (line) => lines.push(line) });
    if (code === 0) return;
    const said = readFileSync(logFile, "utf8").trimEnd().split("\n").slice(-20).join("\n");
    throw new Error(`${path.basename(command)} ${args.join(" ")} ended with ${code}\n${said}`);
  }
}

/** The one line that the offline AWS prints when it is up. */
async function announced(server: ChildProcess): Promise<Record<string, string>> {
  if (!server.stdout) throw new Error("the offline AWS has no output");
  for await (const line of createInterface({ input: server.stdout })) {
    return (JSON.parse(line) as { environment: Record<string, string> }).environment;
  }
  throw new Error("the offline AWS ended before it was up");
}
