import { type Attributes, blocksOf, text } from "../value";
import { AGENTCORE } from "./agentcore-gateway";
import { block, converted, type Fields, fromApi, toApi } from "./fields";
import { importBy, type Resource } from "./resource";

const discovery: Fields = {
  oauth_discovery: block("oauthDiscovery", {
    authorization_server_metadata: block("authorizationServerMetadata", {
      authorization_endpoint: "authorizationEndpoint",
      issuer: "issuer",
      response_types: "responseTypes",
      token_endpoint: "tokenEndpoint",
    }),
    discovery_url: "discoveryUrl",
  }),
};

/** One vendor is enough here; the others differ only in the name of their block. */
const VENDOR = "customOauth2ProviderConfig";

const fields: Fields = {
  credential_provider_vendor: "credentialProviderVendor",
  name: "name",
  oauth2_provider_config: block("oauth2ProviderConfigInput", {
    custom_oauth2_provider_config: block(VENDOR, {
      ...discovery,
      client_credentials_wo_version: converted(
        "",
        () => undefined,
        () => null,
      ),
      client_id: "clientId",
      client_id_wo: "clientId",
      client_secret: "clientSecret",
      client_secret_wo: "clientSecret",
    }),
  }),
};

interface ProviderAnswer {
  readonly clientSecretArn?: object;
  readonly oauth2ProviderConfigOutput?: { readonly [VENDOR]?: object };
}

const key = (state: Attributes) => ({ name: text(state["name"]) });

export const oauth2CredentialProvider: Resource = {
  label: "Bedrock AgentCore OAuth2 Credential Provider",
  fields,
  identify: (state) => text(state["name"]) ?? "",
  importId: importBy("name"),

  create: async ({ call }, desired) => {
    await call(AGENTCORE, "CreateOauth2CredentialProvider", toApi(fields, desired));
    return { name: desired["name"] ?? null };
  },

  read: async ({ call }, state) => {
    const answer = await call<ProviderAnswer>(AGENTCORE, "GetOauth2CredentialProvider", key(state));
    const { clientSecretArn, oauth2ProviderConfigOutput = {} } = answer;
    const decided = {
      credential_provider_arn: "credentialProviderArn",
      credential_provider_vendor: "credentialProviderVendor",
      name: "name",
    };
    return {
      ...fromApi(decided, answer),
      client_secret_arn: clientSecretArn === undefined ? [] : [fromApi({ secret_arn: "secretArn" }, clientSecretArn)],
      oauth2_provider_config: [
        { custom_oauth2_provider_config: [vendorConfig(oauth2ProviderConfigOutput[VENDOR] ?? {}, state)] },
      ],
    };
  },

  update: async ({ call }, desired) => {
    await call(AGENTCORE, "UpdateOauth2CredentialProvider", toApi(fields, desired));
  },

  delete: async ({ call }, state) => {
    await call(AGENTCORE, "DeleteOauth2CredentialProvider", key(state));
  },
};

/** AWS answers the client's id, never its secret; of a write-only id nothing may reach the state. */
function vendorConfig(answer: object, state: Attributes): Attributes {
  const [config] = blocksOf(state["oauth2_provider_config"]);
  const [vendor] = blocksOf(config?.["custom_oauth2_provider_config"]);
  const isInState = text(vendor?.["client_id"]) !== undefined;
  return fromApi(isInState ? { ...discovery, client_id: "clientId" } : discovery, answer);
}
