import { fork, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { unzipSync } from "fflate";
import { AwsError } from "../core/errors";

const RUNNER = path.join(__dirname, "lambda-runner.cjs");

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

/** One warm process of a function, started at its first call, in a folder of its own. */
export class LambdaProcess {
  private readonly folder = mkdtempSync(path.join(tmpdir(), "lambda-"));
  private readonly waiting = new Map<string, (invocation: Invocation) => void>();
  private child: ChildProcess | undefined;

  constructor(
    private readonly code: FunctionCode,
    files: Readonly<Record<string, Uint8Array>>,
  ) {
    for (const [name, bytes] of Object.entries(files)) {
      const file = path.join(this.folder, path.normalize(`/${name}`));
      mkdirSync(path.dirname(file), { recursive: true });
      if (!name.endsWith("/")) writeFileSync(file, bytes);
    }
  }

  /** Calls the handler. A call that takes longer than the function's time-out kills the process, as in Lambda. */
  async invoke(event: unknown, clientContext: object | undefined): Promise<Invocation> {
    const id = randomUUID();
    const { name, arn, timeoutSeconds } = this.code;
    const context = { functionName: name, invokedFunctionArn: arn, awsRequestId: id, clientContext };
    const child = (this.child ??= this.start());
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        child.kill("SIGKILL");
        settle({
          payload: { errorMessage: `Task timed out after ${timeoutSeconds}.00 seconds` },
          functionError: "Unhandled",
        });
      }, timeoutSeconds * 1_000);
      const settle = (invocation: Invocation) => {
        clearTimeout(timer);
        this.waiting.delete(id);
        resolve(invocation);
      };
      this.waiting.set(id, settle);
      child.send({ id, event, context });
    });
  }

  stop(): void {
    this.child?.kill("SIGKILL");
    rmSync(this.folder, { recursive: true, force: true });
  }

  private start(): ChildProcess {
    const { name, handler, variables } = this.code;
    // The function sees its own variables and nothing of this process's environment.
    const env = { ...variables, AWS_LAMBDA_FUNCTION_NAME: name, NODE_NO_WARNINGS: "1" };
    const child = fork(RUNNER, [this.folder, handler], {
      env,
      execArgv: [],
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    child.unref();
    child.channel?.unref();
    child.on("message", ({ id, ...invocation }: { id: string } & Invocation) => this.waiting.get(id)?.(invocation));
    child.on("exit", () => {
      if (this.child === child) this.child = undefined;
      for (const settle of this.waiting.values())
        settle({ payload: { errorType: "Runtime.ExitError" }, functionError: "Unhandled" });
    });
    return child;
  }
}
