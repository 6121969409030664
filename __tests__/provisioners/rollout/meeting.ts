import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import type { Context } from "../../../provisioners/context";
import { choice, type Choice } from "./chain";
import type { Product } from "./process";
import { REQUESTS, rule } from "./rules";
import { World, inRandomTime, type Setting } from "./world";

/** Two rollouts of one engine that do not wait for each other. */
export interface Meeting extends Setting {
  readonly before: Choice;
  readonly first: Choice;
  readonly second: Choice;
  /** Milliseconds from the first one's beginning to the second's. */
  readonly delay: number;
  readonly seed: number;
}

export const meeting: fc.Arbitrary<Meeting> = fc.record({
  files: fc.array(fc.tuple(rule, rule), { minLength: 4, maxLength: 4 }),
  before: choice,
  first: choice,
  second: choice,
  delay: fc.oneof(fc.nat({ max: 1_000 }), fc.nat({ max: 40_000 })),
  requests: fc.uniqueArray(fc.constantFrom(...REQUESTS), { minLength: 5, maxLength: 8 }),
  uneven: fc.boolean(),
  seed: fc.nat(),
});

/**
 * Carries both rollouts out in a time of their own and returns what was wrong: decisions that differ from what all three
 * policy sets agree on, an engine that is not as a run that came through wanted it, no run that came through, and
 * what the next run does not put right.
 */
export async function violationsOfMeeting(one: Meeting, product: Product, context: Context): Promise<string[]> {
  return inRandomTime(one.seed, async () => {
    const world = await World.create(product, context, one);
    const before = world.statements(one.before);
    const first = world.statements(one.first);
    const second = world.statements(one.second);
    await world.expect([before]);
    await world.run(before, ONCE);
    await world.settle();

    await world.expect([first, second]);
    const later = async () => {
      await sleep(one.delay);
      return world.run(second, ONCE);
    };
    const failures = await Promise.all([world.run(first, ONCE), later()]);
    await world.settle();
    const through = [first, second].filter((_, index) => failures[index] === undefined);
    // Where AWS takes longer than a rollout waits for another one, both may stop, and one after the other one was through.
    const wrong = one.uneven ? [] : endOf(through.map((wanted) => world.remains(wanted)));
    if (through.length === 0 && !one.uneven) wrong.push(`no run came through: ${failures.join("; ")}`);

    await world.expect([second]);
    const failure = await world.run(second, ONCE);
    await world.settle();
    return [...world.violations, ...wrong, ...(failure === undefined ? [] : [failure]), ...world.remains(second)];
  });
}

const ONCE = { crash: null, replaces: false };

/** The engine must be as one of those wanted it that say that it is. */
const endOf = (remains: readonly (readonly string[])[]) =>
  remains.some(({ length }) => length === 0) ? [] : remains.flat();
