import fc from "fast-check";
import { REQUESTS, rule, type Request, type Rule } from "./rules";

/** What happens to one engine: a first rollout, then two more, each killed or not, and the last once again to its end, with changes by hand in between. */
export interface Chain {
  /** Two versions of each statement, by its file stem. */
  readonly files: readonly (readonly [Rule, Rule])[];
  /** Made by somebody else before the first rollout. */
  readonly foreign: readonly Rule[];
  readonly first: Choice;
  readonly runs: readonly Run[];
  /** Those that are decided whenever something changed. */
  readonly requests: readonly Request[];
  /** Whether some changes take AWS long, and others not. */
  readonly uneven: boolean;
  /** Decides latencies and lags. */
  readonly seed: number;
}

/** Which version of each file a policy set holds; files that it leaves out are null. */
export type Choice = readonly (0 | 1 | null)[];

export interface Change {
  readonly file: number;
  readonly to: Choice[number];
}

export interface Run {
  readonly before: Gap;
  /** What of the policy set is otherwise than at the run before. */
  readonly changes: readonly Change[];
  /** Whether it replaces what others made until then. */
  readonly replaces: boolean;
  readonly crash: Crash | null;
}

/** Between two rollouts. */
export interface Gap {
  readonly edits: readonly Edit[];
  /** Milliseconds from the last of it to the next rollout. */
  readonly pause: number;
}

/** Kills the run at its so-many-th request, before AWS has carried it out or after. */
export interface Crash {
  readonly request: number;
  readonly when: "before" | "after";
}

/** A change by hand. `nth` picks one of the policies in the engine, in the order of their creation. */
export type Edit =
  | { readonly kind: "change"; readonly nth: number; readonly rule: Rule }
  | { readonly kind: "delete"; readonly nth: number }
  | { readonly kind: "mute"; readonly nth: number }
  | { readonly kind: "add"; readonly rule: Rule }
  /** With exactly the text of the file's first version. */
  | { readonly kind: "copy"; readonly file: number };

/** What a killed process had sent has arrived by the time the next one starts. Milliseconds. */
export const SOONEST = 250;
const FILES = 4;
const file = fc.nat({ max: FILES - 1 });
const nth = fc.nat({ max: 5 });

const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ kind: fc.constant("change" as const), nth, rule }),
  fc.record({ kind: fc.constant("delete" as const), nth }),
  fc.record({ kind: fc.constant("mute" as const), nth }),
  fc.record({ kind: fc.constant("add" as const), rule }),
  fc.record({ kind: fc.constant("copy" as const), file }),
);

const version = fc.constantFrom(0 as const, 1 as const, null);
export const choice: fc.Arbitrary<Choice> = fc.array(version, {
  minLength: FILES,
  maxLength: FILES,
});

const run: fc.Arbitrary<Run> = fc.record({
  before: fc.record({
    edits: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, fc.array(edit, { maxLength: 2 })),
    pause: fc.constantFrom(SOONEST, 700, 1_900, 10_000),
  }),
  changes: fc.array(fc.record({ file, to: version }), { maxLength: 5 }),
  replaces: fc.boolean(),
  crash: fc.option(fc.record({ request: fc.integer({ min: 1, max: 24 }), when: fc.constantFrom("before", "after") })),
});

export const chain: fc.Arbitrary<Chain> = fc.record({
  files: fc.array(fc.tuple(rule, rule), { minLength: FILES, maxLength: FILES }),
  foreign: fc.array(rule, { maxLength: 1 }),
  first: choice,
  runs: fc.array(run, { minLength: 2, maxLength: 2 }),
  requests: fc.uniqueArray(fc.constantFrom(...REQUESTS), { minLength: 5, maxLength: 8 }),
  uneven: fc.boolean(),
  seed: fc.nat(),
});

/** The policy set of each run, one after another. */
export function choicesOf({ first, runs }: Chain): Choice[] {
  let choice = first;
  return runs.map(
    ({ changes }) => (choice = changes.reduce<Choice>((set, { file, to }) => set.with(file, to), choice)),
  );
}
