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
