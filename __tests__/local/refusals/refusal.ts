import type { Mutant } from "../../support/mutant";

/** What came back: `type` is AWS's error type, OAuth's error code, or `JSON-RPC result` / `JSON-RPC error <code>`. */
export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

/** One request that the offline AWS refuses as AWS does: a row of local/REFUSALS.md. */
export interface Refusal<World> {
  /** What is asked, in words. One per surface. */
  readonly request: string;
  readonly send: (world: World) => Promise<Answer>;
  /** `…` in the text stands for anything: ids and times. */
  readonly answer: Answer;
  /** Where the fact is from. What follows `[field]` is a third party's observation, what follows `[open]` is not known of AWS. */
  readonly source: string;
  /** The handler with this refusal taken out: the row's test must fail with it. */
  readonly takenOut: Mutant;
}

/** Rows that are asked of the same world. */
export interface Surface<World> {
  /** Heading in the table. */
  readonly name: string;
  /** This surface's test file, from the project's root. */
  readonly test: string;
  /** A fresh world; called once for all rows, and once for every mutant, with the product's modules loaded afresh. */
  readonly open: () => Promise<World>;
  readonly close: (world: World) => Promise<void>;
  /** What no refusal may have changed or reached; thrown as a failed expectation. */
  readonly unharmed?: (world: World) => Promise<void>;
  readonly refusals: readonly Refusal<World>[];
}

export const isAnsweredAs = (expected: Answer, actual: Answer): boolean =>
  actual.status === expected.status && actual.type === expected.type && matches(expected.text, actual.text);

function matches(pattern: string, text: string): boolean {
  const parts = pattern.split("…").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join("[\\s\\S]*")}$`).test(text);
}

/** Declares one test per row. */
export function testRefusals<World>(surface: Surface<World>): void {
  describe(surface.name, () => {
    let world: World;
    beforeAll(async () => {
      world = await surface.open();
    });
    afterAll(() => surface.close(world));

    test.each(surface.refusals.map((row) => [row.request, row] as const))("%s", async (_, row) => {
      const answer = await row.send(world);

      if (!isAnsweredAs(row.answer, answer)) expect(answer).toEqual(row.answer);
      await surface.unharmed?.(world);
    });
  });
}
