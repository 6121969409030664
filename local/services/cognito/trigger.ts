import { AwsError } from "../../core/errors";
import type { LambdaInvoker } from "../lambda";
import type { Environment } from "../../core/service";
import type { Client, Pool } from "./pool";

/** Cognito waits five seconds and tries three times. Source: developer guide, "Lambda triggers". */
const TIME_LIMIT_MS = 5_000;
const TRIES = 3;

/** Claims that a trigger cannot set. Source: developer guide, "Pre token generation", and observed. */
const FIXED = new Set(
  (
    "acr amr at_hash auth_time azp exp iat iss jti nbf nonce origin_jti token_use client_id event_id version sub " +
    "username device_key identities"
  ).split(" "),
);

export interface TriggerRequest {
  readonly triggerSource: string;
  readonly userName: string;
  readonly scopes: readonly string[];
  readonly clientMetadata: Readonly<Record<string, string>> | null;
  readonly userAttributes: Readonly<Record<string, string>>;
}

/** What a trigger changes of an access token. */
export interface TokenChanges {
  readonly claims: Readonly<Record<string, unknown>>;
  readonly suppressed: readonly string[];
  readonly scopesAdded: readonly string[];
  readonly scopesSuppressed: readonly string[];
}

const NO_CHANGES: TokenChanges = { claims: {}, suppressed: [], scopesAdded: [], scopesSuppressed: [] };

/** The trigger failed, or answered what Cognito does not understand: the token request fails. */
export class TriggerError extends Error {
  override readonly name = "TriggerError";
}

/** Runs the pool's pre token generation trigger, if it has one that sees this kind of token. */
export async function runTrigger(
  pool: Pool,
  client: Client,
  request: TriggerRequest,
  { lambda, environment }: { lambda: LambdaInvoker; environment: Environment },
): Promise<TokenChanges> {
  const config = pool.description.LambdaConfig?.PreTokenGenerationConfig;
  const isMachine = request.triggerSource === "TokenGeneration_ClientCredentials";
  if (!config || (isMachine && config.LambdaVersion !== "V3_0")) return NO_CHANGES;
  if (!isPermitted(lambda, config.LambdaArn, pool)) throw new TriggerError("access denied");
  const event = eventOf(pool, client, request, environment);
  for (let attempt = 1; ; attempt += 1) {
    const answer = await withLimit(lambda.invoke(config.LambdaArn, event));
    if (answer && answer.functionError === undefined) return readAnswer(answer.payload);
    if (attempt === TRIES) throw new TriggerError("the trigger failed");
  }
}

/** A function that is gone can be invoked no more than one that does not permit it. */
function isPermitted(lambda: LambdaInvoker, functionArn: string, pool: Pool): boolean {
  try {
    return lambda.permits(functionArn, "cognito-idp.amazonaws.com", pool.arn);
  } catch (error) {
    if (error instanceof AwsError) return false;
    throw error;
  }
}

const eventOf = (pool: Pool, client: Client, request: TriggerRequest, { region }: Environment) => ({
  version: "3",
  triggerSource: request.triggerSource,
  region,
  userPoolId: pool.id,
  userName: request.userName,
  callerContext: { awsSdkVersion: "aws-sdk-unknown-unknown", clientId: client.ClientId },
  request: {
    userAttributes: request.userAttributes,
    groupConfiguration: null,
    scopes: request.scopes,
    clientMetadata: request.clientMetadata,
  },
  response: { claimsAndScopeOverrideDetails: null },
});

async function withLimit<T>(answer: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), TIME_LIMIT_MS)));
  try {
    return await Promise.race([answer, limit]);
  } finally {
    clearTimeout(timer);
  }
}

function readAnswer(payload: unknown): TokenChanges {
  if (!isRecord(payload) || !isRecord(payload.response)) throw new TriggerError("unrecognizable answer");
  const details = payload.response.claimsAndScopeOverrideDetails ?? {};
  if (!isRecord(details)) throw new TriggerError("unrecognizable answer");
  const generation = details.accessTokenGeneration ?? {};
  if (!isRecord(generation)) throw new TriggerError("unrecognizable answer");
  const claims = generation.claimsToAddOrOverride ?? {};
  if (!isRecord(claims)) throw new TriggerError("unrecognizable answer");
  const allowed = Object.entries(claims).filter(([name]) => !FIXED.has(name) && !name.startsWith("cognito:"));
  return {
    claims: Object.fromEntries(allowed),
    suppressed: texts(generation.claimsToSuppress).filter((name) => !FIXED.has(name)),
    scopesAdded: texts(generation.scopesToAdd),
    scopesSuppressed: texts(generation.scopesToSuppress),
  };
}

function texts(value: unknown): string[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value;
  throw new TriggerError("unrecognizable answer");
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
