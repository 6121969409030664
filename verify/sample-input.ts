import type { JsonSchema } from "../cedar/tools";

/** Arguments that fit a tool's input schema: the required ones, with harmless values. */
export function sampleInput(schema: JsonSchema): Record<string, unknown> {
  const required = new Set(schema.required ?? []);
  const properties = Object.entries(schema.properties ?? {}).filter(([name]) => required.has(name));
  return Object.fromEntries(properties.map(([name, property]) => [name, sample(property)]));
}

function sample(schema: JsonSchema): unknown {
  if (schema.default !== undefined) return schema.default;
  switch (schema.type) {
    case "string":
      return "to be or not to be";
    case "integer":
      return 1;
    case "number":
      return 0.5;
    case "boolean":
      return false;
    case "array":
      return [];
    case "object":
      return sampleInput(schema);
  }
}
