import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { EXIT } from "../reporting/command";
import type { StepLog } from "../reporting/steps";
import { ENVIRONMENT, EPHEMERAL, POLICY_SET } from "../settings/load";
import type { Settings } from "../settings/schema";
import { loadProject } from "../stacks/project";
import { childEnvironment, runChild, runEnvironment, type Child } from "./child";
import type { LatencyName } from "./core/latency";
import { nextSteps } from "./next-steps";
import { OfflineAws } from "./offline-aws";
import { tell, withoutTime } from "./progress";
import { shellScript } from "./shell-script";
import { requireTerraform } from "./terraform";

const ROOT = path.resolve(__dirname, "..");
const RUNS = path.join(ROOT, ".build", "local");

/** The signals by which the person at the keyboard, or whoever closes the terminal, ends a run. */
const END = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export interface LocalRunOptions {
  readonly keep?: boolean;
  readonly policySet?: string;
  readonly latency: LatencyName;
  readonly port: number;
}

/**
 * One run of `npm run local`: deploys the dev settings to an offline AWS, asks the gateway, takes all down again.
 * State and logs lie in a folder of its own, which stays when something fails.
 */
export class LocalRun {
  /** Aborted when the person at the keyboard wants it to end. */
  private readonly wish = new AbortController();
  /** Ends the child that is running. */
  private child = new AbortController();

  private constructor(
    private readonly flags: LocalRunOptions,
    private readonly log: StepLog,
    private readonly settings: Settings,
    private readonly aws: OfflineAws,
    private readonly folder: string,
  ) {}

  /** Returns the exit code. Throws UserError when the project, Terraform or the port is not usable. */
  static async start(flags: LocalRunOptions, log: StepLog): Promise<number> {
    const { settings } = loadProject(overrides(flags));
    await requireTerraform(process.env);
    mkdirSync(RUNS, { recursive: true });
    const folder = mkdtempSync(path.join(RUNS, "run-"));
    const moduleDirectories = [path.join(folder, "cdktf.out", "stacks", "*")];
    const { port, latency } = flags;
    try {
      const aws = await OfflineAws.start({ port, latency, region: settings.region, moduleDirectories });
      log.step(`the offline AWS listens on ${aws.endpoint}`);
      try {
        return await new LocalRun(flags, log, settings, aws, folder).run();
      } finally {
        await aws.close();
      }
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  private async run(): Promise<number> {
    const stop = () => {
      this.wish.abort();
      this.child.abort();
    };
    for (const signal of END) process.on(signal, stop);
    // A terminal that has hung up takes no more lines: the first one would end this process, and leave the child behind.
    for (const stream of [process.stdout, process.stderr]) stream.on("error", stop);
    try {
      return await this.deployAndShow();
    } finally {
      for (const signal of END) process.off(signal, stop);
    }
  }

  private async deployAndShow(): Promise<number> {
    const deployed = await this.cdktf("deploy");
    if (deployed !== EXIT.good) return this.ended("the deployment failed");
    const verified = await this.verify();
    if (this.flags.keep) await this.stayUp();
    const destroyed = await this.cdktf("destroy");
    if (destroyed !== EXIT.good) return this.ended("taking the deployment down failed");
    if (verified === EXIT.finding) return this.ended("not every decision is what the policy set says", 0);
    if (verified !== EXIT.good) return this.ended("the gateway could not be asked", 0);
    rmSync(this.folder, { recursive: true, force: true });
    this.log.step("all taken down again; nothing is left");
    return EXIT.good;
  }

  private cdktf(verb: "deploy" | "destroy"): Promise<number | undefined> {
    this.log.step(`cdktf ${verb}: both stacks; this takes a few seconds to start`);
    return this.runChild({
      command: path.join(ROOT, "node_modules", ".bin", "cdktf"),
      args: [
        verb,
        "*",
        "--auto-approve",
        "--no-color",
        // The provider comes from this machine: there is no checksum of it to fetch.
        "--skip-provider-lock",
        // What is taken down is what was deployed, which lies there already.
        ...(verb === "destroy" ? ["--skip-synth"] : []),
        "--output",
        path.relative(ROOT, path.join(this.folder, "cdktf.out")),
      ],
      onLine: (line) => this.step(tell(line)),
    });
  }

  private verify(): Promise<number | undefined> {
    this.log.step("asking the gateway what each user may see and call");
    return this.runChild({
      command: process.execPath,
      args: ["--import", "tsx", path.join("verify", "main.ts")],
      onLine: (line) => {
        const step = withoutTime(line);
        if (step) this.step(`        ${step}`);
        else process.stdout.write(`${line}\n`);
      },
    });
  }

  private async stayUp(): Promise<void> {
    if (this.wish.signal.aborted) return;
    const environmentFile = path.join(this.folder, "environment.sh");
    const environment = { ...runEnvironment(this.aws), ...overrides(this.flags) };
    writeFileSync(environmentFile, shellScript(environment), { mode: 0o600 });
    const { name, policySet } = this.settings;
    const users = Object.keys(this.settings.claims.users);
    const folder = path.relative(ROOT, this.folder);
    process.stdout.write(nextSteps({ folder, name, policySet, user: users[0] ?? "anybody" }));
    await new Promise((resolve) => this.wish.signal.addEventListener("abort", resolve));
    // The next interruption ends the child that takes all down.
    this.child = new AbortController();
  }

  private async runChild(child: Pick<Child, "command" | "args" | "onLine">): Promise<number | undefined> {
    if (this.child.signal.aborted) return undefined;
    const env = childEnvironment(this.aws, overrides(this.flags));
    return runChild({ ...child, env, cwd: ROOT, logFile: this.logFile, signal: this.child.signal });
  }

  private step(message: string | undefined): void {
    if (message) this.log.step(message);
  }

  /** The end of a run that did not go well. Whatever was deployed goes with the offline AWS. */
  private ended(reason: string, tail = 40): number {
    if (this.child.signal.aborted) {
      rmSync(this.folder, { recursive: true, force: true });
      this.log.step("stopped; the offline AWS is gone, and with it all that was deployed");
      return EXIT.finding;
    }
    const lines = tail > 0 ? readFileSync(this.logFile, "utf8").trimEnd().split("\n").slice(-tail) : [];
    const log = path.relative(process.cwd(), this.logFile);
    process.stderr.write([...lines, `error: ${reason}; everything that was printed is in ${log}`, ""].join("\n"));
    return EXIT.finding;
  }

  private get logFile(): string {
    return path.join(this.folder, "run.log");
  }
}

/** What chooses the settings of a local run, as the settings read it. */
const overrides = ({ policySet }: LocalRunOptions): Record<string, string> => ({
  [ENVIRONMENT]: "dev",
  [EPHEMERAL]: "true",
  ...(policySet ? { [POLICY_SET]: policySet } : {}),
});
