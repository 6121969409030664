import { withMutant } from "../../support/mutant";
import { isAnsweredAs, type Refusal, type Surface } from "./refusal";
import { KINDS, type Kind } from "./machine-world";
import type { gatewaySurface } from "./rows/gateway-requests";
import { SURFACES, loadSurface } from "./surfaces";

/** Whether the row's test still passes: the answer is the one in the table, and nothing is harmed. */
async function passes({ open, close, unharmed, refusals }: Surface<unknown>, request: string): Promise<boolean> {
  const row = refusals.find((one) => one.request === request);
  if (!row) throw new Error(`no row ${request}`);
  const world = await open();
  try {
    if (!isAnsweredAs(row.answer, await row.send(world))) return false;
    await unharmed?.(world);
    return true;
  } catch {
    return false;
  } finally {
    await close(world);
  }
}

type Load = () => Promise<Surface<unknown>>;

async function survives(load: Load, row: Refusal<unknown>): Promise<boolean> {
  return passes(await withMutant(row.takenOut, load), row.request);
}

/** The gateway's rows hold at every kind of gateway, so each mutant must be found at every kind as well. */
const atGateway = (kind: Kind): readonly [string, Load] => [
  `gateway-requests, ${kind}`,
  async () => {
    const rows = (await import("./rows/gateway-requests")) as { gatewaySurface: typeof gatewaySurface };
    return rows.gatewaySurface(kind) as Surface<unknown>;
  },
];

const EVERY: readonly (readonly [string, Load])[] = [
  ...SURFACES.map((name) => [name, () => loadSurface(name)] as const),
  ...KINDS.filter((kind) => kind !== "ENFORCE").map(atGateway),
];

describe.each(EVERY)("with its refusal taken out, the test fails: %s", (_, load) => {
  // jest wants the names of tests before anything asynchronous, so one test goes through a surface's rows.
  test("every row", async () => {
    const { refusals } = await load();
    const surviving: string[] = [];
    for (const row of refusals) if (await survives(load, row)) surviving.push(row.request);

    expect(surviving).toEqual([]);
  }, 1_800_000);
});
