import { setTimeout as sleep } from "node:timers/promises";
import { LATENCY } from "../../local/core/latency";
import { rollOut } from "../../provisioners/rollout/run";
import { together, type Benchmark, type Figure, type Result, type Run } from "../benchmark";
import { timed } from "../statistics";
import { updateAsFast } from "./fast";
import { callerOf, policySets, type Size } from "./statements";
import { windowsOf, type Windows } from "./windows";
import { PREFIX, World } from "./world";

/** 900 with 100 changed is the most that an engine of 1,000 takes, old and new together. */
const SIZES: readonly Size[] = [
  { statements: 1, changed: 1 },
  { statements: 10, changed: 1 },
  { statements: 100, changed: 1 },
  { statements: 100, changed: 10 },
  { statements: 900, changed: 9 },
  { statements: 900, changed: 90 },
  { statements: 900, changed: 100 },
];
const QUICK_SIZES: readonly Size[] = [{ statements: 1, changed: 1 }];

/** How long a policy takes from ACTIVE to its effect, and how long a rollout waits for it: the settings' default. */
const PROPAGATION = { lag: LATENCY.aws.policyEffect, wait: 10_000 };
const QUICK_PROPAGATION = { lag: 200, wait: 1_000 };

export const policyUpdate: Benchmark = {
  name: "policy-update",
  title: "Policy update, against FAST's sequence",
  run: async (run) => {
    const results: Result[] = [];
    let one: Measured | undefined;
    for (const size of run.quick ? QUICK_SIZES : SIZES) {
      const measured = await measure(size, run);
      one ??= measured;
      results.push(resultOf(size, measured, one));
    }
    return together(results);
  },
};

interface Update {
  readonly ms: number;
  readonly calls: number;
  readonly windows: Windows;
}

interface Measured {
  /** Where a policy decides as soon as it is ACTIVE, and nothing is waited for. */
  readonly alone: Update;
  /** Where effects lag and are waited for. */
  readonly waiting: Update;
  readonly fast: Update;
  readonly floor: number;
}

async function measure(size: Size, { log, quick }: Run): Promise<Measured> {
  const name = `${size.changed} of ${size.statements}`;
  const { lag, wait } = quick ? QUICK_PROPAGATION : PROPAGATION;
  log.step(`${name}: without the propagation wait`);
  const alone = await update(size, { lag: 0, age: 0 }, (world, wanted) =>
    rollOut(world.context, rollout(world, 0), wanted),
  );
  log.step(`${name}: with a propagation wait of ${wait / 1_000} s`);
  // Old statements stand for longer than that, as they mostly do. AWS's clock shows whole seconds.
  const waiting = await update(size, { lag, age: wait + 1_000 }, (world, wanted) =>
    rollOut(world.context, rollout(world, wait), wanted),
  );
  log.step(`${name}: as FAST does it`);
  const fast = await update(size, { lag, age: 0 }, (world, wanted) =>
    updateAsFast(world, wanted, [...world.texts.keys()].slice(-1)),
  );
  return { alone, waiting, fast, floor: floorOf(size) };
}

const rollout = ({ engineId }: World, propagation: number) =>
  ({ engineId, prefix: PREFIX, validationMode: "IGNORE_ALL_FINDINGS", propagation }) as const;

type Updating = (world: World, wanted: ReturnType<typeof policySets>["after"]) => Promise<unknown>;

/** `lag`: from status to effect. `age`: how long the old statements have stood. Milliseconds. */
async function update(size: Size, { lag, age }: { lag: number; age: number }, updating: Updating): Promise<Update> {
  const world = await World.create(lag);
  try {
    const sets = policySets(size, world.gatewayArn);
    await world.seed(sets.before);
    await sleep(age);
    const { events } = world.aws;
    const since = events.all().at(-1)?.at ?? 0;
    let calls = 0;
    const stop = events.subscribe(({ kind }) => (calls += kind === "call" ? 1 : 0));
    const { ms } = await timed(() => updating(world, sets.after));
    stop();
    await world.untilInEffect();
    const { texts, gatewayArn } = world;
    const windows = windowsOf({ events: events.all(), texts, sets, callers: watchedCallers(size), gatewayArn, since });
    return { ms, calls, windows };
  } finally {
    await world.close();
  }
}

/** Up to a dozen callers whose statements change, forbids among them, one whose do not, and one whom nothing permits. */
function watchedCallers({ statements, changed }: Size): string[] {
  const step = Math.max(1, Math.floor(changed / 12));
  const some = Array.from({ length: changed }, (_, number) => number).filter((number) => number % step === 0);
  return [...new Set([...some, changed - 1, statements - 1].map(callerOf)), "stranger"];
}

/**
 * The latency of the fewest requests that wait for each other in any update without a window: list the pages; for
 * each kind of change (new forbids, new permits, old permits, old forbids) ask for it, let it happen, and see it.
 */
function floorOf({ statements, changed }: Size): number {
  const { request, transition } = LATENCY.aws;
  const pages = Math.ceil(statements / 100);
  const phases = changed >= 10 ? 4 : 2;
  return pages * request + phases * (request + transition.policy + request);
}

function resultOf(size: Size, { alone, waiting, fast, floor }: Measured, one: Measured): Result {
  const { statements, changed } = size;
  const name = `${changed} of ${statements} statements`;
  const ofFast = (value: number) => ({ what: "FAST's sequence", value });
  const figures: Figure[] = [
    {
      what: `${name}: wall time without the propagation wait`,
      value: alone.ms,
      unit: "ms",
      reference: ofFast(fast.ms),
      ...(changed === 1 ? { atMost: 0.5 } : {}),
    },
    { what: `${name}: the same`, value: alone.ms, unit: "ms", reference: { what: "the floor", value: floor } },
    ...(changed === 100
      ? [
          {
            what: `${name}: the same`,
            value: alone.ms,
            unit: "ms",
            reference: { what: "1 of 1 statements", value: one.alone.ms },
            atMost: 5,
          } as const,
        ]
      : []),
    {
      what: `${name}: wall time with the propagation wait`,
      value: waiting.ms,
      unit: "ms",
      reference: ofFast(fast.ms),
    },
    { what: `${name}: calls`, value: alone.calls, unit: "calls", reference: ofFast(fast.calls) },
    {
      what: `${name}: longest deny window`,
      value: Math.max(alone.windows.denied, waiting.windows.denied),
      unit: "ms",
      reference: ofFast(fast.windows.denied),
      atMost: 0,
    },
  ];
  return { figures, wrong: [...wrongOf(`${name}, no wait`, alone), ...wrongOf(`${name}, waiting`, waiting)] };
}

function wrongOf(name: string, { windows: { denied, allowed, watched } }: Update): string[] {
  return [
    ...(watched === 0 ? [`policy-update, ${name}: no request was watched`] : []),
    ...(denied > 0 ? [`policy-update, ${name}: what both sets allow was denied for ${denied.toFixed(0)} ms`] : []),
    ...(allowed > 0 ? [`policy-update, ${name}: what both sets deny was allowed for ${allowed.toFixed(0)} ms`] : []),
  ];
}
