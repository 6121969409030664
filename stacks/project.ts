import { checkPolicySet } from "../cedar/check";
import { loadPolicySet, type Statement } from "../cedar/policy-set";
import type { TokenClaims } from "../cedar/tags";
import { discoverTools, type ToolFolder } from "../lambdas/discover";
import { COGNITO_CLAIMS, USER_CLAIMS } from "../lambdas/pre-token/claims";
import { UserError, throwIfAny, type Problem } from "../reporting/problem";
import { settingsFromEnvironment, type Settings } from "../settings/load";
import { checkToolFolder } from "../settings/name-limits";
import { namesFor } from "../settings/names";
import { policySetFolder } from "../settings/policy-sets";
import { inexpressible } from "./constructs/tool-schema";

/** What the tokens of the machine client, the only one that the gateway takes, can say. */
const TOKEN_CLAIMS: TokenClaims = { ofUser: USER_CLAIMS, ofIssuer: COGNITO_CLAIMS };

/** All that the stacks are made from, checked. */
export interface Project {
  readonly settings: Settings;
  readonly tools: readonly ToolFolder[];
  readonly statements: readonly Statement[];
}

/**
 * Reads settings, tools and policies. Throws one UserError with the problems of all of them. `environment` chooses
 * the settings; the process's own if absent.
 */
export function loadProject(environment?: NodeJS.ProcessEnv): Project {
  const problems: Problem[] = [];
  const settings = attempt(() => settingsFromEnvironment(environment), problems);
  const tools = attempt(() => discoverTools(), problems);
  const set = settings && loadPolicySet(policySetFolder(settings.policySet));
  problems.push(...(set?.problems ?? []));
  if (tools) problems.push(...inexpressible(tools));
  if (settings && tools && set) {
    const { name } = settings;
    problems.push(...tools.flatMap(({ folder }) => checkToolFolder(name, folder)));
    const targets = tools.map(({ target }) => target);
    const policyNamePrefix = namesFor(name).policyPrefix;
    problems.push(...checkPolicySet(set.statements, targets, { policyNamePrefix, claims: TOKEN_CLAIMS }));
  }
  throwIfAny("the project cannot be deployed as it is", problems);
  return { settings, tools, statements: set?.statements } as Project;
}

/** What is worth knowing and no mistake. */
export function warningsOf({ settings, statements, tools }: Project): string[] {
  const warnings: string[] = [];
  if (settings.policyEngine.mode === "LOG_ONLY") {
    warnings.push("policyEngine.mode is LOG_ONLY: nothing is enforced, every caller with a token reaches every tool");
  }
  if (settings.policyEngine.takeOver) {
    warnings.push("policyEngine.takeOver is true: a policy engine of another deployment may be adopted");
  }
  if (statements.length === 0) warnings.push(`policy set ${settings.policySet} is empty: everything is denied`);
  if (tools.length === 0) warnings.push("there are no tools below lambdas/tools: the gateway has nothing to offer");
  return warnings;
}

/** The result, or undefined with the user's mistakes noted. */
function attempt<T>(read: () => T, problems: Problem[]): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    problems.push(...error.problems);
    return undefined;
  }
}
