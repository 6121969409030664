import type { JsonSchema, ToolSpec } from "../cedar/tools";

/** What a tool answers: MCP's tool result. */
export interface ToolResult {
  readonly content: readonly { readonly type: "text"; readonly text: string }[];
  readonly isError?: boolean;
}

/** A tool's arguments, checked against its input schema, with defaults filled in. */
export type Arguments = Readonly<Record<string, unknown>>;
export type Tool = (input: Arguments) => string | Promise<string>;

/** The part of Lambda's context that the gateway fills: which tool is called, as `<target>___<tool>`. */
interface GatewayContext {
  // Lambda's documents write `custom`; Node's runtime passes on what the caller sent, in whichever case.
  readonly clientContext?: {
    readonly custom?: Readonly<Record<string, unknown>>;
    readonly Custom?: Readonly<Record<string, unknown>>;
  };
}

const SEPARATOR = "___";

/**
 * The Lambda handler of a target: finds the tool by the name that the gateway sends, checks the arguments
 * against the tool's spec, and answers with text. A wrong call is answered with `isError`, never thrown: the
 * agent can read it and mend its call.
 */
export function defineTools(specs: readonly ToolSpec[], tools: Readonly<Record<string, Tool>>) {
  return async (event: unknown, context: GatewayContext): Promise<ToolResult> => {
    const name = calledTool(context);
    const spec = specs.find((one) => one.name === name);
    const tool = Object.hasOwn(tools, name) ? tools[name] : undefined;
    if (!spec || !tool) {
      return failed(`this target has no such tool; it has ${specs.map((one) => one.name).join(", ")}`);
    }
    const { input, problems } = readArguments(spec, event);
    if (problems.length > 0) return failed(problems.join("; "));
    return { content: [{ type: "text", text: await tool(input) }] };
  };
}

function calledTool({ clientContext }: GatewayContext): string {
  const custom = clientContext?.custom ?? clientContext?.Custom;
  const called = String(custom?.bedrockAgentCoreToolName ?? "");
  const separator = called.indexOf(SEPARATOR);
  return separator < 0 ? called : called.slice(separator + SEPARATOR.length);
}

const failed = (text: string): ToolResult => ({ content: [{ type: "text", text }], isError: true });

/** The arguments that the spec names, with its defaults, and what is wrong with them. Others are left out. */
function readArguments({ inputSchema }: ToolSpec, event: unknown): { input: Arguments; problems: string[] } {
  const given = isObject(event) ? event : {};
  const input = Object.fromEntries(
    Object.entries(inputSchema.properties ?? {}).flatMap(([name, { default: fallback }]) => {
      // Null is how some clients leave out an argument.
      const value = (Object.hasOwn(given, name) ? given[name] : null) ?? fallback;
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
  return { input, problems: problemsOf(input, inputSchema, "the input") };
}

function problemsOf(value: unknown, schema: JsonSchema, place: string): string[] {
  if (!isOfType(value, schema.type)) return [`${place} must be of the type ${schema.type}`];
  const inner = (name: string | number) => (place === "the input" ? `${name}` : `${place}.${name}`);
  const { items, properties = {}, required = [] } = schema;
  if (Array.isArray(value)) return items ? value.flatMap((one, at) => problemsOf(one, items, inner(at))) : [];
  if (!isObject(value)) return [];
  const missing = required.filter((name) => !Object.hasOwn(value, name)).map((name) => `${inner(name)} is missing`);
  const wrong = Object.entries(properties).flatMap(([name, property]) =>
    Object.hasOwn(value, name) ? problemsOf(value[name], property, inner(name)) : [],
  );
  return [...missing, ...wrong];
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function isOfType(value: unknown, type: JsonSchema["type"]): boolean {
  switch (type) {
    case "integer":
      return Number.isSafeInteger(value);
    case "array":
      return Array.isArray(value);
    case "object":
      return isObject(value);
    default:
      return typeof value === type;
  }
}
