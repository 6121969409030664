import { policyToJson } from "@cedar-policy/cedar-wasm/nodejs";
import fc from "fast-check";
import { effectOf } from "../../cedar/effect";

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
