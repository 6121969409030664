import type { JsonSchema } from "../../cedar/tools";
import { inexpressible, toolBlock } from "../../stacks/constructs/tool-schema";

const object = (properties: Record<string, JsonSchema>, required: string[] = []): JsonSchema => ({
  type: "object",
  properties,
  required,
});
const list = (items: JsonSchema): JsonSchema => ({ type: "array", items });
const text: JsonSchema = { type: "string" };

const tool = (inputSchema: JsonSchema, description = "d") => ({ name: "t", description, inputSchema });
const folder = (inputSchema: JsonSchema) => [{ folder: "f", target: { name: "f-target", tools: [tool(inputSchema)] } }];

describe("toolBlock", () => {
  test("says of each property itself whether it is required, and leaves out defaults, which AWS has no place for", () => {
    const schema = object({ a: { ...text, description: "A" }, b: { type: "integer", default: 5 } }, ["a"]);
    expect(toolBlock(tool(schema)).inputSchema).toEqual([
      {
        type: "object",
        property: [
          { name: "a", type: "string", description: "A", required: true },
          { name: "b", type: "integer", required: false },
        ],
      },
    ]);
  });

  test("writes nested lists and objects", () => {
    const schema = object({
      tags: list(text),
      rows: list(object({ id: text }, ["id"])),
      matrix: list(list({ type: "number" })),
      address: object({ city: text }, ["city"]),
    });
    expect(toolBlock(tool(schema)).inputSchema).toMatchObject([
      {
        property: [
          { name: "tags", items: [{ type: "string" }] },
          { name: "rows", items: [{ type: "object", property: [{ name: "id", type: "string", required: true }] }] },
          { name: "matrix", items: [{ type: "array", items: [{ type: "number" }] }] },
          { name: "address", property: [{ name: "city", type: "string", required: true }] },
        ],
      },
    ]);
  });

  test("keeps what Terraform would take for a template as it is written", () => {
    const schema = object({ a: { ...text, description: "%{x}" } });
    expect(toolBlock(tool(schema, "Fills ${name} in"))).toMatchObject({
      description: "Fills $${name} in",
      inputSchema: [{ property: [{ description: "%%{x}" }] }],
    });
  });
});

describe("inexpressible", () => {
  test.each<[string, JsonSchema]>([
    ["no input", object({})],
    ["a list of lists", object({ a: list(list(text)) })],
    ["a list of objects", object({ a: list(object({ b: text })) })],
    ["an object in a property", object({ a: object({ b: text }) })],
  ])("finds nothing wrong with %s", (_, schema) => {
    expect(inexpressible(folder(schema))).toEqual([]);
  });

  test.each<[string, JsonSchema, string]>([
    ["an object in an object in a property", object({ a: object({ b: object({ c: text }) }) }), "a.properties.b"],
    ["a list in an object in a property", object({ a: object({ b: list(text) }) }), "a.properties.b"],
    ["a list in a list of lists", object({ a: list(list(list(text))) }), "a.items.items"],
    ["a list in a list of objects", object({ a: list(object({ b: list(text) })) }), "a.items.properties.b"],
  ])("names the place of %s", (_, schema, place) => {
    expect(inexpressible(folder(schema))).toEqual([
      expect.objectContaining({ where: `lambdas/tools/f/spec.json 0.inputSchema.properties.${place}` }),
    ]);
  });
});
