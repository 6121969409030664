import { z } from "zod";
import { suggest, type Problem } from "../reporting/problem";
import { settingsSchema } from "./schema";

/** A problem with a field of the settings, before it is known in which file and line the field stands. */
export interface Finding extends Omit<Problem, "where"> {
  readonly path: readonly PropertyKey[];
}

type Issue = z.core.$ZodIssue;
type JsonSchema = z.core.JSONSchema.BaseSchema;

/** What the schema found wrong with `given`, in the user's words: one finding per mistake. */
export function findingsOf(issues: readonly Issue[], given: unknown): Finding[] {
  return issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys") return unknownKeys(issue.keys, issue.path, given);
    if (issue.code === "invalid_key") return issue.issues.map((inner) => ({ path: issue.path, ...describe(inner) }));
    const value = valueAt(given, issue.path);
    return [{ path: issue.path, ...describe(issue, value), value: value === undefined ? undefined : show(value) }];
  });
}

function unknownKeys(keys: readonly string[], path: readonly PropertyKey[], given: unknown): Finding[] {
  const known = keysBelow(path, valueAt(given, [...path, "type"]));
  return keys.map((key) => {
    const meant = suggest(key, known) ?? fields().find((field) => field.endsWith(`.${key}`));
    const fix = meant ? `did you mean ${meant}?` : "delete it";
    return { path: [...path, key], what: "is not a setting", limit: known.join(", "), fix };
  });
}

/** Sentences for the issues that the schema can raise; its own custom issues bring their words along. */
function describe(issue: Issue, value?: unknown): Omit<Problem, "where"> {
  switch (issue.code) {
    case "custom":
      return { what: issue.message, ...(issue.params as Partial<Problem> | undefined) };
    case "invalid_type":
      return value === undefined
        ? { what: "is missing", limit: KINDS[issue.expected] ?? issue.expected }
        : {
            what: "is of the wrong kind",
            limit: KINDS[issue.expected] ?? issue.expected,
            fix: quoting(issue.expected),
          };
    case "invalid_value":
      return { what: "is none of the values that it can have", ...choice(value, issue.values.map(String)) };
    case "invalid_union":
      return { what: "is none of the values that it can have", ...choice(value, optionsOf(issue)) };
    case "too_big":
      return { what: "has too many items", limit: `at most ${issue.maximum}` };
    default:
      return { what: issue.message };
  }
}

const KINDS: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  boolean: "true or false",
  object: "a group of settings",
  record: "a group of names with values",
  array: "a list",
};

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

/** A field as it is shown. Users' ids are keys of `claims.users`; of an id no more is shown than finds it. */
export function fieldName(path: readonly PropertyKey[]): string {
  const isUser = path[0] === "claims" && path[1] === "users";
  return path.map((key, index) => (isUser && index === 2 ? shortened(String(key)) : String(key))).join(".");
}

const shortened = (id: string) => `${id.slice(0, Math.min(8, Math.ceil(id.length / 3)))}…`;

const show = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));

/** Names of the settings directly below a path; where the group has a `type`, those of that type. */
function keysBelow(path: readonly PropertyKey[], type: unknown): string[] {
  const at = path.reduce<JsonSchema>((schema, key) => below(schema, String(key)), schemaAsJson());
  const ofType = alternatives(at).filter(({ properties }) => constantOf(properties?.type) === type);
  const keys = (ofType.length > 0 ? ofType : alternatives(at)).flatMap(({ properties = {} }) =>
    Object.keys(properties),
  );
  return [...new Set(keys)];
}

const constantOf = (schema: z.core.JSONSchema._JSONSchema | undefined) =>
  typeof schema === "object" ? schema.const : undefined;

/** Every setting with its path, for where a key was written in the wrong group. */
function fields(schema = schemaAsJson(), prefix = ""): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, inner]) => [
    `${prefix}${key}`,
    ...fields(inner as JsonSchema, `${prefix}${key}.`),
  ]);
}

function below(schema: JsonSchema, key: string): JsonSchema {
  const found = alternatives(schema).map((one) => one.properties?.[key] ?? one.additionalProperties ?? one.items);
  return (found.find((one) => typeof one === "object") as JsonSchema | undefined) ?? {};
}

const alternatives = (schema: JsonSchema) => (schema.oneOf ?? schema.anyOf ?? [schema]) as JsonSchema[];

const schemaAsJson = (): JsonSchema => z.toJSONSchema(settingsSchema, { io: "input" });
