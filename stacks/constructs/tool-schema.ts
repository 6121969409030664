import type {
  BedrockagentcoreGatewayTargetTargetConfigurationMcpLambdaToolSchemaInlinePayload as ToolBlock,
  BedrockagentcoreGatewayTargetTargetConfigurationMcpLambdaToolSchemaInlinePayloadInputSchemaProperty as PropertyBlock,
  BedrockagentcoreGatewayTargetTargetConfigurationMcpLambdaToolSchemaInlinePayloadInputSchemaPropertyItems as ItemsBlock,
} from "@cdktf/provider-aws/lib/bedrockagentcore-gateway-target";
import type { JsonSchema, ToolSpec } from "../../cedar/tools";
import type { ToolFolder } from "../../lambdas/discover";
import type { Problem } from "../../reporting/problem";
import { literal } from "../terraform";

/** A tool as the provider takes it: properties are blocks, and each says itself whether it is required. */
export const toolBlock = ({ name, description, inputSchema }: ToolSpec): ToolBlock => ({
  name,
  description: literal(description),
  inputSchema: [{ ...typeOf(inputSchema), property: properties(inputSchema, propertyBlock) }],
});

/** Parts of tool specs that lie deeper than the provider's blocks go. */
export function inexpressible(tools: readonly ToolFolder[]): Problem[] {
  return tools.flatMap(({ folder, target }) =>
    target.tools.flatMap((tool, index) =>
      tooDeep(tool.inputSchema, `${index}.inputSchema`, DEPTH).map((place) => ({
        where: `lambdas/tools/${folder}/spec.json ${place}`,
        what: "lies too deep: Terraform's AWS provider cannot express it",
        limit: "an object or list in a property, and an object or list of simple values in that list's items",
        fix: "flatten the tool's input",
      })),
    ),
  );
}

/** Levels below the tool's input: a property; its properties, or its items; the properties or items of such items. */
const DEPTH = 3;

const propertyBlock = (schema: JsonSchema): Omit<PropertyBlock, "name" | "required"> => ({
  ...typeOf(schema),
  ...(schema.items ? { items: [itemsBlock(schema.items)] } : {}),
  ...(schema.properties ? { property: properties(schema, typeOf) } : {}),
});

const itemsBlock = (schema: JsonSchema): ItemsBlock => ({
  ...typeOf(schema),
  ...(schema.items ? { items: [typeOf(schema.items)] } : {}),
  ...(schema.properties ? { property: properties(schema, typeOf) } : {}),
});

function properties<T>({ properties: inner = {}, required = [] }: JsonSchema, block: (schema: JsonSchema) => T) {
  return Object.entries(inner).map(([name, schema]) => ({ name, ...block(schema), required: required.includes(name) }));
}

const typeOf = ({ type, description }: JsonSchema) => ({
  type,
  ...(description === undefined ? {} : { description: literal(description) }),
});

function tooDeep(schema: JsonSchema, place: string, levels: number): string[] {
  const inner: readonly (readonly [string, JsonSchema, number])[] = [
    // Only in a list's items do the blocks go one level further.
    ...(schema.items ? [[`${place}.items`, schema.items, levels - 1] as const] : []),
    ...Object.entries(schema.properties ?? {}).map(
      ([name, property]) => [`${place}.properties.${name}`, property, levels === DEPTH ? levels - 1 : 0] as const,
    ),
  ];
  if (inner.length > 0 && levels === 0) return [place];
  return inner.flatMap(([at, one, left]) => tooDeep(one, at, left));
}
