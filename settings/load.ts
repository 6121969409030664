import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { throwIfAny, UserError, suggest, type Problem } from "../reporting/problem";
import { checkSettings } from "./checks";
import { problemsOf } from "./explain";
import { settingsSchema, type Settings } from "./schema";
import { parseYaml, type YamlFile } from "./yaml-file";

export type { Settings } from "./schema";

const FOLDER = __dirname;

/** What a command may set differently from the file. */
export interface Overrides {
  readonly policySet?: string;
}

/**
 * Reads and checks `settings/<environment>.yaml`. Throws one UserError with every problem, each with its
 * file, line and field.
 */
export function loadSettings(environment: string, overrides: Overrides = {}): Settings {
  const file = readEnvironment(environment);
  const value = { ...(isRecord(file.value) ? file.value : {}), ...defined(overrides) };
  const parsed = settingsSchema.safeParse(isRecord(file.value) ? value : file.value);
  const settings = parsed.data && { ...parsed.data, environment };
  const wrong = new Set(parsed.error?.issues.map(({ path }) => path.join(".")) ?? []);
  const found = [
    ...problemsOf(parsed.error?.issues ?? [], file),
    ...checkSettings(isRecord(value) ? value : {}, environment).filter(({ path }) => !wrong.has(path.join("."))),
  ];
  const problems: Problem[] = found.map(({ path: field, ...problem }) => ({
    ...problem,
    where: Object.hasOwn(defined(overrides), field.join(".")) ? OVERRIDDEN_BY : file.place(field, problem.isKey),
  }));
  throwIfAny(`the settings of ${environment} are not usable`, [...file.problems, ...problems]);
  return settings as Settings;
}
