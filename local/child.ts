import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import type { OfflineAws } from "./offline-aws";

/** What a child may know of this machine's environment. Everything of AWS, of Terraform, and every proxy, stays out. */
const INHERITED = ["PATH", "HOME", "USER", "LANG", "LC_ALL", "TMPDIR", "TERM", "SystemRoot", "DEBUG"];

/** The discard port, where nothing listens: what would leave this machine fails at once. */
const NOWHERE = "http://127.0.0.1:9";

/** What is needed of an offline AWS, which may run in another process. */
type Client = Pick<OfflineAws, "environment">;

/** The environment of every child of a local run: the offline AWS, and nothing that leads elsewhere. */
export function childEnvironment(aws: Client, further: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const inherited = INHERITED.flatMap((name) =>
    process.env[name] === undefined ? [] : [[name, process.env[name]] as const],
  );
  return { ...Object.fromEntries(inherited), ...runEnvironment(aws), ...further };
}

/** The part of it that has to do with the run, which a shell needs to join in. */
export const runEnvironment = (aws: Client): Record<string, string> => ({
  ...aws.environment(),
  AWS_CONFIG_FILE: "/dev/null",
  AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
  AWS_EC2_METADATA_DISABLED: "true",
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  HTTP_PROXY: NOWHERE,
  HTTPS_PROXY: NOWHERE,
  NO_PROXY: "127.0.0.1,localhost",
  TF_CLI_CONFIG_FILE: "/dev/null",
  CHECKPOINT_DISABLE: "1",
  DISABLE_VERSION_CHECK: "1",
  FORCE_COLOR: "0",
  CI: "1",
  // Quoted, because the project may lie in a folder with a space in its name.
  NODE_OPTIONS: `--require=${JSON.stringify(path.join(__dirname, "loopback-only.cjs"))} --max-old-space-size=4096`,
});

export interface Child {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Everything that the child prints goes here. */
  readonly logFile: string;
  /** Called with every line, without control sequences. */
  readonly onLine: (line: string) => void;
  /** Ends the child and all that it started. */
  readonly signal: AbortSignal;
}

/** Runs a child to its end and returns its exit code, or undefined when it was ended by a signal. */
export async function runChild({
  command,
  args,
  cwd,
  env,
  logFile,
  onLine,
  signal,
}: Child): Promise<number | undefined> {
  const log = createWriteStream(logFile, { flags: "a" });
  // A process group of its own: Ctrl-C reaches it through us alone, and Terraform below it ends with it.
  const child = spawn(command, [...args], { cwd, env, stdio: ["ignore", "pipe", "pipe"], detached: true });
  const end = () => endGroup(child.pid);
  signal.addEventListener("abort", end);
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => {
      log.write(`${line}\n`);
      onLine(withoutControls(line));
    });
  }
  try {
    return await new Promise<number | undefined>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code) => resolve(code ?? undefined));
    });
  } finally {
    signal.removeEventListener("abort", end);
    log.end();
  }
}

function endGroup(leader: number | undefined): void {
  try {
    if (leader !== undefined) process.kill(-leader, "SIGTERM");
  } catch {
    // It ended by itself in the meantime.
  }
}

// eslint-disable-next-line no-control-regex -- these are the control sequences that are to be taken out
const withoutControls = (line: string) => line.replace(/\u001b\[[0-9;]*[A-Za-z]/g, "").trimEnd();
