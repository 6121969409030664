import { AwsError } from "../../core/errors";
import type { AwsApi, Caller, Environment } from "../../core/service";
import type { Context } from "../resources/resource";
import { type Attributes, blocksOf, elements, stringMap, text } from "../value";
import { operationError } from "./errors";

/** One configured provider block of one Terraform process: who calls AWS, where, and with which default tags. */
export interface Session {
  readonly context: Context;
  readonly region: string;
  readonly defaultTags: Record<string, string>;
}

export interface SessionOptions {
  readonly api: AwsApi;
  readonly environment: Environment;
  readonly moduleDirectories: readonly string[];
}

/**
 * Configures a session from a provider block, assuming its role if it names one.
 * @throws Error when the region or account is not the offline AWS's, or the role cannot be assumed
 */
export async function configureSession(options: SessionOptions, config: Attributes): Promise<Session> {
  const { environment } = options;
  const region = text(config["region"]) ?? environment.region;
  if (region !== environment.region) {
    throw new Error(`this offline AWS is region ${environment.region}; the provider is configured for ${region}`);
  }
  checkAccount(environment.accountId, config);
  const user: Caller = {
    arn: `arn:${environment.partition}:iam::${environment.accountId}:user/terraform`,
    via: "terraform",
  };
  const caller = await assumedRole(options, config, user);
  const defaultTags = Object.assign(
    {},
    ...blocksOf(config["default_tags"]).map(({ tags }) => stringMap(tags)),
  ) as Record<string, string>;
  return { context: contextFor(options, region, caller), region, defaultTags };
}

function contextFor({ api, environment, moduleDirectories }: SessionOptions, region: string, caller: Caller): Context {
  return {
    environment,
    region,
    moduleDirectories,
    call: async (service, operation, input) => {
      try {
        return await api.call(service, operation, input, caller);
      } catch (error) {
        throw error instanceof AwsError ? operationError(service, operation, error) : error;
      }
    },
  };
}

function checkAccount(accountId: string, config: Attributes): void {
  const allowed = elements(config["allowed_account_ids"]);
  const forbidden = elements(config["forbidden_account_ids"]);
  if ((allowed.length > 0 && !allowed.includes(accountId)) || forbidden.includes(accountId)) {
    throw new Error(`AWS account ID not allowed: ${accountId}`);
  }
}

async function assumedRole(options: SessionOptions, config: Attributes, user: Caller): Promise<Caller> {
  const [block] = blocksOf(config["assume_role"]);
  const roleArn = text(block?.["role_arn"]);
  if (roleArn === undefined) return user;
  const { call } = contextFor(options, options.environment.region, user);
  const { AssumedRoleUser } = await call<{ AssumedRoleUser: { Arn: string } }>("sts", "AssumeRole", {
    RoleArn: roleArn,
    RoleSessionName: text(block?.["session_name"]) ?? "terraform",
    ...(text(block?.["external_id"]) === undefined ? {} : { ExternalId: text(block?.["external_id"]) }),
  });
  return { arn: AssumedRoleUser.Arn, via: "terraform" };
}
