import { execFileSync } from "node:child_process";
import { setInterval } from "node:timers";
import { together, type Benchmark, type Figure, type Result, type Run } from "./benchmark";
import { Deployment } from "./deployed/deployment";
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
  const memory = new Memory(deployed.pid);
  try {
    const many = await deployed.script<Load>("load.ts", String(clients), String(seconds));
    return resultOf(clients, one, many, memory);
  } finally {
    memory.stop();
  }
}

function resultOf(clients: number, one: Load, many: Load, memory: Memory): Result {
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
      {
        what: `${name}: memory of the offline AWS at its end`,
        value: memory.last / MEBIBYTE,
        unit: "MiB",
        reference: { what: "at its start", value: memory.first / MEBIBYTE },
      },
      {
        what: `${name}: slope of its memory in the second half`,
        value: memory.slopePerMinute / MEBIBYTE,
        unit: "MiB/min",
      },
    ],
    wrong: [...one.wrong, ...many.wrong].map((line) => `load: ${line}`),
  };
}

/** Resident memory of a process in bytes, twice a second. */
class Memory {
  private readonly points: { x: number; y: number }[] = [];
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly pid: number) {
    this.look();
    this.timer = setInterval(() => this.look(), 500);
  }

  stop(): void {
    clearInterval(this.timer);
    this.look();
  }

  get first(): number {
    return this.points[0]?.y ?? 0;
  }

  get last(): number {
    return this.points.at(-1)?.y ?? 0;
  }

  /** In the second half, when what is filled once is full. */
  get slopePerMinute(): number {
    return slope(this.points.slice(Math.floor(this.points.length / 2))) * 60_000;
  }

  private look(): void {
    const kibibytes = Number(execFileSync("ps", ["-o", "rss=", "-p", String(this.pid)]).toString());
    this.points.push({ x: performance.now(), y: kibibytes * 1_024 });
  }
}
