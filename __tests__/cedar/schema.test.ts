import { checkParseSchema, schemaToText } from "@cedar-policy/cedar-wasm/nodejs";
import { schemaFor } from "../../cedar/schema";
import type { JsonSchema, ToolTarget } from "../../cedar/tools";

const target = (name: string, inputSchema: JsonSchema, tool = "tool"): ToolTarget => ({
  name,
  tools: [{ name: tool, description: "", inputSchema }],
});
const object = (properties: Record<string, JsonSchema>, required: string[] = []): JsonSchema => ({
  type: "object",
  properties,
  required,
});

/** A schema as Cedar writes it, without white space that means nothing. */
function textOf(targets: ToolTarget[]): string {
  const answer = schemaToText(schemaFor(targets).json);
  if (answer.type === "failure") throw new Error(answer.errors.map(({ message }) => message).join());
  return answer.text.replace(/\s+/g, " ");
}

test.each<[JsonSchema, RegExp]>([
  [{ type: "string" }, /x: String/],
  [{ type: "integer" }, /x: Long/],
  [{ type: "number" }, /x: decimal/],
  [{ type: "boolean" }, /x: Bool/],
  [{ type: "array", items: { type: "string" } }, /x: Set *< *String *>/],
  [object({ y: { type: "integer" } }, ["y"]), /x: AgentCore::(\w+);? .*type \1 = \{ y: Long \}/],
])("an argument of %j has its Cedar type", (type, cedar) => {
  expect(textOf([target("t", object({ x: type }, ["x"]))])).toMatch(cedar);
});

test("an argument that is not required is optional", () => {
  expect(textOf([target("t", object({ x: { type: "string" } }))])).toMatch(/x\?: /);
});

test("hyphens in the names of targets and tools stay as they are", () => {
  const text = textOf([target("sample-tool-target", object({}), "my-tool")]);

  expect(text).toMatch(/action "sample-tool-target___my-tool" in \[[^\]]*"sample-tool-target"\]/);
  expect(text).toMatch(/action "sample-tool-target" in \[[^\]]*"?CallTool"?\]/);
});

test("tools of one name in two targets keep their own input", () => {
  const schema = schemaFor([
    target("a", object({ x: { type: "string" } }, ["x"])),
    target("b", object({ x: { type: "integer" } }, ["x"])),
  ]);

  expect([...schema.inputs.keys()]).toEqual(["a___tool", "b___tool"]);
  expect(schema.targets.get("b___tool")).toBe("b");
  const types = JSON.stringify(schema.json);
  expect(types).toContain("Long");
  expect(types).toContain("String");
});

test("only users of OAuth have tags, and no targets still make a schema", () => {
  expect(checkParseSchema(schemaFor([]).json)).toMatchObject({ type: "success" });
  expect(schemaFor([]).json.AgentCore?.entityTypes).toMatchObject({
    OAuthUser: { tags: { name: "String" } },
    IamEntity: expect.not.objectContaining({ tags: expect.anything() as unknown }) as object,
  });
});

test("the same targets give the same schema object, other input another", () => {
  const once = schemaFor([target("t", object({ x: { type: "string" } }))]);

  expect(schemaFor([target("t", object({ x: { type: "string" } }))])).toBe(once);
  expect(schemaFor([target("t", object({ x: { type: "integer" } }))])).not.toBe(once);
});
