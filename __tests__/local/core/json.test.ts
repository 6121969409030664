import { parseStrictly } from "../../../local/core/json";

const arrays = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;

test.each([
  String.raw`{"a":"\\","b":"\"","c":"\\\"\\\\"}`,
  String.raw`{"a:{[":{"a:{[":"}]"},"\u0061":1}`,
  '[{"a":1},{"a":1}]',
  '{"a":{"a":{}}}',
  arrays(128),
])("reads what every reader reads alike: %s", (text) => {
  expect(parseStrictly(text)).toEqual(JSON.parse(text));
});

test.each([
  [String.raw`{"a":"\\","a":1}`, "duplicate key"],
  [String.raw`{"\"":1,"\u0022":2}`, "duplicate key"],
  ['{"a":[{"b":{},"b":1}]}', "duplicate key"],
  [`{"a":${arrays(128)}}`, "nested too deeply"],
  ["\ufeff{}", "not valid JSON"],
])("does not read %s", (text, why) => {
  expect(() => parseStrictly(text)).toThrow(expect.objectContaining({ message: expect.stringContaining(why) }));
});

test("a string may be as long as a function's code, and of escapes alone", () => {
  const code = "\\n".repeat(30_000_000);
  expect(() => parseStrictly(`{"ZipFile":"${code}","ZipFile":1}`)).toThrow("duplicate key");
});
