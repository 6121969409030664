import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

const ROOT = path.resolve(__dirname, "../..");
const read = (file: string) => readFileSync(path.join(ROOT, file), "utf8");

const DOCUMENTS = ["README.md", "CONTRIBUTING.md", ...markdownIn("docs"), ...markdownIn("docs/matrices")];

function markdownIn(folder: string): string[] {
  const files = existsSync(path.join(ROOT, folder)) ? readdirSync(path.join(ROOT, folder)) : [];
  return files.filter((file) => file.endsWith(".md")).map((file) => path.posix.join(folder, file));
}

/** Documents all of whose shell blocks a test takes out and runs, word for word. */
const RUN_WHOLE: Readonly<Record<string, string>> = {
  "docs/LOCAL_AWS.md": "__tests__/end-to-end/offline-aws-alone.test.ts",
};

/** Where each other documented command is really run: a file, and the text in it that runs the command. */
const RUN_BY: Readonly<Record<string, readonly [file: string, text: string]>> = {
  "npm ci": [".ci/run", "npm ci"],
  "npm test": [".ci/run", "npm test"],
  "npm run lint": [".ci/run", "npm run --silent lint"],
  "npm run typecheck": [".ci/run", "npm run --silent typecheck"],
  "npm run format:check": [".ci/run", "npm run --silent format:check"],
  "npm run bench": [".ci/run", "npm run --silent bench -- --quick"],
  "npm run bench -- --quick": [".ci/run", "npm run --silent bench -- --quick"],
  "npm run bench -- --only policy-update --json figures.json": ["__tests__/bench/command.test.ts", "--only"],
  "npm run test:long": [".ci/run", "npm run --silent test:long"],
  "npm run local": [".ci/run", "npm run --silent local\n"],
  "npm run local -- --policy-set deny-guest": [".ci/run", "npm run --silent local -- --policy-set deny-guest"],
  "npm run synth": [".ci/run", "npm run --silent synth"],
  "npm run verify": ["__tests__/end-to-end/commands.test.ts", '"run", "verify"'],
  "npm run local:aws -- --port 4566": ["__tests__/end-to-end/commands.test.ts", '"local:aws", "--", "--port"'],
  "npx cdktf diff dev-identity": ["__tests__/end-to-end/commands.test.ts", '"diff", "dev-identity"'],
  "npx cdktf diff dev-gateway": ["__tests__/end-to-end/commands.test.ts", '"diff", "dev-gateway"'],
  "npx cdktf deploy '*'": ["__tests__/end-to-end/commands.test.ts", '"deploy", "*"'],
  "npx cdktf destroy '*'": ["__tests__/end-to-end/commands.test.ts", '"destroy", "*"'],
  "npm run policy -- status": ["__tests__/operations/drift.test.ts", 'policy("status")'],
  "npm run policy -- status --json": ["__tests__/operations/drift.test.ts", 'policy("status", "--json")'],
  "npm run policy -- repair": ["__tests__/operations/drift.test.ts", 'policy("repair")'],
  "npx jest __tests__/provisioners": [".ci/run", "npm test"],
  "bash .ci/run": [".ci/run", "#!/usr/bin/env bash"],
};

/** Chapters whose shell block a test runs, word for word. */
const CHAPTERS_RUN_WHOLE: Readonly<Record<string, string>> = {
  "\n## Leaving\n": "__tests__/operations/leaving.test.ts",
};

/** Every line of every shell block and every `run` of a pipeline, without its comment; `a && b` are two commands. */
function commandsIn(markdown: string): string[] {
  const others = Object.keys(CHAPTERS_RUN_WHOLE).reduce((text, title) => withoutChapter(text, title), markdown);
  const blocks = [...others.matchAll(/```bash\n([\s\S]*?)```/g)].map(([, block = ""]) => block);
  const steps = [...others.matchAll(/^ *- run: (.+)$/gm)].map(([, command = ""]) => command);
  const lines = [...blocks.flatMap((block) => block.split("\n")), ...steps];
  return lines
    .flatMap((line) => line.replace(/\s+#.*$/, "").split(" && "))
    .map((line) => line.trim())
    .filter(Boolean);
}

function withoutChapter(markdown: string, title: string): string {
  const [before = "", chapter] = markdown.split(title);
  return chapter === undefined ? markdown : `${before}\n## ${chapter.split("\n## ").slice(1).join("\n## ")}`;
}

test.each(Object.entries(CHAPTERS_RUN_WHOLE))("the chapter %j is run by %s", (title, file) => {
  expect(read(file)).toContain(JSON.stringify(title).slice(1, -1));
});

const documentsWithCommands = DOCUMENTS.filter((file) => commandsIn(read(file)).length > 0);

test("there are commands in the documents", () => {
  expect(documentsWithCommands).toEqual(expect.arrayContaining(["README.md", "CONTRIBUTING.md"]));
});

describe.each(documentsWithCommands)("the commands in %s", (file) => {
  const whole = RUN_WHOLE[file];
  if (whole !== undefined) {
    test(`are run by ${whole}`, () => {
      expect(read(whole)).toContain(file);
    });
    return;
  }

  test.each([...new Set(commandsIn(read(file)))])("%s is run by CI or by a test", (command) => {
    const runner = RUN_BY[command];
    expect(runner).toBeDefined();
    expect(read(runner?.[0] ?? "")).toContain(runner?.[1]);
  });
});

test("every file that the documents link to exists", () => {
  for (const file of [...DOCUMENTS, "local/REFUSALS.md"]) {
    const prose = read(file).replace(/`[^`\n]*`/g, "");
    const links = [...prose.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, target = ""]) => target);
    for (const target of links)
      expect(() => readFileSync(path.resolve(ROOT, path.dirname(file), target))).not.toThrow(/ENOENT/);
  }
});
