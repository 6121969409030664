import { z } from "zod";
import type { JsonSchema } from "../cedar/tools";
import { suggest, type Problem } from "../reporting/problem";
import { findingsOf, show, type Finding } from "../reporting/schema-findings";
import { text } from "../reporting/schema-rules";

/** What Cedar takes for the name of an attribute without quotes. Source: Cedar's grammar, IDENT. */
const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;
const RESERVED = ["true", "false", "if", "then", "else", "in", "is", "like", "has", "__cedar", "__proto__"];

const name = text(/^[A-Za-z0-9_-]{1,64}$/, "is not a tool's name", {
  limit: "1 to 64 letters, digits, _ and -",
  fix: "rename it, in the handler as well",
});
const description = text(/./s, "is empty", { limit: "a text that is not empty", fix: "say what it is for" });

const inputSchema: z.ZodType<JsonSchema> = z.lazy(() => z.strictObject(SCHEMA));
const SCHEMA = {
  type: z.enum(["string", "integer", "number", "boolean", "object", "array"]),
  description: description.optional(),
  properties: z.record(z.string(), inputSchema).optional(),
  required: z.array(z.string()).optional(),
  items: inputSchema.optional(),
  default: z.unknown().optional(),
};

/** A tool as spec.json describes it. Limits: ToolDefinition in AgentCore's API. */
const TOOL = { name, description, inputSchema };
const toolSpecs = z.array(z.strictObject(TOOL));

const KINDS: Readonly<Record<string, string>> = {
  string: "text",
  object: "an object",
  record: "an object: a schema by each property's name",
  array: "a list",
};

/** Everything that is wrong with a spec.json, each with its place in the file: `0.inputSchema.properties.text`. */
export function specProblems(specs: unknown, file: string): Problem[] {
  const { error } = toolSpecs.safeParse(specs);
  const findings = [
    ...findingsOf(error?.issues ?? [], specs, { kinds: KINDS, unknownKey }),
    ...(Array.isArray(specs) ? toolFindings(specs) : []),
  ];
  return findings.map(({ path, ...rest }) => ({
    where: `${file} ${path.join(".")}`.trimEnd(),
    fix: "compare with another tool's spec.json",
    ...withoutNothing(rest),
  }));
}

function unknownKey(key: string, path: readonly PropertyKey[]): Omit<Problem, "where"> {
  const known = Object.keys(path.length === 1 ? TOOL : SCHEMA);
  const meant = suggest(key, known);
  const fix = meant ? `did you mean ${meant}?` : "delete it";
  return { what: "is nothing that AgentCore knows of a tool", value: key, limit: known.join(", "), fix };
}

/** What a schema of single values cannot say: how one part of the file goes with another. */
function toolFindings(specs: readonly unknown[]): Finding[] {
  if (specs.length === 0) return [{ path: [], what: "lists no tool", fix: "add one, or delete the folder" }];
  const tools = specs.map((tool) => (isRecord(tool) ? tool : {}));
  const names = tools.map((tool) => tool.name);
  return tools.flatMap((tool, index) => [
    ...(tool.name !== undefined && names.indexOf(tool.name) < index
      ? [{ path: [index, "name"], what: "names a tool twice", value: show(tool.name), fix: "rename one of the two" }]
      : []),
    ...inputFindings(tool.inputSchema, [index, "inputSchema"]),
  ]);
}

function inputFindings(schema: unknown, path: readonly PropertyKey[]): Finding[] {
  const type = isRecord(schema) ? schema.type : undefined;
  const isOther = SCHEMA.type.safeParse(type).success && type !== "object";
  const limit = "object: MCP sends arguments by name";
  return [
    ...(isOther ? [{ path: [...path, "type"], what: "is no input of a tool", value: show(type), limit }] : []),
    ...schemaFindings(schema, path),
  ];
}

function schemaFindings(schema: unknown, path: readonly PropertyKey[]): Finding[] {
  if (!isRecord(schema)) return [];
  const { type, properties, required, items } = schema;
  const inner = isRecord(properties) ? Object.entries(properties) : [];
  return [
    ...missingProperties(
      required,
      inner.map(([key]) => key),
      [...path, "required"],
    ),
    ...(type === "array" && items === undefined ? [withoutItems(path)] : []),
    ...inner.flatMap(([key, value]) => [
      ...nameFindings(key, [...path, "properties", key]),
      ...schemaFindings(value, [...path, "properties", key]),
    ]),
    ...schemaFindings(items, [...path, "items"]),
  ];
}

function nameFindings(value: string, path: readonly PropertyKey[]): Finding[] {
  if (IDENTIFIER.test(value) && !RESERVED.includes(value)) return [];
  const better = value.replace(/[^A-Za-z0-9_]+/g, "_").replace(/^(?=\d|$)/, "_");
  const limit = `letters, digits and _, not a digit first, and none of ${RESERVED.join(", ")}`;
  const fix = RESERVED.includes(better) ? "give it another name" : `rename it to ${better}, in the handler as well`;
  return [{ path, what: "Cedar cannot name this property", value, limit, fix }];
}

const withoutItems = (path: readonly PropertyKey[]): Finding => ({
  path: [...path, "items"],
  what: "is missing: the list does not say what is in it",
  limit: "Cedar gives every value a type, and a list without one makes the tool's whole schema unusable",
  fix: 'add "items": { "type": "string" }, or what else the list holds',
});

function missingProperties(required: unknown, known: readonly string[], path: readonly PropertyKey[]): Finding[] {
  const listed = Array.isArray(required) ? required.filter((one) => typeof one === "string") : [];
  return listed
    .filter((one) => !known.includes(one))
    .map((one) => {
      const meant = suggest(one, known);
      return {
        path,
        what: "names a property that is not there",
        value: one,
        limit: known.length > 0 ? `properties: ${known.join(", ")}` : "there are no properties",
        fix: meant ? `did you mean ${meant}?` : "add the property, or take its name out",
      };
    });
}

/** Without members that are undefined, so that they hide no default. */
const withoutNothing = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
