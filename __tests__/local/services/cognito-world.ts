import { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import { decodeJwt } from "jose";
import { functionOf, overTls, started, type Answer, type Started } from "./world";

export const SCOPES = ["n-gateway/read", "n-gateway/write"];

export interface Machine {
  readonly poolId: string;
  readonly domain: string;
  readonly clientId: string;
  readonly secret: string;
}

/** An offline AWS with Cognito's own client. */
export async function cognitoWorld() {
  const world = await started();
  return { ...world, client: new CognitoIdentityProviderClient(world.configuration) };
}

let count = 0;

/** A pool with a domain, a resource server and a machine client; `trigger` is the source of its V3 trigger. */
export async function machineOf(
  world: Started,
  { trigger, timeout: Timeout = 5, client = {} }: { trigger?: string; timeout?: number; client?: object } = {},
): Promise<Machine> {
  const { call } = world;
  count += 1;
  const LambdaArn =
    trigger === undefined ? undefined : await functionOf(world, `trigger-${count}`, trigger, { Timeout });
  const LambdaConfig = LambdaArn && { PreTokenGenerationConfig: { LambdaArn, LambdaVersion: "V3_0" } };
  const input = { PoolName: `n-${count}`, LambdaConfig };
  const { UserPool } = await call<{ UserPool: { Id: string; Arn: string } }>("cognito-idp", "CreateUserPool", input);
  const UserPoolId = UserPool.Id;
  const domain = `n-${count}-111122223333-us-east-1`;
  await call("cognito-idp", "CreateUserPoolDomain", { Domain: domain, UserPoolId, ManagedLoginVersion: 2 });
  if (LambdaArn) {
    await call("lambda", "AddPermission", {
      FunctionName: LambdaArn,
      StatementId: "cognito",
      Action: "lambda:InvokeFunction",
      Principal: "cognito-idp.amazonaws.com",
      SourceArn: UserPool.Arn,
    });
  }
  const Scopes = ["read", "write"].map((ScopeName) => ({ ScopeName, ScopeDescription: ScopeName }));
  await call("cognito-idp", "CreateResourceServer", { UserPoolId, Identifier: "n-gateway", Name: "n", Scopes });
  const { UserPoolClient } = await call<{ UserPoolClient: { ClientId: string; ClientSecret: string } }>(
    "cognito-idp",
    "CreateUserPoolClient",
    {
      UserPoolId,
      ClientName: "machine",
      GenerateSecret: true,
      AllowedOAuthFlows: ["client_credentials"],
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthScopes: SCOPES,
      ...client,
    },
  );
  return { poolId: UserPoolId, domain, clientId: UserPoolClient.ClientId, secret: UserPoolClient.ClientSecret };
}

export const issuerOf = ({ aws }: Started, { poolId }: Pick<Machine, "poolId">) =>
  `${aws.endpoint.replace("http:", "https:")}/${poolId}`;

export interface TokenRequest {
  /** `user:password` for HTTP Basic; null for none. */
  readonly basic?: string | null;
  readonly form?: Record<string, string>;
  readonly body?: string;
  readonly contentType?: string;
}

/** What an agent sends to the token endpoint that the discovery document names. */
export async function askToken(world: Started, machine: Machine, request: TokenRequest = {}): Promise<Answer> {
  const { basic = `${machine.clientId}:${machine.secret}`, form, body, contentType } = request;
  const discovery = await overTls(world.aws, "GET", `${issuerOf(world, machine)}/.well-known/openid-configuration`);
  const headers = {
    "content-type": contentType ?? "application/x-www-form-urlencoded",
    ...(basic !== null && { authorization: `Basic ${Buffer.from(basic).toString("base64")}` }),
  };
  const text = body ?? new URLSearchParams({ grant_type: "client_credentials", ...form }).toString();
  return overTls(world.aws, "POST", String(discovery.body.token_endpoint), { headers, body: text });
}

/** The claims of the machine token that an agent gets. */
export async function claimsOf(world: Started, machine: Machine, request: TokenRequest = {}) {
  const { status, body } = await askToken(world, machine, request);
  if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
  return decodeJwt(String(body.access_token));
}
