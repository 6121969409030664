import { rejections } from "../../cedar/validate";
import { GATEWAY, isFinance, onGateway, onRead, onTarget, READ, TARGETS, users } from "./sample";

test.each([
  ["a permit with a condition", `permit(${users}, ${onRead}, ${onGateway}) when { ${isFinance} };`],
  ["comments and annotations", `// why\n@id("x")\npermit(${users}, ${onRead}, ${onGateway}) when { ${isFinance} };`],
  ["a guarded optional argument", `permit(principal, ${onRead}, ${onGateway}) when { context.input has N };`],
  ["every action on every gateway", "forbid(principal, action, resource is AgentCore::Gateway);"],
  ["a whole target on one gateway", `permit(principal, ${onTarget}, ${onGateway});`],
  ["a tag that is not tested for", `permit(${users}, ${onRead}, ${onGateway}) when { principal.getTag("a") == "b" };`],
])("AWS takes %s", (_, statement) => {
  expect(rejections(statement, TARGETS)).toEqual([]);
});

test.each<[string, string, RegExp]>([
  ["fewer than 35 characters", "permit(principal,action,resource);", /35 to 10000 characters, this one has 34/],
  [
    "more than 10,000 characters",
    `permit(principal, ${onRead}, ${onGateway});//${"x".repeat(10_000)}`,
    /this one has 1\d{4}/,
  ],
  ["what does not parse", `permit(principal, ${onRead} ${onGateway});`, /^failed to parse: /],
  ["a block comment", `/* why */ permit(principal, ${onRead}, ${onGateway});`, /^failed to parse: /],
  ["two statements", `permit(principal, ${onRead}, ${onGateway});`.repeat(2), /exactly one statement, this one has 2/],
  ["a template", `permit(principal == ?principal, ${onRead}, ${onGateway});`, /exactly one statement/],
  ["a bare resource", `permit(principal, ${onRead}, resource);`, /a wildcard resource was detected/],
  ["a bare resource on every action", "permit(principal, action, resource) when { true };", /a wildcard resource/],
  [
    "a tool on every gateway",
    `permit(principal, ${onRead}, resource is AgentCore::Gateway);`,
    /a constrained action scope was encountered/,
  ],
  [
    "a whole target on every gateway",
    `permit(principal, ${onTarget}, resource is AgentCore::Gateway);`,
    /a constrained action scope was encountered/,
  ],
  [
    "a tool that is not there",
    `permit(principal, ${onRead.replace("___read", "___raed")}, ${onGateway});`,
    /^unrecognized action `AgentCore::Action::"sample-tool-target___raed"`$/,
  ],
  [
    "a tool's name in another case",
    `permit(principal, ${onRead.replace("___read", "___Read")}, ${onGateway});`,
    /unrecognized action/,
  ],
  [
    "one tool of several that is not there",
    `permit(principal, action in [AgentCore::Action::"${READ}", AgentCore::Action::"other"], ${onGateway});`,
    /^unrecognized action `AgentCore::Action::"other"`$/,
  ],
  [
    "an action of another namespace",
    `permit(principal, action == Other::Action::"${READ}", ${onGateway});`,
    /unrecognized action/,
  ],
  [
    "an unguarded optional argument",
    `permit(principal, ${onRead}, ${onGateway}) when { context.input.N > 1 };`,
    /unable to guarantee safety of access to optional attribute/,
  ],
  [
    "a comparison of a text with a number",
    `permit(principal, ${onRead}, ${onGateway}) when { context.input.text > 1 };`,
    /unexpected type/,
  ],
  [
    "an argument that only some tools of a target have",
    `permit(principal, ${onTarget}, ${onGateway}) when { context.input.text == "x" };`,
    /attribute `input\.text`.* not found/,
  ],
])("AWS refuses %s", (_, statement, reason) => {
  const reasons = rejections(statement, TARGETS);

  expect(reasons).not.toEqual([]);
  expect(reasons[0]).toMatch(reason);
});

test("an argument that every tool of a target has must be tested for, because tools to come need not have it", () => {
  const [target] = TARGETS;
  const alone = [{ name: "sample-tool-target", tools: target ? target.tools.slice(0, 1) : [] }];
  const reading = (condition: string) => `forbid(principal, ${onTarget}, ${onGateway}) when { ${condition} };`;

  expect(rejections(reading('context.input.text == "x"'), alone)).not.toEqual([]);
  expect(rejections(reading('context.input has text && context.input.text == "x"'), alone)).toEqual([]);
});

test("a gateway without tools has no action to name, and takes a statement on every action", () => {
  expect(rejections(`permit(principal, ${onRead}, ${onGateway});`, [])).toEqual([
    `unrecognized action \`AgentCore::Action::"${READ}"\``,
  ]);
  expect(rejections(`forbid(principal, action, resource == AgentCore::Gateway::"${GATEWAY}");`, [])).toEqual([]);
});
