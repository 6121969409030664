import { withMutant } from "../../support/mutant";
import { isAnsweredAs, type Refusal, type Surface } from "./refusal";
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

async function survives(name: (typeof SURFACES)[number], row: Refusal<unknown>): Promise<boolean> {
  return passes(await withMutant(row.takenOut, () => loadSurface(name)), row.request);
}

describe.each(SURFACES)("with its refusal taken out, the test fails: %s", (name) => {
  // jest wants the names of tests before anything asynchronous, so one test goes through a surface's rows.
  test("every row", async () => {
    const { refusals } = await loadSurface(name);
    const surviving: string[] = [];
    for (const row of refusals) if (await survives(name, row)) surviving.push(row.request);

    expect(surviving).toEqual([]);
  }, 1_800_000);
});
