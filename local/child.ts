import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import type { OfflineAws } from "./offline-aws";

/** What a child may know of this machine's environment. Everything of AWS, and every proxy, stays out. */
const INHERITED = ["PATH", "HOME", "USER", "LANG", "LC_ALL", "TMPDIR", "TERM", "SystemRoot", "DEBUG"];

/** The environment of every child of a local run: the offline AWS, and nothing that leads elsewhere. */
export function childEnvironment(aws: OfflineAws, further: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const inherited = INHERITED.flatMap((name) =>
    process.env[name] === undefined ? [] : [[name, process.env[name]] as const],
  );
  return {
    ...Object.fromEntries(inherited),
    ...aws.environment(),
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    CHECKPOINT_DISABLE: "1",
    DISABLE_VERSION_CHECK: "1",
    FORCE_COLOR: "0",
    CI: "1",
    NODE_OPTIONS: `--require=${path.join(__dirname, "loopback-only.cjs")}`,
    ...further,
  };
}

export interface Child {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Everything that the child prints goes here. */
  readonly logFile: string;
  /** Called with every line, without control sequences. */
  readonly onLine: (line: string) => void;
  readonly signal?: AbortSignal;
}

/** Runs a child to its end and returns its exit code. */
export async function runChild({ command, args, cwd, env, logFile, onLine, signal }: Child): Promise<number> {
  const log = createWriteStream(logFile, { flags: "a" });
  const child = spawn(command, [...args], { cwd, env, stdio: ["ignore", "pipe", "pipe"], signal });
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => {
      log.write(`${line}\n`);
      onLine(withoutControls(line));
    });
  }
  try {
    return await new Promise<number>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code) => resolve(code ?? 1));
    });
  } finally {
    log.end();
  }
}

// eslint-disable-next-line no-control-regex -- these are the control sequences that are to be taken out
const withoutControls = (line: string) => line.replace(/\u001b\[[0-9;]*[A-Za-z]/g, "").trimEnd();
