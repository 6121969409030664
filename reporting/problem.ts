import { closest, distance } from "fastest-levenshtein";

/**
 * One thing that is wrong with what a user gave us. Every checker returns all of its problems at once, so
 * that one run shows everything there is to mend.
 */
export interface Problem {
  /** Where it is: a settings field (`name`), or `file:line` or `file:line:column`. */
  readonly where: string;
  /** What is wrong, in one sentence without a full stop. */
  readonly what: string;
  /** The user's value, when it may be shown. Never a secret. */
  readonly value?: string;
  /** The limit or the values allowed, with the reason where it is not obvious. */
  readonly limit?: string;
  /** What to do about it. */
  readonly fix?: string;
}

/** A mistake of the user's: printed without a stack trace; the process then exits with 1. */
export class UserError extends Error {
  override readonly name: string = "UserError";

  constructor(
    readonly summary: string,
    readonly problems: readonly Problem[] = [],
  ) {
    super([summary, ...problems.map(formatProblem)].join("\n"));
  }
}

/** Formats one problem as an indented block: where and what first, then value, limit and fix. */
export function formatProblem(problem: Problem): string {
  const lines = [`  ${problem.where}: ${problem.what}`];
  if (problem.value !== undefined) lines.push(`    value: ${problem.value}`);
  if (problem.limit !== undefined) lines.push(`    limit: ${problem.limit}`);
  if (problem.fix !== undefined) lines.push(`    fix:   ${problem.fix}`);
  return lines.join("\n");
}

/** Throws one UserError that carries every problem; returns when there is none. */
export function throwIfAny(summary: string, problems: readonly Problem[]): void {
  if (problems.length > 0) throw new UserError(summary, problems);
}

/**
 * The name in `candidates` that `value` was most likely meant to be, or undefined when none is close
 * (edit distance above a third of the value's length).
 */
export function suggest(value: string, candidates: readonly string[]): string | undefined {
  if (candidates.length === 0) return undefined;
  const best = closest(value, candidates as string[]);
  return distance(value.toLowerCase(), best.toLowerCase()) <= Math.max(2, value.length / 3) ? best : undefined;
}
