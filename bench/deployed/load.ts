import { setTimeout as sleep } from "node:timers/promises";
import { percentile } from "../statistics";
import { INPUT, Sessions, TOOL, users } from "./mcp";

/** What `load.ts <clients> <seconds>` prints. */
export interface Load {
  readonly decisions: number;
  readonly perSecond: number;
  /** Milliseconds of one decision, seen from a client. */
  readonly p50: number;
  readonly p99: number;
  readonly wrong: readonly string[];
}

type User = "allowed" | "denied";
type Session = Awaited<ReturnType<Sessions["open"]>>["session"];

/** As many MCP clients at once, half of them of a denied user: each lists and calls in turn until the time is up. */
async function put(clients: number, seconds: number): Promise<Load> {
  const found = await Sessions.find();
  const all: { user: User; session: Session }[] = [];
  for (let client = 0; client < clients; client += 1) {
    const user = client % 2 === 0 ? "allowed" : "denied";
    all.push({ user, session: (await found.open(users()[user])).session });
  }
  const taken: number[] = [];
  const wrong: string[] = [];
  const start = performance.now();
  const end = start + seconds * 1_000;
  await Promise.all(all.map(({ user, session }) => work(user, session, end, { taken, wrong })));
  const ms = performance.now() - start;
  await Promise.all(all.map(({ session }) => session.close()));
  return {
    decisions: taken.length,
    perSecond: (taken.length * 1_000) / ms,
    p50: percentile(taken, 0.5),
    p99: percentile(taken, 0.99),
    wrong: wrong.slice(0, 10),
  };
}

async function work(user: User, session: Session, end: number, seen: { taken: number[]; wrong: string[] }) {
  while (performance.now() < end) {
    for (const ask of [listed, called]) {
      const start = performance.now();
      const answer = await ask(session);
      seen.taken.push(performance.now() - start);
      if (answer !== user) seen.wrong.push(`${ask.name} of ${user}: ${answer}`);
    }
    await sleep(0);
  }
}

const listed = async (session: Session) =>
  (await session.listTools()).some(({ name }) => name === TOOL) ? "allowed" : "denied";

async function called(session: Session): Promise<string> {
  const { kind, text } = await session.call(TOOL, INPUT);
  return kind === "failed" ? text : kind;
}

const [, , clients, seconds] = process.argv;
void put(Number(clients), Number(seconds)).then((load) => process.stdout.write(`${JSON.stringify(load)}\n`));
