import { setTimeout as sleep } from "node:timers/promises";
import { together, type Benchmark, type Figure, type Result, type Run } from "./benchmark";
import { Deployment } from "./deployed/deployment";
import type { Memory } from "./deployed/memory";
import type { Load } from "./deployed/load";
import type { Rates } from "./deployed/rates";
import { slope } from "./statistics";

const MEBIBYTE = 1_024 * 1_024;

export const gateway: Benchmark = {
  name: "gateway",
  title: "Decisions at the offline AWS's gateway: one after the other against Cedar alone, then many clients at once",
  run: async (run) => {
    run.log.step("deploying");
    const deployed = await Deployment.create("none");
    try {
      await deployed.init();
      await deployed.apply();
      return together([await oneByOne(deployed, run), await manyAtOnce(deployed, run)]);
    } finally {
      await deployed.close();
    }
  },
};

async function oneByOne(deployed: Deployment, { quick, log }: Run): Promise<Result> {
  log.step("asking one by one");
  const rates = await deployed.script<Rates>("rates.ts", quick ? "0.3" : "10");
  const figure = (what: string, value: number, bare: number): Figure => ({
    what,
    value,
    unit: "per second",
    reference: { what: "Cedar alone", value: bare },
  });
  const figures = [
    figure("tools/list", rates.list, rates.bareList),
    figure("tools/call, denied", rates.denied, rates.bareCall),
    figure("tools/call, allowed, with the tool's Lambda", rates.called, rates.bareCall),
  ];
  return { figures, wrong: [] };
}

/** Half of the clients are a denied user's. The load comes from a process of its own, as the offline AWS is one. */
async function manyAtOnce(deployed: Deployment, { quick, log }: Run): Promise<Result> {
  const [clients, seconds] = quick ? [10, 2] : [100, 30];
  const few = Math.ceil(seconds / 3);
  log.step(`2 MCP clients for ${few} s`);
  const one = await deployed.script<Load>("load.ts", "2", String(few));
  log.step(`${clients} MCP clients for ${seconds} s`);
  const memory = new MemoryWatch(deployed);
  const watching = memory.watch();
  const many = await deployed.script<Load>("load.ts", String(clients), String(seconds));
  memory.stop();
  await watching;
  return resultOf(clients, one, many, memory);
}

function resultOf(clients: number, one: Load, many: Load, memory: MemoryWatch): Result {
  const name = `${clients} clients`;
  const figure = (what: string, unit: "per second" | "ms", of: (load: Load) => number): Figure => ({
    what: `${name}: ${what}`,
    value: of(many),
    unit,
    reference: { what: "2 clients", value: of(one) },
  });
  return {
    figures: [
      figure("decisions", "per second", ({ perSecond }) => perSecond),
      figure("one decision, p50", "ms", ({ p50 }) => p50),
      figure("one decision, p99", "ms", ({ p99 }) => p99),
      { what: `${name}: decisions in all`, value: many.decisions, unit: "decisions" },
      { what: `${name}: wrong decisions`, value: many.wrong.length, unit: "decisions", atMost: 0 },
      atEnd(`${name}: memory in use in the offline AWS`, memory.first.inUse, memory.last.inUse),
      atEnd(`${name}: memory that its process holds`, memory.first.resident, memory.last.resident),
      {
        what: `${name}: growth of the memory in use in the second half`,
        value: memory.growthPerMinute / MEBIBYTE,
        unit: "MiB/min",
      },
    ],
    wrong: [...one.wrong, ...many.wrong].map((line) => `load: ${line}`),
  };
}

const atEnd = (what: string, first: number, last: number): Figure => ({
  what,
  value: last / MEBIBYTE,
  unit: "MiB",
  reference: { what: "at its start", value: first / MEBIBYTE },
});

/** Looks at the memory of the offline AWS every other second. */
class MemoryWatch {
  private readonly points: (Memory & { readonly at: number })[] = [];
  private readonly end = new AbortController();

  constructor(private readonly deployed: Deployment) {}

  /** Resolves when it was stopped and has looked once more. */
  async watch(): Promise<void> {
    while (!this.end.signal.aborted) {
      await this.look();
      await sleep(2_000, undefined, { signal: this.end.signal }).catch(() => undefined);
    }
    await this.look();
  }

  stop(): void {
    this.end.abort();
  }

  get first(): Memory {
    return this.points[0] ?? NONE;
  }

  get last(): Memory {
    return this.points.at(-1) ?? NONE;
  }

  /** Bytes; in the second half, when what is filled once is full. */
  get growthPerMinute(): number {
    const half = this.points.slice(Math.floor(this.points.length / 2));
    return slope(half.map(({ at, inUse }) => ({ x: at, y: inUse }))) * 60_000;
  }

  private async look(): Promise<void> {
    this.points.push({ ...(await this.deployed.memory()), at: performance.now() });
  }
}

const NONE: Memory = { inUse: 0, resident: 0 };
