import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { ConnectionLost } from "../../../local/core/errors";
import type { ApiCall } from "../../../local/offline-aws";
import type { Project } from "../../support/project";
import type { Stack } from "./account";

/** A call that changes something, made while Terraform was at work on a resource. */
export interface Step {
  readonly address: string;
  readonly operation: string;
}

/** What is killed, and when: the machine takes Terraform and the script that it runs with it. */
export const POINTS = ["the machine, before AWS has it", "the machine, after", "Terraform alone, after"] as const;
export type Point = (typeof POINTS)[number];

/** How long what Terraform has said of a resource takes to be read here, in ms, generously. */
const HEARD = 60;

const READS = /^(Get|List|Describe|BatchGet|AssumeRole)/;

type Command = "apply" | "destroy";

/** The steps of a run that nothing disturbs. */
export async function stepsOf(project: Project, stack: Stack, command: Command): Promise<Step[]> {
  const run = new Run(project, stack, command);
  await run.watch();
  return run.steps;
}

/** Runs Terraform and kills it at the step. Throws when the step was not reached. */
export async function killAt(
  project: Project,
  stack: Stack,
  command: Command,
  step: Step,
  point: Point,
): Promise<void> {
  if (await new Run(project, stack, command).watch({ ...step, point })) return;
  throw new Error(`${step.operation} of ${step.address} was not reached`);
}

/** One run of Terraform, one resource at a time, of which every step is known by its resource. */
class Run {
  readonly steps: Step[] = [];
  private address: string | undefined;
  private readonly child: ReturnType<Project["startTerraform"]>;
  private readonly ended: Promise<unknown>;

  constructor(
    private readonly project: Project,
    stack: Stack,
    command: Command,
  ) {
    this.child = project.startTerraform(stack, command, "-auto-approve", "-input=false", "-json", "-parallelism=1");
    this.ended = once(this.child, "exit");
    createInterface(this.child.stdout).on("line", (line) => this.hear(line));
  }

  /** @param at where to kill it; to its end without. Answers whether it was killed there. */
  async watch(at?: Step & { readonly point: Point }): Promise<boolean> {
    let isKilled = false;
    this.project.aws.intercept = async (call, proceed) => {
      if (isKilled) return this.afterDeath(call, proceed, at?.point);
      if (READS.test(call.operation)) return proceed();
      await sleep(HEARD);
      const step = { address: this.address ?? "none", operation: call.operation };
      this.steps.push(step);
      if (step.address !== at?.address || step.operation !== at.operation) return proceed();
      isKilled = true;
      if (at.point === "the machine, before AWS has it") return this.die(at.point);
      const answer = await proceed();
      return this.die(at.point, call, answer);
    };
    await this.ended;
    // What the provider was still waiting for ends now, as its process would have.
    if (isKilled) await sleep(HEARD);
    this.project.aws.intercept = undefined;
    return isKilled;
  }

  private async die(point: Point, call?: ApiCall, answer?: object): Promise<object> {
    const { pid = 0 } = this.child;
    process.kill(point === "Terraform alone, after" ? pid : -pid, "SIGKILL");
    await this.ended;
    if (point !== "Terraform alone, after" || call?.caller.via === "terraform" || !answer) throw new ConnectionLost();
    return answer;
  }

  /** Nobody is left to ask for anything, except a script that outlives Terraform. */
  private afterDeath(call: ApiCall, proceed: () => Promise<object>, point: Point | undefined): Promise<object> {
    if (point === "Terraform alone, after" && call.caller.via === "sdk") return proceed();
    return Promise.reject(new ConnectionLost());
  }

  private hear(line: string): void {
    const { type, hook } = JSON.parse(line) as { type: string; hook?: { resource: { addr: string } } };
    if (type === "apply_start") this.address = hook?.resource.addr;
  }
}
