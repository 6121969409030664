/**
 * The part of JSON Schema that AgentCore takes for a tool's input (SchemaDefinition of the control plane's
 * API), and `default`, which AWS has no place for and which stays in the tool.
 */
export interface JsonSchema {
  readonly type: "string" | "integer" | "number" | "boolean" | "object" | "array";
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly default?: unknown;
}

/** A tool as MCP describes it. */
export interface ToolSpec {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: JsonSchema;
}

/** A gateway target with the tools that it serves. */
export interface ToolTarget {
  readonly name: string;
  readonly tools: readonly ToolSpec[];
}

/** The name under which the gateway lists a tool and Cedar knows its action: three underscores. */
export const actionName = (target: string, tool: string) => `${target}___${tool}`;

/** The name of the target that a folder below lambdas/tools becomes. */
export const toolTargetName = (folder: string) => `${folder}-target`;

/** Stands for every tool that is added later; `*` is no character of a real name. */
const FUTURE_TOOL: ToolSpec = { name: "*", description: "", inputSchema: { type: "object", properties: {} } };

/**
 * The same targets, each with a tool of unknown input besides, and one more target of such a tool: what a
 * statement on a whole target or on every action covers as well.
 */
export const withFutureTools = (targets: readonly ToolTarget[]): ToolTarget[] =>
  [...targets, { name: "*", tools: [] }].map(({ name, tools }) => ({ name, tools: [...tools, FUTURE_TOOL] }));

export const isFutureTool = (action: string) => action.endsWith("___*");
