import { z } from "zod";

/** What a refused value may be, and what to do: shown to the user with the problem. */
export interface Advice {
  readonly limit: string;
  readonly fix?: string;
}

/** Text that matches a pattern; otherwise the message with its advice. */
export function text(pattern: RegExp, message: string, advice: Advice) {
  return z.string().superRefine((value, context) => {
    if (!pattern.test(value)) context.addIssue({ code: "custom", message, params: { ...advice } });
  });
}

/** A whole number within bounds. */
export function wholeNumber(bounds: { min: number; max: number; reason: string }) {
  const limit = `a whole number from ${bounds.min} to ${bounds.max}: ${bounds.reason}`;
  return z.number().superRefine((value, context) => {
    if (Number.isInteger(value) && value >= bounds.min && value <= bounds.max) return;
    context.addIssue({ code: "custom", message: "is out of range", params: { limit } });
  });
}

/** One of a few numbers. */
export function oneOfNumbers(allowed: readonly number[], reason: string) {
  return z.number().superRefine((value, context) => {
    if (allowed.includes(value)) return;
    const params = { limit: `one of ${allowed.join(", ")}: ${reason}` };
    context.addIssue({ code: "custom", message: "is not a value that AWS takes", params });
  });
}
