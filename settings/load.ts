import { readdirSync } from "node:fs";
import path from "node:path";
import { suggest, throwIfAny, UserError, type Problem } from "../reporting/problem";
import { checkSettings } from "./checks";
import { fieldName, findingsOf } from "./findings";
import { settingsSchema, type Settings } from "./schema";
import { readYaml } from "./yaml-file";

export type { Settings } from "./schema";

/** What a command may set in place of the file. */
export interface Overrides {
  readonly policySet?: string;
  /**
   * For a deployment that lives for minutes: its state is a file, no role is assumed, nothing is imported, and nothing
   * is protected from deletion, whatever the settings say.
   */
  readonly ephemeral?: boolean;
}

/** The environment variables that choose the settings. Nothing else in the stacks reads the environment. */
export const ENVIRONMENT = "ENVIRONMENT";
export const POLICY_SET = "POLICY_SET";
export const EPHEMERAL = "EPHEMERAL";

const DEFAULT_ENVIRONMENT = "dev";
const EXTENSION = ".yaml";

/** The settings that `ENVIRONMENT` (default dev) chooses, with what `POLICY_SET` and `EPHEMERAL` override. Throws UserError. */
export function settingsFromEnvironment(env: NodeJS.ProcessEnv = process.env): Settings {
  return loadSettings(env[ENVIRONMENT] || DEFAULT_ENVIRONMENT, {
    policySet: env[POLICY_SET] || undefined,
    ephemeral: env[EPHEMERAL] === "true",
  });
}

/**
 * Reads and checks `settings/<environment>.yaml`. Throws one UserError with every problem, each with its
 * field, file and line. `folder` is where the files are.
 */
export function loadSettings(environment: string, overrides: Overrides = {}, folder = __dirname): Settings {
  const file = readYaml(fileOf(environment, folder), `settings/${environment}${EXTENSION}`);
  const summary = `the settings of ${environment} cannot be used`;
  throwIfAny(summary, file.problems);

  const given =
    isRecord(file.value) && overrides.policySet ? { ...file.value, policySet: overrides.policySet } : file.value;
  const parsed = settingsSchema.safeParse(given);
  const findings = [
    ...findingsOf(parsed.error?.issues ?? [], given),
    ...(isRecord(given) ? checkSettings(given, environment) : []),
  ];
  const isOverridden = (field: string) => field === "policySet" && overrides.policySet !== undefined;
  const problems = findings
    .map(({ path: field, ...rest }) => ({ line: file.lineOf(field), name: fieldName(field), rest }))
    .sort((a, b) => a.line - b.line)
    .map(({ line, name, rest }): Problem => ({
      where: isOverridden(name) ? POLICY_SET : `${file.shown}:${line} ${name}`.trimEnd(),
      ...rest,
    }));
  throwIfAny(summary, problems);
  const settings = { ...settingsSchema.parse(given), environment };
  return overrides.ephemeral ? withoutTies(settings) : settings;
}

const withoutTies = (settings: Settings): Settings => ({
  ...settings,
  backend: { type: "local" },
  assumeRoleArn: undefined,
  imports: {},
  userPool: { ...settings.userPool, deletionProtection: false },
});

/** The file of an environment; only files that lie in the folder can be named. */
function fileOf(environment: string, folder: string): string {
  const names = readdirSync(folder).filter((file) => file.endsWith(EXTENSION));
  const environments = names.map((file) => path.basename(file, EXTENSION)).sort();
  if (environments.includes(environment)) return path.join(folder, `${environment}${EXTENSION}`);
  const meant = suggest(environment, environments);
  throw new UserError("there are no settings for this environment", [
    {
      where: ENVIRONMENT,
      what: `settings/${environment}${EXTENSION} does not exist`,
      value: environment,
      limit: environments.join(", "),
      fix: meant ? `did you mean ${meant}?` : "copy settings/dev.yaml to a file of that name",
    },
  ]);
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
