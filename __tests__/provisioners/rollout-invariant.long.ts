import fc from "fast-check";
import { promise, trialOf } from "./rollout/property";

/** `RUNS=100000 npm run test:long -- rollout-invariant` looks longer still. */
const RUNS = Number(process.env.RUNS ?? 10_000);
jest.setTimeout(60_000 + RUNS * 2_000);

test(`over ${RUNS} chains of rollouts what all policy sets agree on is never decided otherwise`, async () => {
  await fc.assert(promise(await trialOf()), { numRuns: RUNS });
});
