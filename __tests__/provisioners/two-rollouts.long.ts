import fc from "fast-check";
import { meetingPromise, meetingTrialOf } from "./rollout/property";

/** `RUNS=20000 npm run test:long -- two-rollouts` looks longer still. */
const RUNS = Number(process.env.RUNS ?? 2_000);
jest.setTimeout(60_000 + RUNS * 2_000);

test(`${RUNS} times two rollouts at once: nothing is decided against what all sets agree on, and one comes through`, async () => {
  await fc.assert(meetingPromise(await meetingTrialOf()), { numRuns: RUNS });
});
