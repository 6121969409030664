import { Authorizer, principalFromClaims } from "../../cedar/decide";
import { schemaFor } from "../../cedar/schema";
import type { ToolTarget } from "../../cedar/tools";

const GATEWAY = "arn:aws:bedrock-agentcore:us-east-1:111122223333:gateway/demo-abcdefghij";
const TARGETS: ToolTarget[] = [
  {
    name: "sample-tool-target",
    tools: [
      {
        name: "analyse",
        description: "",
        inputSchema: {
          type: "object",
          properties: {
            text: { type: "string" },
            N: { type: "integer" },
            share: { type: "number" },
            options: { type: "object", properties: { deep: { type: "boolean" } }, required: ["deep"] },
            words: { type: "array", items: { type: "string" } },
          },
          required: ["text"],
        },
      },
    ],
  },
];
const schema = schemaFor(TARGETS);
const ACTION = "sample-tool-target___analyse";
const head = (effect: string, action = `== AgentCore::Action::"${ACTION}"`) =>
  `${effect}(principal, action ${action}, resource == AgentCore::Gateway::"${GATEWAY}")`;
const isDepartment = (name: string) => `principal.hasTag("department") && principal.getTag("department") == "${name}"`;

const request = (tags: Record<string, string>, input: Record<string, unknown> = { text: "x" }, action = ACTION) => ({
  principal: { id: "client", tags },
  action,
  gatewayArn: GATEWAY,
  input,
  schema,
});
const authorizer = (...texts: string[]) => new Authorizer(texts.map((text, index) => ({ id: `p${index}`, text })));

describe("a decision on a call", () => {
  const finance = authorizer(`${head("permit")} when { ${isDepartment("finance")} };`);

  test("allows what a permit matches, and names the permit", () => {
    expect(finance.decide(request({ department: "finance" }))).toEqual({
      decision: "allow",
      determining: ["p0"],
      errors: [],
    });
  });

  test("denies by default: another department, no tag at all, no policy at all", () => {
    expect(finance.decide(request({ department: "guest" })).decision).toBe("deny");
    expect(finance.decide(request({}))).toEqual({ decision: "deny", determining: [], errors: [] });
    expect(authorizer().decide(request({ department: "finance" })).decision).toBe("deny");
  });

  test("denies on another gateway", () => {
    expect(finance.decide({ ...request({ department: "finance" }), gatewayArn: `${GATEWAY}2` }).decision).toBe("deny");
  });

  test("lets a forbid win over a permit, and names the forbid", () => {
    const both = authorizer(`${head("permit")};`, `${head("forbid")} when { context.input.text == "secret" };`);

    expect(both.decide(request({}, { text: "public" })).decision).toBe("allow");
    expect(both.decide(request({}, { text: "secret" }))).toMatchObject({ decision: "deny", determining: ["p1"] });
  });

  test("takes a forbid whose condition errors for absent, and reports the error", () => {
    const open = authorizer(
      `${head("permit")};`,
      `${head("forbid")} when { principal.getTag("department") == "guest" };`,
    );

    const decision = open.decide(request({}));

    expect(decision).toMatchObject({ decision: "allow", errors: [expect.stringContaining("p1")] });
  });

  test.each([
    'in AgentCore::Action::"sample-tool-target"',
    'in AgentCore::Action::"CallTool"',
    'in AgentCore::Action::"Mcp"',
  ])("knows the group of an action: %s", (group) => {
    expect(authorizer(`${head("permit", group)};`).decide(request({})).decision).toBe("allow");
  });

  test.each([
    ["an unknown action", request({}, { text: "x" }, "sample-tool-target___Analyse")],
    ["a missing argument", request({}, {})],
    ["an unknown argument", request({}, { text: "x", more: 1 })],
    ["a wrong type", request({}, { text: 1 })],
    ["a fraction for an integer", request({}, { text: "x", N: 1.5 })],
    ["an integer beyond what JSON carries exactly", request({}, { text: "x", N: 2 ** 53 })],
    ["more digits than a decimal holds", request({}, { text: "x", share: 0.12345 })],
    ["a decimal beyond Cedar's", request({}, { text: "x", share: 999_999_999_999_999 })],
    ["a wrong type in an object", request({}, { text: "x", options: { deep: "yes" } })],
    ["a wrong type in an array", request({}, { text: "x", words: ["a", 1] })],
  ])("denies %s, whatever the policies say", (_, bad) => {
    expect(authorizer("permit(principal, action, resource);").decide(bad)).toMatchObject({
      decision: "deny",
      errors: [expect.any(String)],
    });
  });

  test("passes every type of input on to the policies", () => {
    const typed = authorizer(
      `${head("permit")} when { context.input has N && context.input.N == 7 && context.input has share &&
        context.input.share.lessThan(decimal("0.6")) && context.input has options && context.input.options.deep &&
        context.input has words && context.input.words.contains("b") };`,
    );
    const input = { text: "x", N: 7, share: 0.5, options: { deep: true }, words: ["a", "b"] };

    expect(typed.decide(request({}, input))).toEqual({ decision: "allow", determining: ["p0"], errors: [] });
  });
});

describe("whether a tool is shown", () => {
  const could = (texts: string[], tags: Record<string, string>) => authorizer(...texts).couldPermit(request(tags));

  test("it is, when some input could be permitted", () => {
    const onInput = `${head("permit")} when { context.input.text == "public" };`;
    expect(could([onInput], {})).toBe(true);
    expect(could([onInput.replace("when {", `when { ${isDepartment("finance")} &&`)], { department: "guest" })).toBe(
      false,
    );
  });

  test("it is not, when no permit can match or a forbid always does", () => {
    expect(could([], {})).toBe(false);
    expect(
      could([`${head("permit")};`, `${head("forbid")} when { ${isDepartment("guest")} };`], { department: "guest" }),
    ).toBe(false);
    expect(could([`${head("permit")};`, `${head("forbid")} when { context.input.text == "x" };`], {})).toBe(true);
  });
});

test("a tool that no target has is not shown, whatever the policies say", () => {
  const unknown = request({}, {}, "sample-tool-target___other");
  expect(authorizer("permit(principal, action, resource);").couldPermit(unknown)).toBe(false);
});

test("more authorizers than Cedar's cache has places keep their own policies", () => {
  const all = Array.from({ length: 200 }, (_, index) =>
    authorizer(`${head("permit")} when { ${isDepartment(`d${index}`)} };`),
  );

  const wrong = all.filter((one, index) => one.decide(request({ department: `d${index}` })).decision !== "allow");

  expect(wrong).toEqual([]);
});

test("a claim becomes a String tag, whatever its type, and null becomes none", () => {
  const principal = principalFromClaims({
    sub: "client",
    exp: 17,
    admin: true,
    groups: ["a", "b"],
    nested: { x: 1 },
    none: null,
  });

  expect(principal).toEqual({
    id: "client",
    tags: { sub: "client", exp: "17", admin: "true", groups: '["a","b"]', nested: '{"x":1}' },
  });
});
