import fc from "fast-check";
import { meetingPromise, meetingTrialOf } from "./rollout/property";
import type { Mutant } from "../support/mutant";

/** `RUNS=1000 npx jest two-rollouts.test` looks longer; a failure prints the seed and the path to run it again. */
const RUNS = Number(process.env.RUNS ?? 200);
/** Meetings that are tried before a mutant is said to get through. */
const TRIES = 400;
jest.setTimeout(60_000 + RUNS * 2_000);

const GIVE_WAY = "provisioners/rollout/give-way.ts";
const ALONE = "provisioners/rollout/alone.ts";

test("two rollouts at once: nothing is decided against what all sets agree on, and one comes through", async () => {
  await fc.assert(meetingPromise(await meetingTrialOf()), { numRuns: RUNS });
});

describe("the check can fail: it catches a rollout", () => {
  test.each<[string, Mutant]>([
    [
      "that does not look whether it is alone",
      {
        file: ALONE,
        find: "isManaged(name, this.rollout.prefix) && !this.known.has(id)",
        replace: "false && id && name",
      },
    ],
    [
      "that gives way to nobody",
      { file: GIVE_WAY, find: "if (changed.length + older.length === 0) return;", replace: "if (made) return;" },
    ],
    [
      "that gives way to any other one",
      { file: ALONE, find: "isOlder(sign, other)", replace: "isOlder === undefined && other" },
    ],
    [
      "that waits for nobody to give way",
      { file: GIVE_WAY, find: "younger.length === 0 || changed", replace: "true || changed" },
    ],
    [
      "without a sign",
      {
        file: "provisioners/rollout/sign.ts",
        find: "if (text === undefined ||",
        replace: "if (text || text === undefined ||",
      },
    ],
  ])("%s", async (_, mutant) => {
    const found = await fc.check(meetingPromise(await meetingTrialOf(mutant)), {
      numRuns: TRIES,
      seed: 1,
      endOnFailure: true,
    });

    expect(found.failed).toBe(true);
  });
});
