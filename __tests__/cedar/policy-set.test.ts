import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { loadPolicySet, policyName } from "../../cedar/policy-set";

let folder: string;
beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), "policies-"))));
afterEach(() => rmSync(folder, { recursive: true }));

function load(files: Record<string, string>) {
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  return loadPolicySet(folder);
}

test("statements come sorted by name, with effect and text as written; other files are left out", () => {
  const text = '// why\n@id("x")\nforbid (principal, action, resource);\n';

  const { statements, problems } = load({
    "b.cedar": text,
    "a.cedar": "permit(principal, action, resource);",
    "c.md": "",
  });

  expect(problems).toEqual([]);
  expect(statements.map(({ stem, effect }) => [stem, effect])).toEqual([
    ["a", "permit"],
    ["b", "forbid"],
  ]);
  expect(statements[1]?.text).toBe(text);
});

test("no statement is lost without a word: each file gives a statement or a problem", () => {
  const heads = ["", "// c\r", "\u0085", "\ufeff", '@permit // c\n("x") ', "/* c */ ", "@a @b "];

  for (const [index, head] of heads.entries()) {
    const { statements, problems } = load({ "a.cedar": `${head}forbid(principal, action, resource);` });
    expect({ index, found: statements.length + problems.length }).toEqual({ index, found: 1 });
    for (const { effect } of statements) expect(effect).toBe("forbid");
  }
});

test.each(["block.CEDAR", "block.cedar.txt", "block.Cedar"])("%s looks like a policy, and is a problem", (name) => {
  expect(load({ [name]: "forbid(principal, action, resource);" }).problems).toEqual([
    expect.objectContaining({ what: "looks like a policy and is none" }),
  ]);
});

test("a folder within a policy set is a problem, whatever its name", () => {
  for (const name of ["forbids", "x.cedar"]) mkdirSync(path.join(folder, name));
  expect(load({}).problems.map(({ what }) => what)).toEqual(Array(2).fill("is a folder within a policy set"));
});

test("a head that Cedar alone can read is a problem, because the rollout reads it without Cedar", () => {
  const { statements, problems } = load({ "a.cedar": "\u0085forbid(principal, action, resource);" });

  expect(statements).toEqual([]);
  expect(problems).toEqual([expect.objectContaining({ what: "the head of the statement hides that it is a forbid" })]);
});

test("a byte order mark in front is no part of the statement", () => {
  const text = "permit(principal, action, resource);";
  expect(load({ "a.cedar": `\uFEFF${text}` })).toEqual({
    problems: [],
    statements: [expect.objectContaining({ text })],
  });
});

test("a file in another encoding, and one that leads to a folder, are problems with their place", () => {
  writeFileSync(path.join(folder, "a.cedar"), Buffer.from("\uFEFFpermit(principal, action, resource);", "utf16le"));
  symlinkSync(folder, path.join(folder, "b.cedar"));
  symlinkSync("/nowhere", path.join(folder, "c.cedar"));
  expect(load({}).problems.map(({ where, what }) => `${path.basename(where)} ${what}`)).toEqual([
    "a.cedar is not text in UTF-8",
    "b.cedar is a folder, and has to be a file",
    "c.cedar cannot be read",
  ]);
});

test("a syntax error is placed by line and column, in characters", () => {
  const { problems } = load({ "a.cedar": "// ünïcödé — 🙂\npermit(principal, action, ressource);" });

  expect(problems).toEqual([expect.objectContaining({ where: expect.stringMatching(/a\.cedar:2:27$/) as string })]);
});

test("a policy's name tells the file and changes with the text, and only with it", () => {
  expect(policyName("demo", "finance", "text")).toBe("demo_finance_982d9e3e");
  expect(policyName("demo", "finance", "text ")).not.toBe(policyName("demo", "finance", "text"));
});
