import { BedrockAgentCoreControlClient } from "@aws-sdk/client-bedrock-agentcore-control";
import { SSMClient } from "@aws-sdk/client-ssm";
import { fromNodeProviderChain, fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import type { StepLog } from "../reporting/steps";
import { PATIENCE, retrying, type Patience } from "./retry";

/** What every step of the lifecycle works with. */
export interface Context {
  readonly control: BedrockAgentCoreControlClient;
  readonly ssm: SSMClient;
  readonly log: StepLog;
  readonly patience: Patience;
  /**
   * What AWS's clock showed in its last answer, in epoch milliseconds; 0 before the first, or where it sent
   * no date. Ages are taken from this clock alone: the machine's own may be wrong.
   */
  readonly serverTime: () => number;
}

export type Tags = Readonly<Record<string, string>>;

/**
 * Clients for one run. Where the Terraform provider assumes a role, so do they: local-exec inherits nothing
 * from the provider block. The SDK's own retries are off, because ours tell why they wait.
 */
export function createContext(options: {
  region: string;
  assumeRoleArn: string;
  log: StepLog;
  patience?: Patience;
}): Context {
  const { region, assumeRoleArn, log, patience = PATIENCE } = options;
  const config = {
    region,
    maxAttempts: 1,
    // Without the last of these the SDK only warns, and waits for ever; the third is for an answer that stalls half-way.
    requestHandler: {
      connectionTimeout: 5_000,
      requestTimeout: patience.answer,
      socketTimeout: patience.answer,
      throwOnRequestTimeout: true,
    },
    credentials: credentialsFor(region, assumeRoleArn),
  };
  const control = new BedrockAgentCoreControlClient(config);
  return { control, ssm: new SSMClient(config), log, patience, serverTime: watchServerTime(control) };
}

/** The environment's credentials, or those of a role that they may assume. */
export function credentialsFor(region: string, assumeRoleArn: string) {
  if (!assumeRoleArn) return fromNodeProviderChain({ clientConfig: { region } });
  const params = { RoleArn: assumeRoleArn, RoleSessionName: "gateway-policy-lifecycle" };
  return fromTemporaryCredentials({ params, clientConfig: { region } });
}

function watchServerTime(client: BedrockAgentCoreControlClient): () => number {
  let time = 0;
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const { headers } = result.response as { headers?: Record<string, string> };
      time = Date.parse(headers?.date ?? "") || 0;
      return result;
    },
    { step: "deserialize", priority: "low" },
  );
  return () => time;
}

/** Calls AWS until the answer is final: transient errors, and those that `also` names, are tried again. */
export function request<T>(
  context: Context,
  what: string,
  attempt: () => Promise<T>,
  also?: (error: unknown) => boolean,
): Promise<T> {
  return retrying(what, attempt, { log: context.log, patience: context.patience, also });
}
