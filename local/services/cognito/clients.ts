import { AwsError } from "../../core/errors";
import { randomText } from "../../core/identifiers";
import type { Environment } from "../../core/service";
import { invalidParameter, missing, type Client, type Pools, type ResourceServer } from "./pool";

type ClientInput = Partial<Client> & {
  readonly UserPoolId: string;
  readonly GenerateSecret?: boolean;
  readonly MaxResults?: number;
};

/** What CreateUserPoolClient fills in. Source: its API reference. */
const DEFAULTS = {
  RefreshTokenValidity: 30,
  AuthSessionValidity: 3,
  EnableTokenRevocation: true,
  EnablePropagateAdditionalUserContextData: false,
  AllowedOAuthFlowsUserPoolClient: false,
  PreventUserExistenceErrors: "ENABLED",
};

const OPENID_SCOPES = ["phone", "email", "openid", "profile", "aws.cognito.signin.user.admin"];

/** CreateUserPoolClient, CreateResourceServer and their kin. */
export const clientOperations = (pools: Pools, environment: Environment) => ({
  CreateUserPoolClient: ({ GenerateSecret, ...input }: ClientInput) => {
    const pool = pools.find(input.UserPoolId);
    const now = new Date();
    const client: Client = {
      ...DEFAULTS,
      ...input,
      ClientName: input.ClientName ?? "",
      ClientId: randomText(26),
      ...(GenerateSecret && { ClientSecret: randomText(51) }),
      CreationDate: now,
      LastModifiedDate: now,
    };
    check(client, pool.servers);
    pool.clients.set(client.ClientId, client);
    environment.events.record({
      kind: "change",
      type: "user-pool-client",
      id: client.ClientId,
      state: { name: client.ClientName },
    });
    return { UserPoolClient: client };
  },

  DescribeUserPoolClient: ({ UserPoolId, ClientId = "" }: ClientInput) => ({
    UserPoolClient: pools.client(UserPoolId, ClientId),
  }),

  /** What is left out goes back to its default; the secret stays. */
  UpdateUserPoolClient: ({ ClientId = "", ...input }: ClientInput) => {
    const { ClientName, ClientSecret, CreationDate } = pools.client(input.UserPoolId, ClientId);
    const client: Client = {
      ...DEFAULTS,
      ...input,
      ClientName: input.ClientName ?? ClientName,
      ClientId,
      ...(ClientSecret && { ClientSecret }),
      CreationDate,
      LastModifiedDate: new Date(),
    };
    const pool = pools.find(input.UserPoolId);
    check(client, pool.servers);
    pool.clients.set(ClientId, client);
    return { UserPoolClient: client };
  },

  DeleteUserPoolClient: ({ UserPoolId, ClientId = "" }: ClientInput) => {
    pools.client(UserPoolId, ClientId);
    pools.find(UserPoolId).clients.delete(ClientId);
    environment.events.record({ kind: "change", type: "user-pool-client", id: ClientId, state: "deleted" });
    return {};
  },

  ListUserPoolClients: ({ UserPoolId }: ClientInput) => ({
    UserPoolClients: [...pools.find(UserPoolId).clients.values()].map(({ ClientId, ClientName }) => ({
      ClientId,
      ClientName,
      UserPoolId,
    })),
  }),

  CreateResourceServer: (server: ResourceServer) => {
    const { servers } = pools.find(server.UserPoolId);
    if (servers.has(server.Identifier))
      throw invalidParameter(`${server.Identifier} already exists in user pool ${server.UserPoolId}.`);
    servers.set(server.Identifier, { ...server, Scopes: server.Scopes ?? [] });
    environment.events.record({ kind: "change", type: "resource-server", id: server.Identifier, state: {} });
    return { ResourceServer: server };
  },
  DescribeResourceServer: (key: ResourceServer) => ({ ResourceServer: findServer(pools, key) }),
  UpdateResourceServer: (server: ResourceServer) => {
    findServer(pools, server);
    pools.find(server.UserPoolId).servers.set(server.Identifier, server);
    return { ResourceServer: server };
  },
  DeleteResourceServer: (key: ResourceServer) => {
    findServer(pools, key);
    pools.find(key.UserPoolId).servers.delete(key.Identifier);
    environment.events.record({ kind: "change", type: "resource-server", id: key.Identifier, state: "deleted" });
    return {};
  },
});

function findServer(pools: Pools, { UserPoolId, Identifier }: ResourceServer): ResourceServer {
  const server = pools.find(UserPoolId).servers.get(Identifier);
  if (!server) throw missing(`Resource server ${Identifier} does not exist.`);
  return server;
}

function check(client: Client, servers: ReadonlyMap<string, ResourceServer>): void {
  const { AllowedOAuthFlows = [], AllowedOAuthScopes = [], AllowedOAuthFlowsUserPoolClient, ClientSecret } = client;
  if (!/^[\w\s+=,.@-]{1,128}$/.test(client.ClientName))
    throw invalidParameter("clientName must be 1 to 128 characters of [\\w\\s+=,.@-]");
  if (AllowedOAuthFlowsUserPoolClient && (AllowedOAuthFlows.length === 0 || AllowedOAuthScopes.length === 0)) {
    throw invalidParameter(
      "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows.",
    );
  }
  checkScopes(AllowedOAuthScopes, servers);
  if (!AllowedOAuthFlows.includes("client_credentials")) return;
  if (AllowedOAuthFlows.length > 1)
    throw invalidFlow("client_credentials flow can not be selected along with code flow or implicit flow.");
  if (!ClientSecret)
    throw invalidFlow("client_credentials flow can not be selected if client does not have a client secret.");
}

function checkScopes(scopes: readonly string[], servers: ReadonlyMap<string, ResourceServer>): void {
  const own = [...servers.values()].flatMap(({ Identifier, Scopes }) =>
    Scopes.map(({ ScopeName }) => `${Identifier}/${ScopeName}`),
  );
  const unknown = scopes.find((scope) => ![...own, ...OPENID_SCOPES].includes(scope));
  if (unknown !== undefined)
    throw new AwsError("ScopeDoesNotExistException", `Invalid scope requested: ${unknown}`, 400);
}

const invalidFlow = (message: string) => new AwsError("InvalidOAuthFlowException", message, 400);
