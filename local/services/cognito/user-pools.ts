import { randomText } from "../../core/identifiers";
import type { Environment } from "../../core/service";
import { invalidParameter, type Pool, type PoolDescription, type Pools } from "./pool";

/** What CreateUserPool fills in. Source: its API reference and the answers of a new pool. */
const DEFAULTS: PoolDescription = {
  DeletionProtection: "INACTIVE",
  MfaConfiguration: "OFF",
  UserPoolTier: "ESSENTIALS",
  AdminCreateUserConfig: { AllowAdminCreateUserOnly: false, UnusedAccountValidityDays: 7 },
  EmailConfiguration: { EmailSendingAccount: "COGNITO_DEFAULT" },
  UsernameConfiguration: { CaseSensitive: false },
  VerificationMessageTemplate: { DefaultEmailOption: "CONFIRM_WITH_CODE" },
};

const PASSWORD_POLICY = {
  MinimumLength: 8,
  RequireUppercase: true,
  RequireLowercase: true,
  RequireNumbers: true,
  RequireSymbols: true,
  TemporaryPasswordValidityDays: 7,
};

type Input = PoolDescription & {
  readonly PoolName?: string;
  readonly UserPoolId?: string;
  readonly Schema?: Record<string, unknown>[];
};

/** CreateUserPool and its kin. */
export const userPoolOperations = (pools: Pools, environment: Environment) => ({
  CreateUserPool: ({ PoolName = "", Schema = [], ...input }: Input) => {
    checkName(PoolName);
    const id = `${environment.region}_${randomText(9)}`;
    const { partition, region, accountId } = environment;
    const pool: Pool = {
      id,
      arn: `arn:${partition}:cognito-idp:${region}:${accountId}:userpool/${id}`,
      created: new Date(),
      description: complete({
        ...input,
        Name: PoolName,
        SchemaAttributes: schemaOf(Schema),
      }),
      clients: new Map(),
      servers: new Map(),
      brandings: new Map(),
      users: new Map(),
    };
    checkTrigger(pool.description);
    pools.pools.set(id, pool);
    environment.events.record({ kind: "change", type: "user-pool", id, state: { name: PoolName } });
    return { UserPool: describe(pools, pool) };
  },

  DescribeUserPool: ({ UserPoolId = "" }: Input) => ({ UserPool: describe(pools, pools.find(UserPoolId)) }),

  /** What is left out goes back to its default, as at AWS; schema and sign-in stay, and the name unless another is given. */
  UpdateUserPool: ({ UserPoolId = "", PoolName, ...input }: Input) => {
    const pool = pools.find(UserPoolId);
    const Name = PoolName ?? String(pool.description.Name);
    checkName(Name);
    const { SchemaAttributes, UsernameAttributes, UsernameConfiguration, AliasAttributes } = pool.description;
    const description = complete({
      ...input,
      Name,
      SchemaAttributes,
      UsernameAttributes,
      UsernameConfiguration,
      AliasAttributes,
    });
    checkTrigger(description);
    pool.description = description;
    environment.events.record({ kind: "change", type: "user-pool", id: pool.id, state: { name: Name } });
    return {};
  },

  DeleteUserPool: ({ UserPoolId = "" }: Input) => {
    const pool = pools.find(UserPoolId);
    if (pool.description.DeletionProtection === "ACTIVE") {
      throw invalidParameter(
        "The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first.",
      );
    }
    if (pools.domainOf(pool.id))
      throw invalidParameter("User pool cannot be deleted. It has a domain configured that should be deleted first.");
    pools.pools.delete(pool.id);
    environment.events.record({ kind: "change", type: "user-pool", id: pool.id, state: "deleted" });
    return {};
  },

  GetUserPoolMfaConfig: ({ UserPoolId = "" }: Input) => ({
    MfaConfiguration: pools.find(UserPoolId).description.MfaConfiguration,
  }),

  ListTagsForResource: ({ ResourceArn }: { ResourceArn: string }) => ({
    Tags: byArn(pools, ResourceArn).description.UserPoolTags ?? {},
  }),
  TagResource: ({ ResourceArn, Tags }: { ResourceArn: string; Tags: Record<string, string> }) => {
    const pool = byArn(pools, ResourceArn);
    pool.description = { ...pool.description, UserPoolTags: { ...pool.description.UserPoolTags, ...Tags } };
    return {};
  },
  UntagResource: ({ ResourceArn, TagKeys }: { ResourceArn: string; TagKeys: string[] }) => {
    const pool = byArn(pools, ResourceArn);
    const kept = Object.entries(pool.description.UserPoolTags ?? {}).filter(([key]) => !TagKeys.includes(key));
    pool.description = { ...pool.description, UserPoolTags: Object.fromEntries(kept) };
    return {};
  },
});

function checkName(name: string): void {
  if (!/^[\w\s+=,.@-]{1,128}$/.test(name))
    throw invalidParameter("poolName must be 1 to 128 characters of [\\w\\s+=,.@-]");
}

function complete(description: PoolDescription): PoolDescription {
  const given = Object.fromEntries(Object.entries(description).filter(([, value]) => value !== undefined));
  const policies = (given.Policies ?? {}) as Record<string, object>;
  return {
    ...DEFAULTS,
    ...given,
    AdminCreateUserConfig: {
      ...(DEFAULTS.AdminCreateUserConfig as object),
      ...(given.AdminCreateUserConfig as object | undefined),
    },
    Policies: {
      SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD"] },
      ...policies,
      PasswordPolicy: { ...PASSWORD_POLICY, ...policies.PasswordPolicy },
    },
  };
}

/** Machine tokens reach a trigger of version 3 alone, which the Lite tier does not have. */
function checkTrigger({ LambdaConfig, UserPoolTier }: PoolDescription): void {
  if (
    LambdaConfig?.PreTokenGenerationConfig &&
    UserPoolTier === "LITE" &&
    LambdaConfig.PreTokenGenerationConfig.LambdaVersion !== "V1_0"
  ) {
    throw invalidParameter("PreTokenGeneration Lambda trigger version is not supported in the LITE tier.");
  }
}

function describe(pools: Pools, pool: Pool) {
  return {
    ...pool.description,
    Id: pool.id,
    Arn: pool.arn,
    Domain: pools.domainOf(pool.id)?.Domain,
    EstimatedNumberOfUsers: pool.users.size,
    CreationDate: pool.created,
    LastModifiedDate: pool.created,
  };
}

function byArn(pools: Pools, arn: string): Pool {
  return pools.find(arn.slice(arn.lastIndexOf("/") + 1));
}

/**
 * OIDC's standard attributes, which every pool has, with their types. Shortened to what a reader needs.
 * Source: Cognito's answer to DescribeUserPool, as the AWS provider's user_pool.go lists it.
 */
const STANDARD_ATTRIBUTES: Readonly<Record<string, object>> = {
  sub: { ...lengths(1), Mutable: false, Required: true },
  email: lengths(0),
  email_verified: { AttributeDataType: "Boolean" },
  name: lengths(0),
  phone_number: lengths(0),
};

function lengths(least: number): object {
  return {
    AttributeDataType: "String",
    StringAttributeConstraints: { MinLength: String(least), MaxLength: "2048" },
  };
}

/** The pool's schema: what was asked for, completed, after the standard attributes that were not. */
function schemaOf(asked: readonly Record<string, unknown>[]): object[] {
  const defaults = { DeveloperOnlyAttribute: false, Mutable: true, Required: false };
  const others = Object.keys(STANDARD_ATTRIBUTES).filter((name) => !asked.some(({ Name }) => Name === name));
  return [...others.map((Name) => ({ Name })), ...asked].map((attribute) => ({
    ...defaults,
    ...STANDARD_ATTRIBUTES[String(attribute.Name)],
    ...attribute,
  }));
}
