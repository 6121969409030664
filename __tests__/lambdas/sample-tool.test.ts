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
  ])("answers %s with a tool error", async (_, event, problem) => {
    expect(await handler(event, context())).toEqual({ content: [{ type: "text", text: problem }], isError: true });
  });

  test.each(["sample-tool-target___other", "toString", "", "sample-tool-target___constructor"])(
    "refuses the tool name %p",
    async (name) => {
      expect(await handler({ text: "x" }, context(name))).toMatchObject({ isError: true });
    },
  );
});
