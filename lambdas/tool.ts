import type { ToolSpec } from "../cedar/tools";

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
    const custom = context.clientContext?.custom ?? context.clientContext?.Custom;
    const called = String(custom?.bedrockAgentCoreToolName ?? "");
    const name = called.slice(called.indexOf(SEPARATOR) + (called.includes(SEPARATOR) ? SEPARATOR.length : 1));
    const spec = specs.find((one) => one.name === name);
    const tool = Object.hasOwn(tools, name) ? tools[name] : undefined;
    if (!spec || !tool)
      return failed(`this target has no such tool; it has ${specs.map((one) => one.name).join(", ")}`);
    const { input, problems } = readArguments(spec, event);
    if (problems.length > 0) return failed(problems.join("; "));
    return { content: [{ type: "text", text: await tool(input) }] };
  };
}

const failed = (text: string): ToolResult => ({ content: [{ type: "text", text }], isError: true });

function readArguments({ inputSchema }: ToolSpec, event: unknown): { input: Arguments; problems: string[] } {
  const given = (typeof event === "object" && event !== null ? event : {}) as Record<string, unknown>;
  const properties = Object.entries(inputSchema.properties ?? {});
  const input = Object.fromEntries(properties.map(([name, { default: fallback }]) => [name, given[name] ?? fallback]));
  const problems = properties.flatMap(([name, { type }]) => {
    const value = input[name];
    if (value === undefined) return inputSchema.required?.includes(name) ? [`${name} is missing`] : [];
    return isOfType(value, type) ? [] : [`${name} must be of the type ${type}`];
  });
  return { input, problems };
}

function isOfType(value: unknown, type: string): boolean {
  switch (type) {
    case "integer":
      return Number.isSafeInteger(value);
    case "array":
      return Array.isArray(value);
    case "object":
      return typeof value === "object" && value !== null && !Array.isArray(value);
    default:
      return typeof value === type;
  }
}
