import fc from "fast-check";
import type * as scope from "../../../cedar/scope";
import type * as validate from "../../../cedar/validate";
import { withMutant, type Mutant } from "../../support/mutant";
import type * as remembering from "../../support/remembered";
import { chain, type Chain } from "./chain";
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

/** What carries a chain out and tells what was wrong with it. */
export type Trial = (one: Chain) => Promise<string[]>;

/** Trials of the rollout, or of a mutant of it. */
export async function trialOf(mutant?: Mutant): Promise<Trial> {
  const product = await (mutant ? withMutant(mutant, load) : load());
  const context = await warmContext(product);
  return (one) => violationsOf(one, product, context);
}

/**
 * Over a chain of rollouts, killed or not, with changes by hand in between: what all policy sets that count agree on
 * is never decided otherwise, and at the end the engine holds what is wanted.
 */
export const promise = (trial: Trial) =>
  fc.asyncProperty(chain, async (one) => {
    expect(await trial(one)).toEqual([]);
  });
