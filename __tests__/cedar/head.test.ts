import { policyToJson } from "@cedar-policy/cedar-wasm/nodejs";
import fc from "fast-check";
import { effectOf, namedActions } from "../../cedar/head";
import { actionsOf, parseStatement } from "../../cedar/scope";

const gaps = ["", " ", "\n", "\t", "\r\n", "// forbid\n", "// permit\r", "////\n", '// "\n', "// @id\n"];
const names = ["id", "permit", "forbid", "xpermit", "permitx", "_a1"];
const values = ["", '("")', '("permit")', '( "forbid (" )', '("a\\"b")', '("//")', '("@permit")', '// c\n("x")'];

/** The head of a statement, with whatever Cedar allows before and between its words. */
const statements = fc
  .record({
    lead: fc.constantFrom(...gaps),
    annotations: fc.uniqueArray(
      fc.record({
        name: fc.constantFrom(...names),
        inner: fc.constantFrom(...gaps),
        value: fc.constantFrom(...values),
        after: fc.constantFrom(...gaps.filter((gap) => gap !== "")),
      }),
      { selector: ({ name }) => name, maxLength: 3 },
    ),
    effect: fc.constantFrom("permit", "forbid"),
    tail: fc.constantFrom(...gaps),
  })
  .map(({ lead, annotations, effect, tail }) => {
    const head = annotations.map(({ name, inner, value, after }) => `@${inner}${name}${value}${after}`).join("");
    return `${lead}${head}${effect}${tail}(principal, action, resource);`;
  });

test("reads the effect that Cedar reads, whatever stands before it", () => {
  fc.assert(
    fc.property(statements, (text) => {
      const parsed = policyToJson(text);
      expect(parsed.type).toBe("success");
      expect(effectOf(text)).toBe(parsed.type === "success" ? parsed.json.effect : undefined);
    }),
    { numRuns: 500 },
  );
});

test.each(["", "permits(principal, action, resource);", "allow(principal);", "// permit", '@id("permit', "@"])(
  "finds none in %j",
  (text) => {
    expect(effectOf(text)).toBeUndefined();
  },
);

test.each([
  ["white space", `${" ".repeat(100_000)}x`],
  ["slashes", `${"/".repeat(100_000)}\nx`],
  ["white space after an annotation", `@a${" ".repeat(100_000)}x`],
  ["an annotation that does not end", `@a("${'\\"'.repeat(50_000)}`],
  ["annotations", "@a ".repeat(30_000)],
])("takes no longer than a text deserves: %s", (_, text) => {
  const start = performance.now();

  expect(effectOf(text)).toBeUndefined();

  expect(performance.now() - start).toBeLessThan(1_000);
});

describe("the actions that a scope names", () => {
  const ACTION = 'AgentCore::Action::"t___read"';
  const clauses = [
    "action",
    `action == ${ACTION}`,
    `action==${ACTION}`,
    `action in ${ACTION}`,
    `action in [${ACTION}, AgentCore::Action::"t___write"]`,
    'action in [ // AgentCore::Action::"no"\n AgentCore :: Action :: "t___write" ]',
    'action in AgentCore::Action::"CallTool"',
    'action == AgentCore::Action::"a, resource"',
    "action in []",
  ];
  const principals = [
    "principal",
    "principal is AgentCore::OAuthUser",
    'principal == AgentCore::OAuthUser::"a, action"',
  ];
  const scopes = fc
    .record({
      annotation: fc.constantFrom("", '@id("action == x")\n', '// forbid(principal, action == A::"x", resource)\n'),
      effect: fc.constantFrom("permit", "forbid"),
      principal: fc.constantFrom(...principals),
      gap: fc.constantFrom(...gaps),
      action: fc.constantFrom(...clauses),
    })
    .map(
      ({ annotation, effect, principal, gap, action }) =>
        `${annotation}${effect}(${gap}${principal}${gap},${gap}${action}${gap},resource) when { action == A::"other" };`,
    );

  test("are those that Cedar reads, or unknown where it names none", () => {
    fc.assert(
      fc.property(scopes, (text) => {
        const policy = parseStatement(text);
        if (!policy) throw new Error(`Cedar does not read ${text}`);
        const named = actionsOf(policy);
        expect(namedActions(text)).toEqual(named.length === 0 ? undefined : named);
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    "",
    "forbid",
    "forbid(principal",
    "forbid(principal, action",
    'forbid(action == A::"x", principal, resource)',
    String.raw`forbid(principal, action == A::"\u{74}", resource);`,
    `forbid(${"/".repeat(100_000)}`,
    `forbid(principal, action == ${'"'.repeat(99_999)}`,
  ])("cannot be told of %#", (text) => {
    expect(namedActions(text)).toBeUndefined();
  });
});
