import { ensureAttachment } from "./attachment";
import { createContext, type Context } from "./context";
import { PARAMETERS, VERBS, type Parameters, type Verb } from "./contract";
import { destroyEngine, ensureEngine } from "./engine";
import { publishEngine, publishPolicies } from "./publish";
import { rollOut } from "./rollout/run";
import { readWanted } from "./rollout/wanted";
import { throwIfAny, type Problem } from "../reporting/problem";
import type { StepLog } from "../reporting/steps";

const RUN: { [V in Verb]: (context: Context, parameters: Parameters<V>) => Promise<unknown> } = {
  "engine ensure": ensureEngine,
  "engine destroy": destroyEngine,
  "attachment ensure": ensureAttachment,
  "policies rollout": rollOutPolicies,
};

/**
 * Runs one verb with its parameters from the environment. Throws UserError for a missing or malformed
 * parameter and LifecycleError for a step that AWS refused.
 */
export async function runVerb<V extends Verb>(
  verb: V,
  environment: Readonly<Record<string, string | undefined>>,
  log: StepLog,
): Promise<void> {
  const parameters = parseParameters(verb, environment);
  const { AWS_REGION: region, ASSUME_ROLE_ARN: assumeRoleArn } = parameters;
  await RUN[verb](createContext({ region, assumeRoleArn, log }), parameters);
}

/** The same with clients that are there already. */
export async function runVerbWith<V extends Verb>(
  context: Context,
  verb: V,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  await RUN[verb](context, parseParameters(verb, environment));
}

export const isVerb = (text: string): text is Verb => VERBS.some((verb) => verb === text);

/** Rolls the policy set out, then makes sure once more that the gateway is behind the engine. */
async function rollOutPolicies(context: Context, parameters: Parameters<"policies rollout">): Promise<void> {
  const engine = await ensureAttachment(context, parameters);
  const ids = await rollOut(
    context,
    {
      engineId: engine.id,
      prefix: parameters.POLICY_NAME_PREFIX,
      replaced: parameters.REPLACE_POLICIES,
      validationMode: parameters.VALIDATION_MODE,
      propagation: parameters.PROPAGATION_SECONDS * 1_000,
    },
    readWanted(parameters.STATEMENTS, parameters.GATEWAY_ARN),
  );
  await publishEngine(context, parameters.PUBLISH_PREFIX, engine);
  await publishPolicies(context, parameters.PUBLISH_PREFIX, ids);
  await ensureAttachment(context, parameters);
}

function parseParameters<V extends Verb>(
  verb: V,
  environment: Readonly<Record<string, string | undefined>>,
): Parameters<V> {
  const result = PARAMETERS[verb].safeParse(environment);
  const problems: Problem[] = (result.error?.issues ?? []).map((issue) => ({
    where: `environment variable ${issue.path.join(".")}`,
    what: issue.message,
  }));
  throwIfAny(`${verb}: the parameters are not usable`, problems);
  return result.data as Parameters<V>;
}
