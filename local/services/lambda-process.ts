import { fork, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { unzipSync } from "fflate";
import { AwsError } from "../core/errors";

const RUNNER = path.join(__dirname, "lambda-runner.cjs");
/** Lines that are kept of what a function prints. */
const LOG_LINES = 500;

export interface Invocation {
  readonly payload: unknown;
  /** `Unhandled` when the function threw, did not answer in time, or died. */
  readonly functionError?: string;
}

export interface FunctionCode {
  readonly name: string;
  readonly arn: string;
  readonly handler: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly memorySize: number;
}

/** Unpacks a deployment package. Throws InvalidParameterValueException when it is no zip. */
export function unpack(zip: Uint8Array): Record<string, Uint8Array> {
  try {
    return unzipSync(zip);
  } catch {
    throw new AwsError(
      "InvalidParameterValueException",
      "Could not unzip uploaded file. Please check your file, then try to upload again.",
    );
  }
}

/** A running process, and the calls that wait for its answers. */
interface Sandbox {
  readonly child: ChildProcess;
  readonly waiting: Map<string, (invocation: Invocation) => void>;
}

/** One warm process of a function, started at its first call, in a folder of its own. */
export class LambdaProcess {
  private readonly folder = mkdtempSync(path.join(tmpdir(), "lambda-"));
  private readonly lines: string[] = [];
  private sandbox: Sandbox | undefined;

  constructor(
    private readonly code: FunctionCode,
    files: Readonly<Record<string, Uint8Array>>,
  ) {
    for (const [name, bytes] of Object.entries(files)) {
      // An entry cannot leave the folder: its name is made absolute before it is joined.
      const file = path.join(this.folder, path.normalize(`/${name}`));
      mkdirSync(path.dirname(file), { recursive: true });
      if (!name.endsWith("/")) writeFileSync(file, bytes);
    }
  }

  /** What the function printed, as CloudWatch would hold it; the oldest lines are dropped. */
  get log(): readonly string[] {
    return this.lines;
  }

  /** Calls the handler. A call that takes longer than the function's time-out kills the process, as in Lambda. */
  async invoke(event: unknown, clientContext: object | undefined): Promise<Invocation> {
    const id = randomUUID();
    const { name, arn, timeoutSeconds, memorySize } = this.code;
    const context = {
      functionName: name,
      functionVersion: "$LATEST",
      invokedFunctionArn: arn,
      memoryLimitInMB: String(memorySize),
      awsRequestId: id,
      logGroupName: `/aws/lambda/${name}`,
      clientContext,
    };
    const deadline = Date.now() + timeoutSeconds * 1_000;
    const sandbox = (this.sandbox ??= this.start());
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.end(sandbox);
        settle(failed("Sandbox.Timedout", `Task timed out after ${timeoutSeconds.toFixed(2)} seconds`));
      }, timeoutSeconds * 1_000);
      const settle = (invocation: Invocation) => {
        clearTimeout(timer);
        sandbox.waiting.delete(id);
        resolve(invocation);
      };
      sandbox.waiting.set(id, settle);
      sandbox.child.send({ id, event, context, deadline });
    });
  }

  stop(): void {
    if (this.sandbox) this.end(this.sandbox);
    rmSync(this.folder, { recursive: true, force: true });
  }

  private end(sandbox: Sandbox): void {
    sandbox.child.kill("SIGKILL");
    if (this.sandbox === sandbox) this.sandbox = undefined;
  }

  private start(): Sandbox {
    const { name, handler, variables } = this.code;
    // The function sees its own variables and nothing of this process's environment.
    const env = { ...variables, AWS_LAMBDA_FUNCTION_NAME: name, NODE_NO_WARNINGS: "1" };
    const child = fork(RUNNER, [this.folder, handler], { env, execArgv: [], stdio: ["ignore", "pipe", "pipe", "ipc"] });
    const sandbox: Sandbox = { child, waiting: new Map() };
    child.unref();
    child.channel?.unref();
    this.collect(child);
    child.on("message", ({ id, ...invocation }: { id: string } & Invocation) => sandbox.waiting.get(id)?.(invocation));
    const died = () => {
      if (this.sandbox === sandbox) this.sandbox = undefined;
      for (const settle of sandbox.waiting.values()) settle(failed("Runtime.ExitError", "Runtime exited"));
    };
    child.on("exit", died);
    child.on("error", died);
    return sandbox;
  }

  private collect({ stdout, stderr }: ChildProcess): void {
    for (const stream of [stdout, stderr]) {
      if (!stream) continue;
      // A pipe must not keep this process alive when everything else is done.
      (stream as Socket).unref();
      createInterface({ input: stream }).on("line", (line) => {
        this.lines.push(line);
        if (this.lines.length > LOG_LINES) this.lines.shift();
      });
    }
  }
}

const failed = (errorType: string, errorMessage: string): Invocation => ({
  payload: { errorType, errorMessage },
  functionError: "Unhandled",
});
