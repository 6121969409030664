import { z } from "zod";
import { suggest, type Problem } from "../reporting/problem";
import { findingsOf as findingsOfSchema, valueAt, type Finding } from "../reporting/schema-findings";
import { settingsSchema } from "./schema";

type JsonSchema = z.core.JSONSchema.BaseSchema;

const KINDS: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  boolean: "true or false",
  object: "a group of settings",
  record: "a group of names with values",
  array: "a list",
};

/** What the schema found wrong with `given`, in the user's words: one finding per mistake. */
export const findingsOf = (issues: readonly z.core.$ZodIssue[], given: unknown): Finding[] =>
  findingsOfSchema(issues, given, { kinds: KINDS, unknownKey: (key, path) => unknownKey(key, path, given) });

function unknownKey(key: string, path: readonly PropertyKey[], given: unknown): Omit<Problem, "where"> {
  const known = keysBelow(path, valueAt(given, [...path, "type"]));
  const meant = suggest(key, known) ?? fields().find((field) => field.endsWith(`.${key}`));
  const fix = meant ? `did you mean ${meant}?` : "delete it";
  return { what: "is not a setting", limit: known.join(", "), fix };
}

/** A field as it is shown. Users' ids are keys of `claims.users`; of an id no more is shown than finds it. */
export function fieldName(path: readonly PropertyKey[]): string {
  const isUser = path[0] === "claims" && path[1] === "users";
  return path.map((key, index) => (isUser && index === 2 ? shortenedUserId(String(key)) : String(key))).join(".");
}

/** Enough of a user's id to find it in the settings. */
export const shortenedUserId = (id: string) => `${id.slice(0, Math.min(8, Math.ceil(id.length / 3)))}…`;

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
