import { readdirSync, type Dirent } from "node:fs";
import path from "node:path";
import { policySetTextToParts, type DetailedError } from "@cedar-policy/cedar-wasm/nodejs";
import type { Problem } from "../reporting/problem";
import { readText } from "../reporting/text-file";
import { effectOf } from "./head";
import { parseStatement } from "./scope";

export { policyName } from "./policy-name";

/** One Cedar statement: a file of a policy set. */
export interface Statement {
  /** Path as it is shown to users. */
  readonly file: string;
  /** File name without `.cedar`; it becomes part of the policy's name. */
  readonly stem: string;
  readonly text: string;
  readonly effect: "permit" | "forbid";
}

/**
 * Reads every `*.cedar` file of a folder, sorted by name. A file that is not exactly one statement gives a
 * problem with its place and is left out; so does what looks like a policy and would be passed over without a word.
 */
export function loadPolicySet(directory: string): { statements: Statement[]; problems: Problem[] } {
  const statements: Statement[] = [];
  const problems: Problem[] = [];
  const entries = readdirSync(directory, { withFileTypes: true });
  const isPolicy = (entry: Dirent) => entry.name.endsWith(".cedar") && !entry.isDirectory();
  for (const entry of entries) if (!isPolicy(entry)) problems.push(...passedOver(directory, entry));
  const names = entries.filter(isPolicy).map(({ name }) => name);
  for (const name of names.sort()) {
    const file = path.join(directory, name);
    const shown = path.relative(process.cwd(), file);
    const content = readText(file, shown);
    const read = "problem" in content ? { problems: [content.problem] } : readStatement(shown, content.text);
    if ("problems" in read) problems.push(...read.problems);
    else statements.push({ file: shown, stem: path.basename(name, ".cedar"), ...read });
  }
  return { statements, problems };
}

function passedOver(directory: string, entry: Dirent): Problem[] {
  if (!entry.isDirectory() && !/\.cedar/i.test(entry.name)) return [];
  return [
    {
      where: path.relative(process.cwd(), path.join(directory, entry.name)),
      what: entry.isDirectory() ? "is a folder within a policy set" : "looks like a policy and is none",
      limit: "one folder with files that end in .cedar",
      fix: entry.isDirectory() ? "move its files up, or make it a policy set of its own" : "rename it, or move it away",
    },
  ];
}

function readStatement(file: string, text: string): Pick<Statement, "text" | "effect"> | { problems: Problem[] } {
  const parts = policySetTextToParts(text);
  if (parts.type === "failure") return { problems: parts.errors.map((error) => syntaxProblem(file, text, error)) };
  if (parts.policy_templates.length > 0) {
    return {
      problems: [{ where: file, what: "is a template", fix: "put a name in place of ?principal or ?resource" }],
    };
  }
  const policy = parseStatement(text);
  if (parts.policies.length !== 1 || !policy) return { problems: [countProblem(file, parts.policies.length)] };
  // The rollout orders its phases by the effect that it reads without Cedar.
  if (effectOf(text) === policy.effect) return { text, effect: policy.effect };
  const what = `the head of the statement hides that it is a ${policy.effect}`;
  return { problems: [{ where: file, what, fix: "begin with plain comments and annotations, then permit or forbid" }] };
}

const countProblem = (file: string, count: number): Problem => ({
  where: file,
  what: count === 0 ? "has no statement" : "has more than one statement",
  value: String(count),
  limit: "exactly one statement per file, because AgentCore takes one per policy",
  fix: count === 0 ? "write a permit or forbid, or delete the file" : "move each statement into a file of its own",
});

function syntaxProblem(file: string, text: string, error: DetailedError): Problem {
  const isBlockComment = /\/\*/.test(text);
  return {
    where: `${file}:${placeOf(text, error)}`,
    what: `does not parse as Cedar: ${error.message}`,
    value: lineOf(text, error),
    fix: isBlockComment
      ? "Cedar has only // comments"
      : (error.help ?? "see https://docs.cedarpolicy.com/policies/syntax-policy.html"),
  };
}

/** `line:column` of an error's first place, from 1. Cedar counts bytes. */
export function placeOf(text: string, error: DetailedError): string {
  const before = textBefore(text, error);
  return `${before.split("\n").length}:${before.length - before.lastIndexOf("\n")}`;
}

function lineOf(text: string, error: DetailedError): string | undefined {
  return text.split("\n")[textBefore(text, error).split("\n").length - 1]?.trim();
}

function textBefore(text: string, error: DetailedError): string {
  const start = error.sourceLocations?.[0]?.start ?? 0;
  return Buffer.from(text).subarray(0, start).toString();
}
