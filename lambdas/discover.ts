import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { toolTargetName, type ToolSpec, type ToolTarget } from "../cedar/tools";
import { throwIfAny, type Problem } from "../reporting/problem";
import { readText } from "../reporting/text-file";
import { handlerProblems } from "./handler-export";
import { specProblems } from "./tool-spec";

const TOOLS = path.join(__dirname, "tools");

/** A folder below lambdas/tools: one Lambda function, one gateway target, one or more tools. */
export interface ToolFolder {
  /** Also the end of the function's name: `<deployment>-<folder>`. */
  readonly folder: string;
  /** Named `<folder>-target`. */
  readonly target: ToolTarget;
}

/** Reads every tool folder, sorted by name. Throws UserError with all problems of all tools at once. */
export function discoverTools(folder = TOOLS): ToolFolder[] {
  const problems: Problem[] = [];
  const folders = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
  const found = folders.map((name) => ({ folder: name, target: readTarget(path.join(folder, name), name, problems) }));
  throwIfAny("the tools below lambdas/tools are not usable", problems);
  return found;
}

function readTarget(folder: string, name: string, problems: Problem[]): ToolTarget {
  const target = { name: toolTargetName(name), tools: [] };
  const where = path.relative(process.cwd(), path.join(folder, "spec.json"));
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)) {
    const limit = "lower case letters, digits and single hyphens";
    problems.push({
      where: path.dirname(where),
      what: "the folder's name becomes a target's name",
      value: name,
      limit,
      fix: "rename it",
    });
  }
  for (const file of ["handler.ts", "spec.json"]) {
    if (existsSync(path.join(folder, file))) continue;
    problems.push({
      where: path.dirname(where),
      what: `has no ${file}`,
      fix: "a tool is a handler.ts and a spec.json",
    });
  }
  const handler = path.join(folder, "handler.ts");
  if (existsSync(handler)) problems.push(...handlerProblems(handler));
  if (!existsSync(path.join(folder, "spec.json"))) return target;
  return { ...target, tools: readSpecs(path.join(folder, "spec.json"), where, problems) };
}

/** The specs, which are not to be used where there are problems. */
function readSpecs(file: string, where: string, problems: Problem[]): ToolSpec[] {
  const read = readText(file, where);
  if ("problem" in read) {
    problems.push(read.problem);
    return [];
  }
  try {
    const specs = JSON.parse(read.text) as ToolSpec[];
    problems.push(...specProblems(specs, where));
    return specs;
  } catch (error) {
    problems.push({ where, what: `is not JSON: ${(error as Error).message}`, fix: "mend the file" });
    return [];
  }
}
