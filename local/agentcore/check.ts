import { z } from "zod";
import { validation } from "../core/errors";

/**
 * The members of a request that its rule knows, checked. Members that the rule does not know are dropped, as
 * AWS does with what its model has no place for; null counts as absent. Throws one ValidationException that
 * names every member at fault with its constraint, and no value.
 */
export function checked<Rule extends z.ZodType>(rule: Rule, input: object): z.output<Rule> {
  const result = rule.safeParse(withoutNulls(input), { reportInput: true });
  if (result.success) return result.data;
  const faults = result.error.issues.map(
    (issue) => `Value at '${pathOf(issue.path)}' failed to satisfy constraint: ${constraintOf(issue)}`,
  );
  const count = `${faults.length} validation error${faults.length === 1 ? "" : "s"} detected`;
  throw validation(`${count}: ${faults.join("; ")}`);
}

/** A string of so many characters that matches the whole pattern. */
export function text(pattern: RegExp | undefined, min = 0, max = Number.POSITIVE_INFINITY) {
  const sized = z.string().min(min).max(max);
  return pattern ? sized.regex(new RegExp(`^(?:${pattern.source})$`)) : sized;
}

/** A union of the API: exactly one of its members is there, and nothing else, known or not. */
export function oneOf<Shape extends z.ZodRawShape>(shape: Shape) {
  const message = `Member must have exactly one of: [${Object.keys(shape).join(", ")}]`;
  return z
    .strictObject(shape, { error: ({ code }) => (code === "unrecognized_keys" ? message : undefined) })
    .partial()
    .refine((value) => Object.values(value).filter((member) => member !== undefined).length === 1, { message });
}

/** A map of so many entries. */
export function mapOf<Key extends z.ZodString, Value extends z.ZodType>(
  key: Key,
  value: Value,
  min: number,
  max: number,
) {
  return z
    .record(key, value)
    .refine((map) => Object.keys(map).length >= min, {
      message: `Member must have length greater than or equal to ${min}`,
    })
    .refine((map) => Object.keys(map).length <= max, {
      message: `Member must have length less than or equal to ${max}`,
    });
}

const pathOf = (path: readonly PropertyKey[]) =>
  path.map((part) => (typeof part === "number" ? `${part + 1}.member` : String(part))).join(".");

type Issue = z.core.$ZodIssue;

/** AWS's words for what is wrong. Source: messages of AWS's JSON services. */
function constraintOf(issue: Issue): string {
  if (issue.input === undefined && issue.code !== "custom") return "Member must not be null";
  switch (issue.code) {
    case "invalid_type":
      return `Member must be of type ${issue.expected}`;
    case "too_small":
      return issue.origin === "number"
        ? `Member must have value greater than or equal to ${issue.minimum}`
        : `Member must have length greater than or equal to ${issue.minimum}`;
    case "too_big":
      return issue.origin === "number"
        ? `Member must have value less than or equal to ${issue.maximum}`
        : `Member must have length less than or equal to ${issue.maximum}`;
    case "invalid_format":
      return `Member must satisfy regular expression pattern: ${bare(issue.pattern ?? issue.format)}`;
    case "invalid_value":
      return `Member must satisfy enum value set: [${issue.values.join(", ")}]`;
    default:
      return issue.message;
  }
}

/** The pattern as the API model has it. */
const bare = (pattern: string) => pattern.replace(/^\/\^\(\?:(.*)\)\$\/$/, "$1");

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  const present = Object.entries(value).filter(([, member]) => member !== null && member !== undefined);
  return Object.fromEntries(present.map(([name, member]) => [name, withoutNulls(member)]));
}
