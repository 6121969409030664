import fc from "fast-check";
import type * as scope from "../../../cedar/scope";
import type * as validate from "../../../cedar/validate";
import { withMutant, type Mutant } from "../../support/mutant";
import type * as remembering from "../../support/remembered";
import type { Context } from "../../../provisioners/context";
import { chain, type Chain } from "./chain";
import { meeting, violationsOfMeeting, type Meeting } from "./meeting";
import { warmContext, type Product } from "./process";
import { violationsOf } from "./run-chain";

// The same few statements come again in every chain; what Cedar says of each is asked once.
jest.mock("../../../cedar/scope", () => {
  const actual = jest.requireActual<typeof scope>("../../../cedar/scope");
  const support = jest.requireActual<typeof remembering>("../../support/remembered");
  return { ...actual, parseStatement: support.remembered(actual.parseStatement) };
});
jest.mock("../../../cedar/validate", () => {
  const actual = jest.requireActual<typeof validate>("../../../cedar/validate");
  const support = jest.requireActual<typeof remembering>("../../support/remembered");
  return { ...actual, rejections: support.remembered(actual.rejections) };
});

const load = async (): Promise<Product> => ({
  rollOut: (await import("../../../provisioners/rollout/run")).rollOut,
  createContext: (await import("../../../provisioners/context")).createContext,
});

/** What carries a chain, or a meeting, out and tells what was wrong with it. */
export type Trial<T> = (one: T) => Promise<string[]>;

/** Trials of the rollout, or of a mutant of it. */
async function trial<T>(
  violations: (one: T, product: Product, context: Context) => Promise<string[]>,
  mutant?: Mutant,
): Promise<Trial<T>> {
  const product = await (mutant ? withMutant(mutant, load) : load());
  const context = await warmContext(product);
  return (one) => violations(one, product, context);
}

export const trialOf = (mutant?: Mutant): Promise<Trial<Chain>> => trial(violationsOf, mutant);
export const meetingTrialOf = (mutant?: Mutant): Promise<Trial<Meeting>> => trial(violationsOfMeeting, mutant);

const nothingWrong = <T>(arbitrary: fc.Arbitrary<T>, attempt: Trial<T>) =>
  fc.asyncProperty(arbitrary, async (one) => {
    expect(await attempt(one)).toEqual([]);
  });

/**
 * Over a chain of rollouts, killed or not, with changes by hand in between: what all policy sets that count agree on
 * is never decided otherwise, and at the end the engine holds what is wanted.
 */
export const promise = (attempt: Trial<Chain>) => nothingWrong(chain, attempt);

/**
 * Of two rollouts at once: what all policy sets agree on is never decided otherwise, one comes through, and the engine
 * is as one wanted it that says so.
 */
export const meetingPromise = (attempt: Trial<Meeting>) => nothingWrong(meeting, attempt);
