import { existsSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { toolTargetName, type JsonSchema, type ToolTarget } from "../cedar/tools";
import { throwIfAny, type Problem } from "../reporting/problem";

const TOOLS = path.join(__dirname, "tools");

/** A folder below lambdas/tools: one Lambda function, one gateway target, one or more tools. */
export interface ToolFolder {
  /** Also the end of the function's name: `<deployment>-<folder>`. */
  readonly folder: string;
  /** Named `<folder>-target`. */
  readonly target: ToolTarget;
}

const inputSchema: z.ZodType<JsonSchema> = z.lazy(() =>
  z
    .strictObject({
      type: z.enum(["string", "integer", "number", "boolean", "object", "array"]),
      description: z.string().min(1).optional(),
      properties: z.record(z.string().min(1), inputSchema).optional(),
      required: z.array(z.string()).optional(),
      items: inputSchema.optional(),
      default: z.unknown().optional(),
    })
    .refine(({ required = [], properties = {} }) => required.every((name) => Object.hasOwn(properties, name)), {
      path: ["required"],
      message: "names a property that is not there",
    }),
);

/** A tool as spec.json describes it. Limits: ToolDefinition in AgentCore's API. */
const toolSpec = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, "must be 1 to 64 letters, digits, _ or -"),
  description: z.string().min(1),
  inputSchema: inputSchema.refine(({ type }) => type === "object", "must be of the type object"),
});

const toolSpecs = z
  .array(toolSpec)
  .min(1)
  .refine((specs) => new Set(specs.map(({ name }) => name)).size === specs.length, "names a tool twice");

/** Reads every tool folder, sorted by name. Throws UserError with all problems of all specs at once. */
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
  if (!existsSync(path.join(folder, "spec.json"))) return target;
  const specs = parseSpecs(readFileSync(path.join(folder, "spec.json"), "utf8"), where, problems);
  return { ...target, tools: specs };
}

function parseSpecs(text: string, where: string, problems: Problem[]) {
  try {
    const result = toolSpecs.safeParse(JSON.parse(text));
    for (const issue of result.error?.issues ?? []) {
      problems.push({
        where: `${where} ${issue.path.join(".")}`.trimEnd(),
        what: issue.message,
        fix: "compare with another tool's spec.json",
      });
    }
    return result.data ?? [];
  } catch (error) {
    problems.push({ where, what: `is not JSON: ${(error as Error).message}`, fix: "mend the file" });
    return [];
  }
}
