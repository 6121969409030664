import type { ActionType, CommonType, SchemaJson } from "@cedar-policy/cedar-wasm/nodejs";
import { generateSchema } from "@cedar-policy/mcp-schema-generator-wasm";
import { actionName, type JsonSchema, type ToolTarget } from "./tools";

export const NAMESPACE = "AgentCore";

/** The groups that every tool's action is in, from the widest: all of MCP, then every tool call. */
export const ROOT_GROUPS = ["Mcp", "CallTool"] as const;

/** The types of callers: with a token, and with a signature of AWS's. */
export const PRINCIPAL_TYPES = ["OAuthUser", "IamEntity"] as const;

/** The schema that AgentCore generates from a gateway's targets, with what is needed to make requests to it. */
export interface AgentCoreSchema {
  /** Cedar's JSON form of a schema. */
  readonly json: SchemaJson<string>;
  /** Input schema of every action that is a tool's, by action name. */
  readonly inputs: ReadonlyMap<string, JsonSchema>;
  /** Target of every action that is a tool's, by action name. */
  readonly targets: ReadonlyMap<string, string>;
}

/** What the generator needs to know of entities; the rest of the schema is put around its result. */
const STUB = `namespace ${NAMESPACE} {
  @mcp_principal entity OAuthUser;
  @mcp_resource entity Gateway;
}`;

/** string, integer, number, boolean, object, array become String, Long, decimal, Bool, Record, Set. */
const GENERATOR = JSON.stringify({ objectsAsRecords: true, numbersAsDecimal: true, flattenNamespaces: true });

const STRING = { type: "EntityOrCommon", name: "String" } as const;
const WITH_ID = { type: "Record", attributes: { id: STRING } } as const;

const known = new Map<string, AgentCoreSchema>();

/**
 * The Cedar schema of these targets: principals with String tags, one action per tool in its target's group,
 * and `context.input` typed from the tool's input schema (not required means optional). Throws Error when
 * the generator cannot express an input schema. The same targets give the same object.
 */
export function schemaFor(targets: readonly ToolTarget[]): AgentCoreSchema {
  const key = JSON.stringify(targets);
  const schema = known.get(key) ?? compose(targets);
  known.set(key, schema);
  return schema;
}

function compose(targets: readonly ToolTarget[]): AgentCoreSchema {
  const tools = targets.flatMap((target) =>
    target.tools.map((tool) => ({ target: target.name, action: actionName(target.name, tool.name), tool })),
  );
  const generated = inputTypes(tools.map(({ tool }) => tool.inputSchema));
  const actions: Record<string, ActionType<string>> = {
    Mcp: {},
    CallTool: { memberOf: [{ id: "Mcp" }] },
  };
  for (const { name } of targets) actions[name] = { memberOf: [{ id: "CallTool" }] };
  tools.forEach(({ target, action }, index) => {
    actions[action] = { memberOf: [{ id: target }], appliesTo: applySpec(safeName(index)) };
  });
  return {
    json: {
      [NAMESPACE]: {
        commonTypes: {
          ...generated,
          System: { type: "Record", attributes: { now: { type: "EntityOrCommon", name: "datetime" } } },
        },
        entityTypes: {
          OAuthUser: { shape: WITH_ID, tags: STRING },
          IamEntity: { shape: WITH_ID },
          Gateway: {},
        },
        actions,
      },
    },
    inputs: new Map(tools.map(({ action, tool }) => [action, tool.inputSchema])),
    targets: new Map(tools.map(({ action, target }) => [action, target])),
  };
}

const applySpec = (tool: string): ActionType<string>["appliesTo"] => ({
  principalTypes: [...PRINCIPAL_TYPES],
  resourceTypes: ["Gateway"],
  context: {
    type: "Record",
    attributes: {
      input: { type: "EntityOrCommon", name: `${tool}Input` },
      system: { type: "EntityOrCommon", name: "System" },
    },
  },
});

/** The generator fails on `-` in names, so that tools go through it under names of ours. */
const safeName = (index: number) => `tool${index}`;

function inputTypes(inputs: readonly JsonSchema[]): Record<string, CommonType<string>> {
  if (inputs.length === 0) return {};
  const tools = inputs.map((inputSchema, index) => ({ name: safeName(index), description: "", inputSchema }));
  const result = JSON.parse(generateSchema(STUB, JSON.stringify(tools), GENERATOR)) as {
    isOk: boolean;
    error: string | null;
    schemaJson: string;
  };
  if (!result.isOk) throw new Error(`no Cedar schema can be made from the tools: ${result.error}`);
  return (JSON.parse(result.schemaJson) as SchemaJson<string>)[NAMESPACE]?.commonTypes ?? {};
}
