import type { JsonSchema, ToolSpec } from "../cedar/tools";
import { suggest, type Problem } from "../reporting/problem";

/** A place in the file: indices and keys. */
type Path = readonly (string | number)[];
type Finding = Omit<Problem, "where"> & { readonly path: Path };

const TOOL = ["name", "description", "inputSchema"] as const satisfies readonly (keyof ToolSpec)[];
const SCHEMA = [
  "type",
  "description",
  "properties",
  "required",
  "items",
  "default",
] as const satisfies readonly (keyof JsonSchema)[];
const TYPES: readonly JsonSchema["type"][] = ["string", "integer", "number", "boolean", "object", "array"];

/** Source: ToolDefinition in AgentCore's API. */
const TOOL_NAME = /^[A-Za-z0-9_-]{1,64}$/;

/** What Cedar takes for the name of an attribute without quotes. Source: Cedar's grammar, IDENT. */
const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;
const RESERVED = ["true", "false", "if", "then", "else", "in", "is", "like", "has", "__cedar", "__proto__"];

/** Everything that is wrong with a spec.json, each with its place in the file: `0.inputSchema.properties.text`. */
export function specProblems(value: unknown, file: string): Problem[] {
  return findingsOf(value).map(({ path, ...rest }) => ({ where: `${file} ${path.join(".")}`.trimEnd(), ...rest }));
}

function findingsOf(value: unknown): Finding[] {
  if (!Array.isArray(value) || value.length === 0) {
    return [
      { path: [], what: "lists no tool", value: show(value), limit: 'a list: [{ "name": …, … }]', fix: "add a tool" },
    ];
  }
  const names = value.map((tool: unknown) => (isRecord(tool) ? tool.name : undefined));
  return value.flatMap((tool: unknown, index) => [
    ...toolFindings(tool, [index]),
    ...(names[index] !== undefined && names.indexOf(names[index]) < index
      ? [{ path: [index, "name"], what: "names a tool twice", value: show(names[index]), fix: "rename one of the two" }]
      : []),
  ]);
}

function toolFindings(tool: unknown, path: Path): Finding[] {
  if (!isRecord(tool)) return [wrongKind(path, tool, `an object with ${TOOL.join(", ")}`)];
  const { name, description, inputSchema } = tool;
  const type = isRecord(inputSchema) ? inputSchema.type : undefined;
  const isNoObject = isOneOf(TYPES, type) && type !== "object";
  return [
    ...unknownKeys(tool, TOOL, path),
    ...(typeof name === "string" && TOOL_NAME.test(name)
      ? []
      : [wrongKind([...path, "name"], name, "1 to 64 letters, digits, _ and -")]),
    ...textFindings(description, [...path, "description"]),
    ...schemaFindings(inputSchema, [...path, "inputSchema"]),
    ...(isNoObject ? [wrongKind([...path, "inputSchema", "type"], type, "object: MCP sends arguments by name")] : []),
  ];
}

function schemaFindings(schema: unknown, path: Path): Finding[] {
  if (!isRecord(schema)) return [wrongKind(path, schema, `an object with a type, one of ${TYPES.join(", ")}`)];
  const { type, description, properties, required, items } = schema;
  return [
    ...unknownKeys(schema, SCHEMA, path),
    ...(isOneOf(TYPES, type) ? [] : [wrongKind([...path, "type"], type, TYPES.join(", "), suggestion(type, TYPES))]),
    ...(description === undefined ? [] : textFindings(description, [...path, "description"])),
    ...(properties === undefined ? [] : propertyFindings(properties, [...path, "properties"])),
    ...(required === undefined ? [] : requiredFindings(required, properties, [...path, "required"])),
    ...(items === undefined ? [] : schemaFindings(items, [...path, "items"])),
    ...(type === "array" && items === undefined ? [itemsMissing(path)] : []),
  ];
}

const itemsMissing = (path: Path): Finding => ({
  path: [...path, "items"],
  what: "is missing: the list does not say what is in it",
  limit: "Cedar gives every value a type, and a list without one makes the tool's whole schema unusable",
  fix: 'add "items": { "type": "string" }, or what else the list holds',
});

function propertyFindings(properties: unknown, path: Path): Finding[] {
  if (!isRecord(properties)) return [wrongKind(path, properties, "an object: a schema by each property's name")];
  return Object.entries(properties).flatMap(([name, schema]) => [
    ...(IDENTIFIER.test(name) && !RESERVED.includes(name) ? [] : [unusableName(name, [...path, name])]),
    ...schemaFindings(schema, [...path, name]),
  ]);
}

function unusableName(name: string, path: Path): Finding {
  const better = name.replace(/[^A-Za-z0-9_]+/g, "_").replace(/^(?=\d|$)/, "_");
  return {
    path,
    what: "Cedar cannot name this property",
    value: name,
    limit: `letters, digits and _, not a digit first, and none of ${RESERVED.join(", ")}`,
    fix: RESERVED.includes(better) ? "give it another name" : `rename it to ${better}, in the handler as well`,
  };
}

function requiredFindings(required: unknown, properties: unknown, path: Path): Finding[] {
  if (!Array.isArray(required)) return [wrongKind(path, required, "a list of properties' names")];
  const known = isRecord(properties) ? Object.keys(properties) : [];
  return required
    .filter((name) => !isOneOf(known, name))
    .map((name) => ({
      path,
      what: "names a property that is not there",
      value: show(name),
      limit: known.length > 0 ? `properties: ${known.join(", ")}` : "there are no properties",
      fix: suggestion(name, known) ?? "add the property, or take its name out",
    }));
}

const textFindings = (text: unknown, path: Path): Finding[] =>
  typeof text === "string" && text.length > 0 ? [] : [wrongKind(path, text, "a text that is not empty")];

const unknownKeys = (value: Readonly<Record<string, unknown>>, known: readonly string[], path: Path): Finding[] =>
  Object.keys(value)
    .filter((key) => !known.includes(key))
    .map((key) => ({
      path: [...path, key],
      what: "is nothing that AgentCore knows of a tool",
      value: show(value[key]),
      limit: known.join(", "),
      fix: suggestion(key, known) ?? "delete it",
    }));

const wrongKind = (path: Path, value: unknown, limit: string, fix?: string): Finding =>
  value === undefined
    ? { path, what: "is missing", limit, fix: fix ?? "add it" }
    : { path, what: "is not what it has to be", value: show(value), limit, fix: fix ?? "write it as the limit says" };

function suggestion(value: unknown, candidates: readonly string[]): string | undefined {
  const meant = typeof value === "string" ? suggest(value, candidates) : undefined;
  return meant && `did you mean ${meant}?`;
}

const LONGEST_SHOWN = 80;

function show(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}

const isOneOf = (allowed: readonly string[], value: unknown) => typeof value === "string" && allowed.includes(value);

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
