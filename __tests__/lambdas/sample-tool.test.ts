import type { ToolSpec } from "../../cedar/tools";
import { defineTools } from "../../lambdas/tool";
import { handler } from "../../lambdas/tools/sample-tool/handler";

const context = (name = "sample-tool-target___text_analysis_tool") => ({
  clientContext: { custom: { bedrockAgentCoreToolName: name } },
});

describe("the sample tool", () => {
  test("counts words and lists the most frequent characters", async () => {
    const result = await handler({ text: "Banana bread", N: 2 }, context());
    expect(result).toEqual({ content: [{ type: "text", text: "Words: 2. Most frequent characters: a: 4, b: 2." }] });
  });

  test("lists five characters when N is left out, as its spec says", async () => {
    const { content } = await handler({ text: "aabbccddeeff" }, context());
    expect(content[0]?.text).toMatch(/a: 2, b: 2, c: 2, d: 2, e: 2\.$/);
  });

  test.each([
    ["a missing text", {}, "text is missing"],
    ["a text that is none", { text: 5 }, "text must be of the type string"],
    ["an N that is no integer", { text: "x", N: "5" }, "N must be of the type integer"],
    ["no arguments at all", null, "text is missing"],
    ["arguments that are a list", ["x"], "text is missing"],
    ["several mistakes", { N: 1.5 }, "text is missing; N must be of the type integer"],
  ])("answers %s with a tool error", async (_, event, problem) => {
    expect(await handler(event, context())).toEqual({ content: [{ type: "text", text: problem }], isError: true });
  });

  test.each(["sample-tool-target___other", "toString", "", "sample-tool-target___constructor"])(
    "refuses the tool name %p",
    async (name) => {
      expect(await handler({ text: "x" }, context(name))).toMatchObject({ isError: true });
    },
  );

  test("takes a null as left out", async () => {
    expect(await handler({ text: "aab", N: null }, context())).toMatchObject({
      content: [{ text: "Words: 1. Most frequent characters: a: 2, b: 1." }],
    });
  });

  test("is found in Lambda's context whichever way the runtime writes it, and without a target's name", async () => {
    const { custom } = context("text_analysis_tool").clientContext;
    expect(await handler({ text: "x" }, { clientContext: { Custom: custom } })).not.toHaveProperty("isError");
    expect(await handler({ text: "x" }, {})).toMatchObject({ isError: true });
  });
});

describe("any tool", () => {
  const spec: ToolSpec = {
    name: "order",
    description: "Orders things.",
    inputSchema: {
      type: "object",
      properties: {
        lines: {
          type: "array",
          items: {
            type: "object",
            properties: { sku: { type: "string" }, count: { type: "integer" } },
            required: ["sku"],
          },
        },
        express: { type: "boolean" },
      },
      required: ["lines"],
    },
  };
  const order = defineTools([spec], { order: (input) => JSON.stringify(input) });

  test("gets the arguments that its spec names, and no other", async () => {
    const { content } = await order({ lines: [{ sku: "a", count: 1 }], stray: 1 }, context("shop-target___order"));
    expect(JSON.parse(content[0]?.text ?? "")).toEqual({ lines: [{ sku: "a", count: 1 }] });
  });

  test("is told of mistakes at every depth", async () => {
    const input = { lines: [{ sku: "a" }, { count: "1" }, 7], express: "yes" };
    expect(await order(input, context("shop-target___order"))).toEqual({
      content: [
        {
          type: "text",
          text:
            "lines.1.sku is missing; lines.1.count must be of the type integer; " +
            "lines.2 must be of the type object; express must be of the type boolean",
        },
      ],
      isError: true,
    });
  });

  test("is meant by all that follows the target's name, separators included", async () => {
    const tools = defineTools([spec, { ...spec, name: "un___order" }], {
      order: () => "order",
      un___order: () => "un",
    });
    expect(await tools({ lines: [] }, context("shop-target___un___order"))).toMatchObject({
      content: [{ text: "un" }],
    });
  });
});
