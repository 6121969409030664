import { AwsError } from "../../core/errors";

/** A client of a user pool, as Cognito answers it. */
export interface Client {
  readonly UserPoolId: string;
  readonly ClientId: string;
  readonly ClientName: string;
  readonly ClientSecret?: string;
  readonly AllowedOAuthFlows?: readonly string[];
  readonly AllowedOAuthFlowsUserPoolClient?: boolean;
  readonly AllowedOAuthScopes?: readonly string[];
  readonly ExplicitAuthFlows?: readonly string[];
  readonly AccessTokenValidity?: number;
  readonly TokenValidityUnits?: { readonly AccessToken?: string };
  readonly CreationDate: Date;
  readonly LastModifiedDate: Date;
}

export interface ResourceServer {
  readonly UserPoolId: string;
  readonly Identifier: string;
  readonly Name: string;
  readonly Scopes: readonly { readonly ScopeName: string; readonly ScopeDescription: string }[];
}

export interface Domain {
  readonly Domain: string;
  readonly UserPoolId: string;
  readonly ManagedLoginVersion: number;
}

export interface Branding {
  readonly ManagedLoginBrandingId: string;
  readonly UserPoolId: string;
  readonly ClientId: string;
  readonly UseCognitoProvidedValues: boolean;
  readonly Settings?: unknown;
  readonly CreationDate: Date;
}

export interface User {
  readonly sub: string;
  readonly attributes: Map<string, string>;
  readonly created: Date;
  status: "FORCE_CHANGE_PASSWORD" | "CONFIRMED";
  enabled: boolean;
  password?: string;
}

export interface LambdaConfig {
  readonly PreTokenGenerationConfig?: { readonly LambdaArn: string; readonly LambdaVersion: string };
}

/** What UserPoolType holds and is read here; everything else goes in and out as it is. */
export interface PoolDescription extends Record<string, unknown> {
  readonly LambdaConfig?: LambdaConfig;
  readonly DeletionProtection?: string;
  readonly UserPoolTags?: Readonly<Record<string, string>>;
  readonly UsernameAttributes?: readonly string[];
}

export interface Pool {
  readonly id: string;
  readonly arn: string;
  readonly created: Date;
  description: PoolDescription;
  readonly clients: Map<string, Client>;
  readonly servers: Map<string, ResourceServer>;
  readonly brandings: Map<string, Branding>;
  readonly users: Map<string, User>;
}

/** All user pools, and their domains, whose names are unique in a region. */
export class Pools {
  readonly pools = new Map<string, Pool>();
  readonly domains = new Map<string, Domain>();

  find(id: string): Pool {
    const pool = this.pools.get(id);
    if (!pool) throw missing(`User pool ${id} does not exist.`);
    return pool;
  }

  client(poolId: string, clientId: string): Client {
    const client = this.find(poolId).clients.get(clientId);
    if (!client) throw missing(`User pool client ${clientId} does not exist.`);
    return client;
  }

  domainOf(poolId: string): Domain | undefined {
    return [...this.domains.values()].find(({ UserPoolId }) => UserPoolId === poolId);
  }
}

export const missing = (message: string) => new AwsError("ResourceNotFoundException", message, 400);
export const invalidParameter = (message: string) => new AwsError("InvalidParameterException", message, 400);
