import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { EXIT } from "../reporting/command";
import type { StepLog } from "../reporting/steps";
import { childEnvironment, runChild } from "./child";
import type { LatencyName } from "./core/latency";
import { nextSteps } from "./next-steps";
import { OfflineAws } from "./offline-aws";
import { requireTerraform } from "./terraform";

const ROOT = path.resolve(__dirname, "..");
const RUNS = path.join(ROOT, ".build", "local");

export interface LocalRunOptions {
  readonly keep?: boolean;
  readonly policySet?: string;
  readonly latency: LatencyName;
  readonly port: number;
}

/** One run of `npm run local`. State and logs lie in a folder of its own; the user's own state is not touched. */
export class LocalRun {
  private readonly folder: string;
  private readonly logFile: string;
  private readonly stop = new AbortController();

  constructor(
    private readonly flags: LocalRunOptions,
    private readonly log: StepLog,
  ) {
    mkdirSync(RUNS, { recursive: true });
    this.folder = mkdtempSync(path.join(RUNS, "run-"));
    this.logFile = path.join(this.folder, "run.log");
  }

  async start(): Promise<number> {
    await requireTerraform(process.env);
    const output = path.join(this.folder, "cdktf.out");
    const moduleDirectories = [path.join(output, "stacks", "*")];
    const { port, latency } = this.flags;
    const aws = await OfflineAws.start({ port, latency, moduleDirectories });
    process.once("SIGINT", () => this.stop.abort());
    process.once("SIGTERM", () => this.stop.abort());
    this.log.step(`the offline AWS listens on ${aws.endpoint}`);
    try {
      return await this.deployAndShow(aws);
    } finally {
      await aws.close();
    }
  }

  private async deployAndShow(aws: OfflineAws): Promise<number> {
    const deployed = await this.cdktf(aws, "deploy");
    if (deployed !== 0) return this.failed("the deployment failed");
    const verified = await this.verify(aws);
    if (this.flags.keep && !this.stop.signal.aborted) {
      const environmentFile = path.join(this.folder, "environment.sh");
      writeFileSync(environmentFile, exportsOf(childEnvironment(aws, this.overrides())), { mode: 0o600 });
      process.stdout.write(
        nextSteps({
          environmentFile: path.relative(process.cwd(), environmentFile),
          folder: path.relative(ROOT, this.folder),
        }),
      );
      await new Promise((resolve) => this.stop.signal.addEventListener("abort", resolve));
    }
    const destroyed = await this.cdktf(aws, "destroy");
    if (destroyed !== 0) return this.failed("taking the deployment down failed");
    if (verified !== 0) return this.failed("not every decision is what the policy set says", false);
    rmSync(this.folder, { recursive: true, force: true });
    this.log.step("all taken down again; nothing is left");
    return EXIT.good;
  }

  private async cdktf(aws: OfflineAws, verb: "deploy" | "destroy"): Promise<number> {
    this.log.step(`cdktf ${verb}: both stacks`);
    return runChild({
      command: path.join(ROOT, "node_modules", ".bin", "cdktf"),
      args: [
        verb,
        "*",
        "--auto-approve",
        "--no-color",
        // The provider comes from this machine: there is no checksum of it to fetch.
        "--skip-provider-lock",
        "--output",
        path.relative(ROOT, path.join(this.folder, "cdktf.out")),
      ],
      cwd: ROOT,
      env: childEnvironment(aws, this.overrides()),
      logFile: this.logFile,
      onLine: (line) => {
        const told = tell(line);
        if (told) this.log.step(told);
      },
      signal: verb === "deploy" ? this.stop.signal : undefined,
    });
  }

  private async verify(aws: OfflineAws): Promise<number> {
    this.log.step("asking the gateway what each user may see and call");
    return runChild({
      command: process.execPath,
      args: ["--import", "tsx", path.join("verify", "main.ts")],
      cwd: ROOT,
      env: childEnvironment(aws, this.overrides()),
      logFile: this.logFile,
      onLine: (line) => {
        // The child's own clock says nothing here.
        const step = /^\[ *[\d.]+ s\] (.*)$/.exec(line)?.[1];
        if (step === undefined) process.stdout.write(`${line}\n`);
        else this.log.step(`        ${step}`);
      },
      signal: this.stop.signal,
    });
  }

  private overrides(): Record<string, string> {
    return { ENVIRONMENT: "dev", ...(this.flags.policySet ? { POLICY_SET: this.flags.policySet } : {}) };
  }

  private failed(reason: string, withLog = true): number {
    if (withLog) {
      const lines = readFileSync(this.logFile, "utf8").split("\n");
      process.stderr.write(`${lines.slice(-40).join("\n")}\n`);
    }
    process.stderr.write(
      `error: ${reason}; everything that was printed is in ${path.relative(process.cwd(), this.logFile)}\n`,
    );
    return EXIT.finding;
  }
}

/** What a line of Terraform's output tells a reader, or undefined for the many that tell nothing. */
function tell(line: string): string | undefined {
  const done = /([\w.[\]"-]+)(?: \([^)]*\))?: (Creation|Destruction|Modifications) complete after (\S+)/.exec(line);
  if (done)
    return `${done[2] === "Creation" ? "made   " : done[2] === "Destruction" ? "removed" : "changed"} ${done[1]}`;
  const script = /\(local-exec\): (?:\w+ \w+) \[ *[\d.]+ s\] (.+)$/.exec(line);
  return script ? `        ${script[1]}` : undefined;
}

const exportsOf = (environment: NodeJS.ProcessEnv) =>
  Object.entries(environment)
    .filter(([name]) => !["PATH", "HOME", "USER", "TERM", "LANG", "CI", "FORCE_COLOR"].includes(name))
    .map(([name, value = ""]) => `export ${name}='${value.replaceAll("'", `'\\''`)}'\n`)
    .join("");
