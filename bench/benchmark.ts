import type { StepLog } from "../reporting/steps";

/** One measured value beside what it is to be compared with, both from the same run. */
export interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: Unit;
  readonly reference?: { readonly what: string; readonly value: number };
  /** What the ratio of value to reference should be at most, or the value itself where there is no reference. */
  readonly atMost?: number;
}

export type Unit = "ms" | "bytes" | "MiB" | "MiB/min" | "per second" | "calls" | "decisions";

export interface Result {
  readonly figures: readonly Figure[];
  /** Wrong decisions and open or deny windows: whatever stands here makes the run fail. Times never do. */
  readonly wrong: readonly string[];
}

export interface Run {
  /** Small sizes: shows that everything works, and no more than that. */
  readonly quick: boolean;
  readonly log: StepLog;
}

export interface Benchmark {
  readonly name: string;
  readonly title: string;
  readonly run: (run: Run) => Promise<Result>;
}

/** Value over reference; undefined where there is nothing to divide by. */
export const ratioOf = ({ value, reference }: Figure): number | undefined =>
  reference && reference.value > 0 ? value / reference.value : undefined;

export const together = (results: readonly Result[]): Result => ({
  figures: results.flatMap(({ figures }) => figures),
  wrong: results.flatMap(({ wrong }) => wrong),
});
