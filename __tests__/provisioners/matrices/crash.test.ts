import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import pMap from "p-map";
import { ConnectionLost } from "../../../local/core/errors";
import type { Intercept } from "../../../local/offline-aws";
import { bundleProvisioners } from "../../../provisioners/bundle";
import { VERBS } from "../../../provisioners/contract";
import { expectGenerated } from "../../support/generated";
import { openMoments } from "../../support/openness";
import { SCENARIOS, World, nameOf, type Scenario } from "./scenarios";

/**
 * The real bundle as Terraform runs it, killed at every call that it makes; then Terraform applies again, which is the
 * same verb once more.
 */

const POINTS = ["before the request", "before the answer", "after the answer"] as const;
type Point = (typeof POINTS)[number];

let bundle: string;
beforeAll(() => {
  bundle = path.join(bundleProvisioners(), "index.js");
});

function start(world: World, { verb }: Scenario): ChildProcess {
  const env = { ...world.aws.environment(), ...world.environment(), PATH: process.env.PATH };
  return spawn(process.execPath, [bundle, ...verb.split(" ")], { env, stdio: "ignore" });
}

const isControl = (service: string) => service === "bedrock-agentcore-control" || service === "ssm";

/** The operations of an undisturbed run, in their order. */
async function callsOf(scenario: Scenario): Promise<string[]> {
  const world = await World.create(scenario);
  try {
    const calls: string[] = [];
    world.aws.intercept = ({ service, operation }, proceed) => {
      if (isControl(service)) calls.push(operation);
      return proceed();
    };
    const [code] = (await once(start(world, scenario), "exit")) as [number];
    world.aws.intercept = undefined;
    expect({ code, left: await world.leftovers(scenario.wanted) }).toEqual({ code: 0, left: [] });
    return calls;
  } finally {
    await world.close();
  }
}

interface Trial {
  readonly scenario: Scenario;
  readonly operation: string;
  readonly point: Point;
  readonly outcome: string;
}

async function crashAt(scenario: Scenario, operation: string, nth: number, point: Point): Promise<Trial> {
  const world = await World.create(scenario);
  try {
    const child = start(world, scenario);
    const ended = once(child, "exit") as Promise<[number | null, string | null]>;
    world.aws.intercept = killAt(child, nth, point);
    const [, signal] = await ended;
    world.aws.intercept = undefined;
    await world.run(scenario.verb);
    const problems = [...(await world.leftovers(scenario.wanted)), ...openMoments(world.aws.events.all())];
    const killed = signal === "SIGKILL" ? "killed" : "done before it could be killed";
    return { scenario, operation, point, outcome: problems.length > 0 ? problems.join("; ") : killed };
  } finally {
    await world.close();
  }
}

/** Kills the child at its nth call. Nothing that it asks for after its death is carried out. */
function killAt(child: ChildProcess, nth: number, point: Point): Intercept {
  let count = 0;
  const die = async () => {
    child.kill("SIGKILL");
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    throw new ConnectionLost();
  };
  return async ({ service }, proceed) => {
    if (!isControl(service)) return proceed();
    count += 1;
    if (count > nth || (count === nth && point === "before the request")) return die();
    const answer = await proceed();
    return count === nth && point === "before the answer" ? die() : answer;
  };
}

async function trialsOf(scenario: Scenario, calls: readonly string[]): Promise<Trial[]> {
  const plan = calls.flatMap((operation, index) => POINTS.map((point) => ({ operation, nth: index + 1, point })));
  return pMap(plan, ({ operation, nth, point }) => crashAt(scenario, operation, nth, point), { concurrency: 3 });
}

const seen: Trial[] = [];

describe.each(SCENARIOS.map((scenario) => [nameOf(scenario), scenario] as const))("%s", (_, scenario) => {
  test("killed at every call, the next run converges: no orphan, and never a target without a decision", async () => {
    const calls = await callsOf(scenario);
    const trials = await trialsOf(scenario, calls);
    seen.push(...trials);

    expect([...new Set(calls)].sort()).toEqual([...scenario.calls].sort());
    expect(trials.filter(({ outcome }) => !/^(killed|done before)/.test(outcome))).toEqual([]);
    expect(trials.filter(({ outcome }) => outcome === "killed").length).toBeGreaterThan(calls.length * 2);
  });
});

test("every verb has its rows", () => {
  expect([...new Set(SCENARIOS.map(({ verb }) => verb))].sort()).toEqual([...VERBS].sort());
});

const INTRODUCTION = `# The lifecycle scripts, killed

Every row is a call that a script makes. In each column the script, a process of its own as Terraform starts it, was killed
by SIGKILL at that point of every such call, and then run again, as the next \`terraform apply\` does. **converged** means: the run
after the crash ended with everything as wanted, with no engine and no policy too many, and at no moment, from before the
crash to the end, stood a target behind a gateway without an enforcing engine.

Written by \`__tests__/provisioners/matrices/crash.test.ts\`; a call without a row fails it.
`;

test("the matrix in docs/ is what was seen", () => {
  const lines = SCENARIOS.flatMap((scenario) =>
    scenario.calls.map((operation) => {
      const cells = POINTS.map((point) => {
        const here = seen.filter(
          (one) => one.scenario === scenario && one.operation === operation && one.point === point,
        );
        return here.length > 0 && here.every(({ outcome }) => /^(killed|done before)/.test(outcome))
          ? "converged"
          : "**no**";
      });
      return `| ${[scenario.verb, scenario.situation, operation, ...cells].join(" | ")} |`;
    }),
  );
  const head = [
    "| verb | situation | call | before the request | before the answer | after the answer |",
    "| --- | --- | --- | --- | --- | --- |",
  ];

  expectGenerated("docs/matrices/crash.md", [INTRODUCTION, ...head, ...lines, ""].join("\n"));
});
