import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { schemaFor } from "../../cedar/schema";
import type { JsonSchema } from "../../cedar/tools";
import { discoverTools } from "../../lambdas/discover";
import { specProblems } from "../../lambdas/tool-spec";
import { UserError, type Problem } from "../../reporting/problem";

const FILE = "lambdas/tools/x/spec.json";
const tool = (inputSchema: unknown = { type: "object" }, more: object = {}) => ({
  ...{ name: "t", description: "d", inputSchema },
  ...more,
});
const withProperty = (schema: unknown, name = "text") => [tool({ type: "object", properties: { [name]: schema } })];
const check = (specs: unknown) => specProblems(JSON.parse(JSON.stringify(specs)), FILE);

/** Property names as JSON has them: `__proto__` cannot be written in an object literal. */
const named = (name: string) =>
  JSON.parse(`{ "type": "object", "properties": { ${JSON.stringify(name)}: { "type": "string" } } }`) as JsonSchema;

describe("a spec.json", () => {
  test("of the sample tool has no problem, nor has one with all that there may be", () => {
    expect(specProblems(JSON.parse(readFileSync("lambdas/tools/sample-tool/spec.json", "utf8")), FILE)).toEqual([]);
    const list = {
      type: "array",
      description: "rows",
      items: { type: "object", properties: { id: { type: "string" } } },
    };
    expect(
      check([tool({ type: "object", properties: { list }, required: ["list"] }), tool({}, { name: "u" })]),
    ).toEqual([expect.objectContaining({ where: `${FILE} 1.inputSchema.type`, what: "is missing" })]);
    expect(check([tool({ type: "object", properties: { list, n: { type: "integer", default: 5 } } })])).toEqual([]);
  });

  test.each<[string, unknown, Partial<Problem>]>([
    ["no list", { name: "t" }, { where: FILE, what: "is of the wrong kind", value: '{"name":"t"}' }],
    ["an empty list", [], { where: FILE, what: "lists no tool" }],
    ["a tool that is none", ["t"], { where: `${FILE} 0`, value: "t" }],
    [
      "an unknown key of a tool",
      [tool(undefined, { inputschema: {} })],
      { where: `${FILE} 0.inputschema`, limit: "name, description, inputSchema", fix: "did you mean inputSchema?" },
    ],
    [
      "an unknown key of a schema",
      withProperty({ type: "string", enum: ["a"] }),
      { where: `${FILE} 0.inputSchema.properties.text.enum`, value: "enum", fix: "delete it" },
    ],
    ["a name that is too long", [tool(undefined, { name: "x".repeat(65) })], { where: `${FILE} 0.name` }],
    ["no name", [tool(undefined, { name: undefined })], { where: `${FILE} 0.name`, what: "is missing" }],
    ["an empty description", [tool(undefined, { description: "" })], { where: `${FILE} 0.description`, value: "" }],
    ["a description that is no text", withProperty({ type: "string", description: 5 }), { value: "5" }],
    [
      "a type that there is not",
      withProperty({ type: "strng" }),
      {
        where: `${FILE} 0.inputSchema.properties.text.type`,
        value: "strng",
        limit: "string, integer, number, boolean, object, array",
        fix: "did you mean string?",
      },
    ],
    [
      "an input that is no object",
      [tool({ type: "string" })],
      { where: `${FILE} 0.inputSchema.type`, value: "string" },
    ],
    ["no input", [tool(null)], { where: `${FILE} 0.inputSchema`, value: "null" }],
    ["properties that are none", [tool({ type: "object", properties: [] })], { value: "[]" }],
    [
      "a property's name that Cedar does not take",
      withProperty({ type: "integer" }, "max-results"),
      {
        where: `${FILE} 0.inputSchema.properties.max-results`,
        value: "max-results",
        limit: expect.stringContaining("letters, digits and _") as string,
        fix: "rename it to max_results, in the handler as well",
      },
    ],
    ["a word of Cedar's as a name", withProperty({ type: "integer" }, "in"), { fix: "give it another name" }],
    [
      "a list without items, wherever it is",
      withProperty({ type: "array", items: { type: "object", properties: { rows: { type: "array" } } } }),
      {
        where: `${FILE} 0.inputSchema.properties.text.items.properties.rows.items`,
        what: expect.stringContaining("does not say what is in it") as string,
        fix: expect.stringContaining('"items": { "type": "string" }') as string,
      },
    ],
    [
      "required that is no list",
      [tool({ type: "object", required: "text" })],
      { where: `${FILE} 0.inputSchema.required` },
    ],
    [
      "a required property that is not there",
      [tool({ type: "object", properties: { text: { type: "string" } }, required: ["txt"] })],
      { where: `${FILE} 0.inputSchema.required`, value: "txt", limit: "properties: text", fix: "did you mean text?" },
    ],
    ["a tool twice", [tool(), tool()], { where: `${FILE} 1.name`, what: "names a tool twice", value: "t" }],
  ])("with %s is told of its place, its value and what to do", (_, specs, expected) => {
    const problems = check(specs);
    expect(problems).toEqual([expect.objectContaining(expected)]);
    expect(problems[0]?.fix).toBeTruthy();
  });

  test("shows a long value by its beginning", () => {
    expect(check([tool("x".repeat(5_000))])[0]?.value).toHaveLength(201);
  });

  const NAMES = [
    "max-results",
    "a b",
    "9a",
    "a.b",
    "ä",
    "",
    "true",
    "if",
    "in",
    "is",
    "like",
    "has",
    "else",
    "__cedar",
  ];
  test.each([...NAMES, "false", "then", "a_b", "_", "A9", "type", "String", "principal", "constructor"])(
    "may name a property %j just where a Cedar schema can be made of it",
    (name) => {
      const inputSchema = named(name);
      const isRefused = specProblems([tool(inputSchema)], FILE).length > 0;
      const make = () => schemaFor([{ name: "x", tools: [{ name: "t", description: "d", inputSchema }] }]);
      if (isRefused) expect(make).toThrow();
      else expect(make).not.toThrow();
      expect(isRefused).toBe(NAMES.includes(name) || ["false", "then"].includes(name));
    },
  );

  test("may not name a property __proto__, which objects of JavaScript lose", () => {
    expect(specProblems([tool(named("__proto__"))], FILE)).toEqual([expect.objectContaining({ value: "__proto__" })]);
  });
});

describe("a tool's folder", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "tools-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function problemsOf(handler: string, spec = JSON.stringify([tool()]), name = "one"): readonly Problem[] {
    mkdirSync(path.join(folder, name));
    writeFileSync(path.join(folder, name, "handler.ts"), handler);
    writeFileSync(path.join(folder, name, "spec.json"), spec);
    try {
      discoverTools(folder);
    } catch (error) {
      if (error instanceof UserError) return error.problems;
      throw error;
    }
    return [];
  }

  const GOOD = "export const handler = () => 1;";

  test.each([GOOD, "export async function handler() {}", "const h = 1; export { h as handler };"])(
    "is usable where the handler is exported: %s",
    (handler) => {
      expect(problemsOf(handler)).toEqual([]);
    },
  );

  test.each([
    ["const handler = () => 1;", "no export"],
    ["export const handle = () => 1; export default handle;", "default, handle"],
  ])("is refused where Lambda would find no handler: %s", (handler, value) => {
    expect(problemsOf(handler)).toEqual([
      expect.objectContaining({
        where: expect.stringMatching(/one\/handler\.ts$/) as string,
        what: expect.stringContaining("exports no handler") as string,
        value,
        fix: expect.stringContaining("export const handler") as string,
      }),
    ]);
  });

  test("is refused where the handler does not compile, with the line", () => {
    expect(problemsOf("export const handler =\n  (;")).toEqual([
      expect.objectContaining({
        where: expect.stringMatching(/one\/handler\.ts:2:4$/) as string,
        what: expect.stringContaining("does not compile") as string,
        value: "(;",
      }),
    ]);
    expect(problemsOf(`import { x } from "./nowhere"; export const handler = x;`, undefined, "two")).toContainEqual(
      expect.objectContaining({ what: expect.stringContaining("./nowhere") as string }),
    );
  });

  test("is read with a byte order mark in its spec, and refused where the spec is a folder", () => {
    expect(problemsOf(GOOD, `\uFEFF${JSON.stringify([tool()])}`)).toEqual([]);
    rmSync(path.join(folder, "one", "spec.json"));
    mkdirSync(path.join(folder, "one", "spec.json"));
    expect(() => discoverTools(folder)).toThrow(/one\/spec\.json: is a folder, and has to be a file/);
  });

  test("is told of handler and spec at once, and of every tool", () => {
    problemsOf("", "[", "one");
    const problems = problemsOf("", JSON.stringify([tool({ type: "array", typ: 1 }, { name: "?" })]), "two");
    expect(problems.map(({ where }) => where.slice(where.search(/(one|two)\//)))).toEqual([
      "one/handler.ts",
      "one/spec.json",
      "two/handler.ts",
      "two/spec.json 0.name",
      "two/spec.json 0.inputSchema.typ",
      "two/spec.json 0.inputSchema.type",
      "two/spec.json 0.inputSchema.items",
    ]);
  });
});
