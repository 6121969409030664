import type { z } from "zod";
import { suggest, type Problem } from "./problem";

/** A problem with a field of a user's file, before it is known in which file and line the field stands. */
export interface Finding extends Omit<Problem, "where"> {
  readonly path: readonly PropertyKey[];
}

type Issue = z.core.$ZodIssue;

/** What a reader calls things in one kind of file. */
export interface Words {
  /** What is said of a key that nobody knows. */
  readonly unknownKey: (key: string, path: readonly PropertyKey[]) => Omit<Problem, "where">;
  /** Words for the kinds of values, by Zod's names. */
  readonly kinds: Readonly<Record<string, string>>;
}

/** What a schema found wrong with `given`, in the user's words: one finding per mistake. */
export function findingsOf(issues: readonly Issue[], given: unknown, words: Words): Finding[] {
  return issues.flatMap((issue) => {
    const { path } = issue;
    if (issue.code === "unrecognized_keys")
      return issue.keys.map((key) => ({ path: [...path, key], ...words.unknownKey(key, path) }));
    if (issue.code === "invalid_key") return issue.issues.map((inner) => ({ path, ...describe(inner, words) }));
    const value = valueAt(given, path);
    return [{ path, ...describe(issue, words, value), value: value === undefined ? undefined : show(value) }];
  });
}

/** Sentences for the issues that a schema can raise; its own custom issues bring their words along. */
function describe(issue: Issue, { kinds }: Words, value?: unknown): Omit<Problem, "where"> {
  switch (issue.code) {
    case "custom":
      return { what: issue.message, ...(issue.params as Partial<Problem> | undefined) };
    case "invalid_type": {
      const limit = kinds[issue.expected] ?? issue.expected;
      if (value === undefined) return { what: "is missing", limit };
      return { what: "is of the wrong kind", limit, fix: quoting(issue.expected) };
    }
    case "invalid_value": {
      const what = value === undefined ? "is missing" : "is none of the values that it can have";
      return { what, ...choice(value, issue.values.map(String)) };
    }
    case "invalid_union":
      return { what: "is none of the values that it can have", ...choice(value, optionsOf(issue)) };
    case "too_big":
      return { what: "has too many items", limit: `at most ${issue.maximum}` };
    default:
      return { what: issue.message };
  }
}

const quoting = (expected: string) => (expected === "string" ? "put it in quotes" : undefined);

function choice(value: unknown, allowed: readonly string[]) {
  const meant = typeof value === "string" ? suggest(value, allowed) : undefined;
  return { limit: allowed.join(", "), fix: meant ? `did you mean ${meant}?` : undefined };
}

const optionsOf = (issue: Issue): string[] =>
  "options" in issue && Array.isArray(issue.options) ? issue.options.map(String) : [];

/** The value at a path, or undefined where there is none. */
export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (typeof at === "object" && at !== null && Object.hasOwn(at, key) ? (at as never)[key] : undefined),
    value,
  );
}

/** Enough of a value to find it by. Characters. */
const LONGEST_SHOWN = 200;

export function show(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}
