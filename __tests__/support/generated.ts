import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

const ROOT = path.resolve(__dirname, "../..");

/**
 * Expects that a file of the project holds exactly this text, which a test has made from what it saw.
 * UPDATE_TABLES=1 writes the file instead.
 */
export function expectGenerated(file: string, text: string): void {
  const resolved = path.join(ROOT, file);
  const formatted = format(resolved, text);
  if (process.env.UPDATE_TABLES === "1") writeFileSync(resolved, formatted);
  const found = existsSync(resolved) ? readFileSync(resolved, "utf8") : "";
  if (found !== formatted) throw new Error(`${file} is not up to date: run \`UPDATE_TABLES=1 npm test\``);
}

/**
 * The same for one part of a file that people write: what stands between `<!-- begin NAME -->` and `<!-- end NAME -->`.
 */
export function expectGeneratedPart(file: string, name: string, text: string): void {
  const found = readFileSync(path.join(ROOT, file), "utf8");
  const [begin, end] = [`<!-- begin ${name} -->`, `<!-- end ${name} -->`];
  const [before, rest] = found.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`${file} has no part between ${begin} and ${end}`);
  expectGenerated(file, `${before}${begin}\n\n${text}\n\n${end}${after}`);
}

/** By the command: prettier loads its own modules in a way that jest does not offer. */
function format(file: string, text: string): string {
  const prettier = path.join(path.dirname(require.resolve("prettier/package.json")), "bin/prettier.cjs");
  return execFileSync(process.execPath, [prettier, "--stdin-filepath", file], { cwd: ROOT, input: text }).toString();
}
