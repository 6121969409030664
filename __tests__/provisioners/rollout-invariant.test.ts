import fc from "fast-check";
import { MUTANTS } from "./rollout/mutants";
import { promise, trialOf } from "./rollout/property";

/** `RUNS=1000 npx jest rollout-invariant` looks longer; a failure prints the seed and the path to run it again. */
const RUNS = Number(process.env.RUNS ?? 300);
/** Latencies and lags that a chain is tried with before a mutant is said to get through. */
const TIMINGS = 100;
jest.setTimeout(60_000 + RUNS * 2_000);

test("over a chain of rollouts what all policy sets agree on is never decided otherwise", async () => {
  await fc.assert(promise(await trialOf()), { numRuns: RUNS });
});

describe("the check can fail: it catches a rollout", () => {
  test.each(MUTANTS)("in which $fault", async ({ chain: one, ...mutant }) => {
    const trial = await trialOf(mutant);
    const violations: string[] = [];
    for (let timing = 0; timing < TIMINGS && violations.length === 0; timing += 1) {
      violations.push(...(await trial({ ...one, seed: timing })));
    }

    expect(violations).not.toEqual([]);
  });
});

test("none of the chains that show a wrong rollout shows anything wrong with the rollout as it is", async () => {
  const trial = await trialOf();

  for (const { chain: one } of MUTANTS) for (const seed of [0, 1, 2]) expect(await trial({ ...one, seed })).toEqual([]);
});

test("a failure prints its seed, and the seed replays it", async () => {
  const mutant = MUTANTS.find(({ fault }) => fault === "permits are activated before forbids");
  const property = promise(await trialOf(mutant));

  const found = await fc.check(property, { seed: 1, numRuns: 50, endOnFailure: true });
  const replayed = await fc.check(property, {
    seed: found.seed,
    path: found.counterexamplePath ?? "",
    endOnFailure: true,
  });

  expect(found.failed).toBe(true);
  expect(fc.defaultReportMessage(found)).toContain(`seed: ${found.seed}, path: "${found.counterexamplePath}"`);
  expect(replayed.counterexample).toEqual(found.counterexample);
  expect(replayed.numRuns).toBe(1);
  expect(String(replayed.errorInstance)).toBe(String(found.errorInstance));
});
