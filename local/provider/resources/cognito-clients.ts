import { type Attributes, blocksOf, text, type Value } from "../value";
import { block, blocks, type Fields, fromApi, toApi } from "./fields";
import { importByParts, type Resource } from "./resource";

const clientFields: Fields = {
  access_token_validity: "AccessTokenValidity",
  allowed_oauth_flows: "AllowedOAuthFlows",
  allowed_oauth_flows_user_pool_client: "AllowedOAuthFlowsUserPoolClient",
  allowed_oauth_scopes: "AllowedOAuthScopes",
  auth_session_validity: "AuthSessionValidity",
  callback_urls: "CallbackURLs",
  default_redirect_uri: "DefaultRedirectURI",
  enable_propagate_additional_user_context_data: "EnablePropagateAdditionalUserContextData",
  enable_token_revocation: "EnableTokenRevocation",
  explicit_auth_flows: "ExplicitAuthFlows",
  id_token_validity: "IdTokenValidity",
  logout_urls: "LogoutURLs",
  name: "ClientName",
  prevent_user_existence_errors: "PreventUserExistenceErrors",
  read_attributes: "ReadAttributes",
  refresh_token_rotation: block("RefreshTokenRotation", {
    feature: "Feature",
    retry_grace_period_seconds: "RetryGracePeriodSeconds",
  }),
  refresh_token_validity: "RefreshTokenValidity",
  supported_identity_providers: "SupportedIdentityProviders",
  token_validity_units: block("TokenValidityUnits", {
    access_token: "AccessToken",
    id_token: "IdToken",
    refresh_token: "RefreshToken",
  }),
  user_pool_id: "UserPoolId",
  write_attributes: "WriteAttributes",
};

interface ClientAnswer {
  readonly UserPoolClient: { readonly ClientId: string };
}

const clientKey = (state: Attributes) => ({ UserPoolId: text(state["user_pool_id"]), ClientId: text(state["id"]) });

export const cognitoUserPoolClient: Resource = {
  label: "Cognito User Pool Client",
  fields: { ...clientFields, generate_secret: "GenerateSecret" },
  identify: (state) => text(state["id"]) ?? text(state["name"]) ?? "",
  importId: importByParts("user_pool_id/id"),

  create: async ({ call }, desired) => {
    const input = toApi(cognitoUserPoolClient.fields, desired);
    const { UserPoolClient } = await call<ClientAnswer>("cognito-idp", "CreateUserPoolClient", input);
    return { id: UserPoolClient.ClientId };
  },

  read: async ({ call }, state) => {
    const { UserPoolClient } = await call<ClientAnswer>("cognito-idp", "DescribeUserPoolClient", clientKey(state));
    // AWS does not say whether a secret was asked for: `generate_secret` stays as it is in the state.
    return fromApi({ ...clientFields, client_secret: "ClientSecret", id: "ClientId" }, UserPoolClient);
  },

  update: async ({ call }, desired) => {
    await call("cognito-idp", "UpdateUserPoolClient", { ...toApi(clientFields, desired), ...clientKey(desired) });
  },

  delete: async ({ call }, state) => {
    await call("cognito-idp", "DeleteUserPoolClient", clientKey(state));
  },
};

const serverFields: Fields = {
  identifier: "Identifier",
  name: "Name",
  scope: blocks("Scopes", { scope_description: "ScopeDescription", scope_name: "ScopeName" }),
  user_pool_id: "UserPoolId",
};

const serverKey = (state: Attributes) => ({
  UserPoolId: text(state["user_pool_id"]),
  Identifier: text(state["identifier"]),
});
const serverId = ({ user_pool_id, identifier }: Attributes): Value =>
  `${text(user_pool_id) ?? ""}|${text(identifier) ?? ""}`;

export const cognitoResourceServer: Resource = {
  label: "Cognito Resource Server",
  fields: serverFields,
  identify: (state) => text(serverId(state)) ?? "",
  importId: (id) => ({ ...importByParts("user_pool_id|identifier")(id), id }),

  create: async ({ call }, desired) => {
    await call("cognito-idp", "CreateResourceServer", toApi(serverFields, desired));
    return { id: serverId(desired) };
  },

  read: async ({ call }, state) => {
    const { ResourceServer } = await call<{ ResourceServer: object }>(
      "cognito-idp",
      "DescribeResourceServer",
      serverKey(state),
    );
    const read = fromApi(serverFields, ResourceServer);
    const identifier = text(read["identifier"]) ?? "";
    const scopes = blocksOf(read["scope"]).map(({ scope_name }) => `${identifier}/${text(scope_name) ?? ""}`);
    return { ...read, id: serverId(state), scope_identifiers: scopes };
  },

  update: async ({ call }, desired) => {
    await call("cognito-idp", "UpdateResourceServer", { Scopes: [], ...toApi(serverFields, desired) });
  },

  delete: async ({ call }, state) => {
    await call("cognito-idp", "DeleteResourceServer", serverKey(state));
  },
};
