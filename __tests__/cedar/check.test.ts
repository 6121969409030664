import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { checkPolicySet } from "../../cedar/check";
import { loadPolicySet } from "../../cedar/policy-set";
import type { ToolTarget } from "../../cedar/tools";
import type { Problem } from "../../reporting/problem";

const TARGETS: ToolTarget[] = [
  {
    name: "sample-tool-target",
    tools: [
      {
        name: "text_analysis_tool",
        description: "",
        inputSchema: {
          type: "object",
          properties: { text: { type: "string" }, N: { type: "integer" } },
          required: ["text"],
        },
      },
    ],
  },
];
const ACTION = 'action == AgentCore::Action::"sample-tool-target___text_analysis_tool"';
const CLAIMS = { ofUser: ["user_id", "department", "role"], ofIssuer: ["sub", "client_id", "scope"] };
const KNOWN = 'when { principal.hasTag("role") }';
const RESOURCE = 'resource == AgentCore::Gateway::"{{GATEWAY_ARN}}"';

let folder: string;
beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), "policies-"))));
afterEach(() => rmSync(folder, { recursive: true }));

/** All problems of a policy set with these files. */
function check(files: Record<string, string>, prefix = "demo"): Problem[] {
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, `${name}.cedar`), text);
  const { statements, problems } = loadPolicySet(folder);
  return [...problems, ...checkPolicySet(statements, TARGETS, { policyNamePrefix: prefix, claims: CLAIMS })];
}

test("the shipped policy sets have no problem", () => {
  for (const set of ["allow-guest", "deny-guest"]) {
    const { statements, problems } = loadPolicySet(path.join(__dirname, "../../policies", set));
    expect(statements).toHaveLength(1);
    expect([
      ...problems,
      ...checkPolicySet(statements, TARGETS, { policyNamePrefix: "fast-dev", claims: CLAIMS }),
    ]).toEqual([]);
  }
});

test.each([
  ["a condition that never holds", `forbid(principal, ${ACTION}, ${RESOURCE}) when { false };`],
  [
    "a tag of callers without tags",
    `forbid(principal is AgentCore::IamEntity, ${ACTION}, ${RESOURCE}) when { principal.hasTag("x") };`,
  ],
  ["a gateway of another type", `forbid(principal, ${ACTION}, resource == AgentCore::OAuthUser::"{{GATEWAY_ARN}}");`],
])("a forbid that can never apply is a problem: %s", (_, text) => {
  const problems = check({ a: text });

  expect(problems).toContainEqual(
    expect.objectContaining({ what: expect.stringContaining("policy is impossible") as string }),
  );
});

test("statements that differ in comments and layout alone are a problem", () => {
  const text = `permit(principal, ${ACTION}, ${RESOURCE}) ${KNOWN};`;

  expect(check({ a: text, b: `// the same\n${text.replaceAll(", ", ",\n  ")}` })).toEqual([
    expect.objectContaining({ where: expect.stringMatching(/b\.cedar$/) as string }),
  ]);
});

test("an empty set has no problem: it denies everything", () => {
  expect(check({})).toEqual([]);
});

test.each<[string, string, Partial<Problem>]>([
  [
    "a syntax error",
    `permit(principal,\n ${ACTION} ${RESOURCE});`,
    {
      where: expect.stringMatching(/a\.cedar:2:\d+$/) as string,
      what: expect.stringContaining("does not parse") as string,
    },
  ],
  ["a block comment", `/* why */ permit(principal, ${ACTION}, ${RESOURCE});`, { fix: "Cedar has only // comments" }],
  [
    "two statements",
    `permit(principal, ${ACTION}, ${RESOURCE});\n`.repeat(2),
    { what: "has more than one statement", value: "2" },
  ],
  ["no statement", "// nothing here\n", { what: "has no statement" }],
  ["a template", `permit(principal == ?principal, ${ACTION}, ${RESOURCE});`, { what: "is a template" }],
  [
    "a tool that no target has",
    `permit(principal,\n${ACTION.replace("analysis", "anaylsis")}, ${RESOURCE});`,
    {
      where: expect.stringMatching(/a\.cedar:2$/) as string,
      fix: "did you mean sample-tool-target___text_analysis_tool?",
    },
  ],
  [
    "two underscores instead of three",
    `permit(principal, ${ACTION.replace("___", "__")}, ${RESOURCE});`,
    { fix: "did you mean sample-tool-target___text_analysis_tool?" },
  ],
  [
    "a tool's name in another case",
    `permit(principal, ${ACTION.replace("text", "Text")}, ${RESOURCE});`,
    { fix: "did you mean sample-tool-target___text_analysis_tool?" },
  ],
  ["a wildcard resource", `permit(principal, ${ACTION}, resource);`, { what: "the statement names no gateway" }],
  [
    "a kind of resource",
    `permit(principal, ${ACTION}, resource is AgentCore::Gateway);`,
    { what: "the statement names no gateway" },
  ],
  [
    "a fixed gateway",
    `permit(principal, ${ACTION}, resource == AgentCore::Gateway::"arn:aws:x:y:z:gateway/other");`,
    { what: "the statement names a fixed gateway" },
  ],
  ["a permit on every action", `permit(principal, action, ${RESOURCE}) ${KNOWN};`, { value: "every action" }],
  [
    "a permit on all tool calls",
    `permit(principal, action in AgentCore::Action::"CallTool", ${RESOURCE}) ${KNOWN};`,
    { value: "CallTool" },
  ],
  [
    "a permit on a whole target",
    `permit(principal, action in [AgentCore::Action::"sample-tool-target"], ${RESOURCE}) ${KNOWN};`,
    { value: "sample-tool-target" },
  ],
  [
    "a tag that is not tested for",
    `forbid(principal is AgentCore::OAuthUser, ${ACTION}, ${RESOURCE})\nwhen { principal.getTag("role") == "x" };`,
    { where: expect.stringMatching(/a\.cedar:2:\d+$/) as string, fix: expect.stringContaining("hasTag") as string },
  ],
  [
    "an optional input that is not tested for",
    `permit(principal, ${ACTION}, ${RESOURCE}) when { context.input.N > 3 };`,
    { what: expect.stringContaining("unable to guarantee safety of access to optional attribute") as string },
  ],
  [
    "an input of another type",
    `permit(principal, ${ACTION}, ${RESOURCE}) when { context.input.text > 3 };`,
    { where: expect.stringMatching(/a\.cedar:1:\d+$/) as string },
  ],
  [
    "an input that the tool does not have",
    `permit(principal, ${ACTION}, ${RESOURCE}) when { context.input.txt == "" };`,
    { where: expect.stringMatching(/a\.cedar:1:\d+$/) as string },
  ],
  [
    "a group of tools in the place of a tool",
    `permit(principal,\n action == AgentCore::Action::"sample-tool-target", ${RESOURCE});`,
    {
      where: expect.stringMatching(/a\.cedar:2$/) as string,
      fix: 'write action in AgentCore::Action::"sample-tool-target", or name a tool',
    },
  ],
  [
    "an argument that a tool to come need not have",
    `forbid(principal, action in AgentCore::Action::"CallTool", ${RESOURCE}) when { context.input.text == "x" };`,
    { what: "attribute `input.text` in context for tools that are added later not found" },
  ],
  [
    "a text that looks like another",
    `forbid(principal, ${ACTION}, ${RESOURCE}) when { context.input.text == "sеcret" };`,
    { what: expect.stringContaining("mixed scripts") as string },
  ],
  [
    "a text that runs backwards on the screen",
    `forbid(principal, ${ACTION}, ${RESOURCE}) when { context.input.text == "\u202eterces" };`,
    { what: expect.stringContaining("BIDI") as string },
  ],
  [
    "a statement that is too long",
    `permit(principal, ${ACTION}, ${RESOURCE}) ${KNOWN};//${"x".repeat(9_800)}`,
    { limit: expect.stringContaining("10000") as string },
  ],
])("%s is a problem with its place", (_, text, expected) => {
  expect(check({ a: text })).toEqual([expect.objectContaining(expected)]);
});

test("a permit on a whole target passes when the file says that it is meant", () => {
  const text = `// permits-future-tools: the target holds public tools only\npermit(principal, action in AgentCore::Action::"sample-tool-target", ${RESOURCE}) ${KNOWN};`;
  expect(check({ a: text })).toEqual([]);
});

test("a permit on a whole target is a problem where the file gives no reason", () => {
  const text = `// permits-future-tools:\npermit(principal, action in AgentCore::Action::"sample-tool-target", ${RESOURCE}) ${KNOWN};`;
  expect(check({ a: text })).toEqual([expect.objectContaining({ value: "sample-tool-target" })]);
});

test("a forbid on a whole target needs no such word", () => {
  expect(check({ a: `forbid(principal, action in AgentCore::Action::"CallTool", ${RESOURCE});` })).toEqual([]);
});

test.each([
  ["a product", "context.input has N && context.input.N * 2 > 100", "*"],
  ["a sum and a difference in a set", "context.input has N && [context.input.N + 1, 5 - 3].contains(4)", "+ -"],
  ["a negated input", "context.input has N && (if context.input.N < -5 then -context.input.N else 1) > 4", "-"],
])("a forbid that can overflow is a problem, a permit is none: %s", (_, condition, value) => {
  const rest = `(principal, ${ACTION}, ${RESOURCE}) when { ${condition} };`;

  expect(check({ a: `permit${rest.replace(";", ` ${KNOWN};`)}` })).toEqual([]);
  expect(check({ a: `forbid${rest}` })).toEqual([
    expect.objectContaining({ what: expect.stringContaining("overflows") as string, value }),
  ]);
});

test("a forbid that compares with a negative number does not calculate", () => {
  const text = `forbid(principal, ${ACTION}, ${RESOURCE}) when { context.input has N && context.input.N < -5 };`;
  expect(check({ a: text })).toEqual([]);
});

describe("a caller whose token says nothing of the user", () => {
  const permit = (condition: string, principal = "principal is AgentCore::OAuthUser", action = ACTION) =>
    `permit(${principal}, ${action}, ${RESOURCE}) ${condition};`;
  const letsIn = [expect.objectContaining({ what: expect.stringContaining("says nothing of the user") as string })];
  const isGuest = 'principal.hasTag("role") && principal.getTag("role") == "guest"';
  const isAdmin = 'principal.hasTag("role") && principal.getTag("role") == "admin"';

  test.each([
    ["no condition", ""],
    ["an exclusion", `unless { ${isGuest} }`],
    ["a negation", `when { !(${isGuest}) }`],
    ["an alternative", `when { !principal.hasTag("role") || !(${isGuest}) }`],
    ["a condition on the input alone", 'when { context.input.text != "secret" }'],
    ["a condition on the time", 'when { context.system.now > datetime("2999-01-01") }'],
    ["a claim that every token has", 'when { principal.hasTag("client_id") && principal.getTag("client_id") == "x" }'],
    ["the id that all users share", 'when { principal == AgentCore::OAuthUser::"x" }'],
    ["a tag that the caller chooses", "when { principal.hasTag(context.input.text) }"],
  ])("may not be let in by a permit with %s", (_, condition) => {
    expect(check({ a: permit(condition) })).toEqual(letsIn);
  });

  test.each(["principal", 'principal == AgentCore::OAuthUser::"x"'])("may not be let in as %s", (principal) => {
    expect(check({ a: permit(`unless { ${isGuest} }`, principal) })).toEqual(letsIn);
  });

  test("may not be let in to tools that are added later", () => {
    const text = `// permits-future-tools: they are public\n${permit(`unless { ${isGuest} }`, "principal", "action")}`;
    expect(check({ a: text })).toEqual(letsIn);
  });

  test.each([
    ["a claim that is asked for", `when { ${isAdmin} }`],
    ["a claim behind a condition on the input", `when { context.input.text like "a*" && ${isAdmin} }`],
    ["a claim in a clause of its own", `when { context.input.text == "a" } when { ${isAdmin} }`],
    ["a claim that must be there for something to be excluded", `${KNOWN} unless { ${isGuest} }`],
    ["a double negation", `unless { !(${isAdmin}) }`],
    ["a choice", `when { if principal.hasTag("role") then principal.getTag("role") != "guest" else false }`],
    ["one of two claims", `when { (${isAdmin}) || principal.hasTag("department") }`],
  ])("is not let in by a permit with %s", (_, condition) => {
    expect(check({ a: permit(condition) })).toEqual([]);
  });

  test("is not let in by a forbid, nor by a permit for callers with a signature", () => {
    const forbid = permit(`unless { ${isAdmin} }`).replace("permit", "forbid");
    const signed = "principal is AgentCore::IamEntity";
    expect(check({ a: forbid, b: permit("", signed), c: permit(`when { ${signed} }`, "principal") })).toEqual([]);
  });

  test("is told of with the file, the fix and the word by which it is meant", () => {
    expect(check({ a: permit(`unless { ${isGuest} }`) })).toEqual([
      expect.objectContaining({
        where: expect.stringMatching(/a\.cedar$/) as string,
        fix: expect.stringMatching(/hasTag\("role"\) &&.*\/\/ permits-callers-without-claims: <why>/) as string,
      }),
    ]);
  });

  test.each([
    ["the file says that it is meant", "// permits-callers-without-claims: the tool is public", 0],
    ["no reason is given", "// permits-callers-without-claims:", 1],
    ["the comment is about another finding", "// permits-future-tools: they are public", 1],
    ["the words stand within a sentence", "// not permits-callers-without-claims: never", 1],
  ])("is let in where it is meant, and only there: %s", (_, comment, problems) => {
    expect(check({ a: `${comment}\n${permit("")}` })).toHaveLength(problems);
    expect(check({ a: `${permit("")} ${comment}` })).toHaveLength(1);
  });
});

describe("a tag that no token has", () => {
  const reads = (tag: string, effect = "permit") =>
    `${effect}(principal, ${ACTION}, ${RESOURCE}) ${KNOWN}\nwhen { principal.hasTag("${tag}") && principal.getTag("${tag}") == "x" };`;

  test.each([
    ["departmnt", "did you mean department?"],
    ["Role", "did you mean role?"],
    ["cliend_id", "did you mean client_id?"],
    ["completely-different", expect.stringContaining("// reads-other-claims: <why>") as string],
  ])("is a problem with its place and what was meant: %s", (tag, fix) => {
    const problem = { where: expect.stringMatching(/a\.cedar:2$/) as string, value: tag, fix };
    for (const effect of ["permit", "forbid"]) {
      expect(check({ a: reads(tag, effect) })).toEqual([
        expect.objectContaining({ ...problem, what: expect.stringContaining(effect) as string }),
      ]);
    }
  });

  test("is a problem where another one is tested for", () => {
    const text = `forbid(principal, ${ACTION}, ${RESOURCE}) when { principal.hasTag("role") && principal.getTag("rle") == "x" };`;
    expect(check({ a: text })).toContainEqual(expect.objectContaining({ value: "rle", fix: "did you mean role?" }));
  });

  test("is a problem where it is only tested for, or written with an escape", () => {
    const text = `forbid(principal, ${ACTION}, ${RESOURCE}) unless { principal.hasTag("r\\u{6f}el") };`;
    expect(check({ a: text })).toEqual([expect.objectContaining({ value: "roel", fix: "did you mean role?" })]);
  });

  test.each([...CLAIMS.ofUser, ...CLAIMS.ofIssuer])("is none of the claims that there are: %s", (tag) => {
    expect(check({ a: reads(tag) })).toEqual([]);
  });

  test("is no name that is only compared with", () => {
    const text = `permit(principal, ${ACTION}, ${RESOURCE}) ${KNOWN} when { context.input.text == "departmnt" };`;
    expect(check({ a: text })).toEqual([]);
  });

  test("passes where the file says that it is meant, and why", () => {
    expect(check({ a: `// reads-other-claims: a trigger of ours adds it\n${reads("team")}` })).toEqual([]);
    expect(check({ a: `// reads-other-claims:\n${reads("team")}` })).toHaveLength(1);
  });

  test("that is meant does not stand for a claim of the user's: every token may have it", () => {
    const permit = reads("team").replace(KNOWN, "");
    expect(check({ a: `// reads-other-claims: a trigger of ours adds it\n${permit}` })).toEqual([
      expect.objectContaining({ what: expect.stringContaining("says nothing of the user") as string }),
    ]);
  });
});

test("a file name that gives no policy name is a problem, and so is one that is too long", () => {
  const text = `permit(principal, ${ACTION}, ${RESOURCE}) ${KNOWN};`;
  expect(check({ "with-hyphen": text })).toEqual([
    expect.objectContaining({ value: "with-hyphen", fix: "rename it to with_hyphen.cedar" }),
  ]);
  rmSync(path.join(folder, "with-hyphen.cedar"));
  const longest = "x".repeat(48 - "demo__12345678_g99".length);
  expect(check({ [longest]: text })).toEqual([]);
  rmSync(path.join(folder, `${longest}.cedar`));
  expect(check({ [`${longest}x`]: text })).toEqual([
    expect.objectContaining({ limit: expect.stringContaining(`${longest.length} characters`) as string }),
  ]);
});

test("all problems come at once", () => {
  const problems = check({
    broken: "permit(",
    typo: `permit(principal, ${ACTION.replace("tool-target", "tol-target")}, resource);`,
    twin_a: `permit(principal, ${ACTION}, ${RESOURCE}) ${KNOWN};`,
    twin_b: `permit(principal, ${ACTION}, ${RESOURCE}) ${KNOWN};`,
  });

  expect(problems.map(({ where }) => path.basename(where).replace(/:.*/, ""))).toEqual([
    "broken.cedar",
    "typo.cedar",
    "typo.cedar",
    "twin_b.cedar",
  ]);
});
