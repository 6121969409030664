import { controlPlane, type ControlPlane } from "../control-plane";
import type { Refusal } from "../refusal";
import {
  REQUIRED,
  agentCore,
  atMost,
  invalid,
  long,
  matching,
  model,
  oauth2Rules,
  oneOfThese,
  refused,
  rules,
} from "../rows";

const DISCOVERY = "https://example.com/.well-known/openid-configuration";
const CONFIG = { oauthDiscovery: { discoveryUrl: DISCOVERY }, clientId: "client", clientSecret: "not-in-any-text" };
const AT = "oauth2ProviderConfigInput.customOauth2ProviderConfig";
const NAME = "const providerName = text(/[a-zA-Z0-9\\-_]+/, 1, 128);";

const create = { operation: "CreateOauth2CredentialProvider" } as const;
const provider = (members: object = {}, config: object = {}) => ({
  name: "another-provider",
  credentialProviderVendor: "CustomOauth2",
  oauth2ProviderConfigInput: { customOauth2ProviderConfig: { ...CONFIG, ...config } },
  ...members,
});

const members: Refusal<ControlPlane>[] = [
  invalid({
    ...create,
    with: "no name",
    input: provider({ name: undefined }),
    at: "name",
    must: REQUIRED,
    source: model("CreateOauth2CredentialProviderRequest"),
    takenOut: oauth2Rules("  name: providerName,\n", '  name: providerName.default("unnamed"),\n'),
  }),
  ...["a b", "a.b"].map((name) =>
    invalid({
      ...create,
      with: `the name ${JSON.stringify(name)}`,
      input: provider({ name }),
      at: "name",
      must: matching("[a-zA-Z0-9\\-_]+"),
      source: model("CredentialProviderName"),
      takenOut: oauth2Rules(NAME, "const providerName = z.string();"),
    }),
  ),
  invalid({
    ...create,
    with: "a name of 129 characters",
    input: provider({ name: long(129) }),
    at: "name",
    must: atMost(128),
    source: model("CredentialProviderName"),
    takenOut: oauth2Rules(NAME, NAME.replace("128", "129")),
  }),
  invalid({
    ...create,
    with: "a vendor that there is not",
    input: provider({ credentialProviderVendor: "NobodyOauth2" }),
    at: "credentialProviderVendor",
    must: oneOfThese("CustomOauth2"),
    source: `${model("CredentialProviderVendorType")}, of which one is offered here`,
    takenOut: oauth2Rules('z.enum(["CustomOauth2"])', 'z.enum(["CustomOauth2"]).catch("CustomOauth2")'),
  }),
  ...(["oauthDiscovery", "clientId", "clientSecret"] as const).map((member) =>
    invalid({
      ...create,
      with: `no ${member}`,
      input: provider({}, { [member]: undefined }),
      at: `${AT}.${member}`,
      must: REQUIRED,
      source: model("CustomOauth2ProviderConfigInput"),
      takenOut: {
        oauthDiscovery: oauth2Rules("}),\n      clientId,", "}).optional(),\n      clientId,"),
        clientId: oauth2Rules("const clientId = text(undefined, 1, 256);", 'const clientId = z.string().default("x");'),
        clientSecret: oauth2Rules(
          "const clientSecret = text(undefined, 1, 2048);",
          'const clientSecret = z.string().default("x");',
        ),
      }[member],
    }),
  ),
  invalid({
    ...create,
    with: "a client secret of 2,049 characters",
    input: provider({}, { clientSecret: long(2_049) }),
    at: `${AT}.clientSecret`,
    must: atMost(2_048),
    source: model("ClientSecretType"),
    takenOut: oauth2Rules(
      "const clientSecret = text(undefined, 1, 2048);",
      "const clientSecret = text(undefined, 1, 2049);",
    ),
  }),
  invalid({
    ...create,
    with: "a discovery URL that is none",
    input: provider({}, { oauthDiscovery: { discoveryUrl: "https://example.com" } }),
    at: `${AT}.oauthDiscovery.discoveryUrl`,
    must: matching(".+\\/\\.well-known\\/(openid-configuration|oauth-authorization-server)"),
    source: model("DiscoveryUrlType"),
    takenOut: oauth2Rules(
      "text(/.+\\/\\.well-known\\/(openid-configuration|oauth-authorization-server)/)",
      "z.string()",
    ),
  }),
  refused({
    ...create,
    with: "the name of another provider",
    input: async ({ make }: ControlPlane) => {
      await make("CreateOauth2CredentialProvider", provider({ name: "taken" }));
      return provider({ name: "taken" });
    },
    answer: [409, "ConflictException", "Credential provider with name: taken already exists"],
    source: "API reference, CreateOauth2CredentialProvider: ConflictException; [open] its text",
    takenOut: agentCore("credential-providers", "if (credentialProviders.get(name)) throw", "if (false) throw"),
  }),
  invalid({
    operation: "ListOauth2CredentialProviders",
    with: "pages of 21",
    input: { maxResults: 21 },
    at: "maxResults",
    must: "have value less than or equal to 20",
    source: model("ListOauth2CredentialProvidersRequest"),
    takenOut: rules(
      "ListOauth2CredentialProviders: z.object(page(20)),",
      "ListOauth2CredentialProviders: z.object(page(21)),",
    ),
  }),
];

const NAMED = [
  "GetOauth2CredentialProvider",
  "UpdateOauth2CredentialProvider",
  "DeleteOauth2CredentialProvider",
] as const;

const unknown = NAMED.map((operation) =>
  refused({
    operation,
    with: "a name that no provider has",
    input: provider({ name: "nobody" }),
    answer: [404, "ResourceNotFoundException", "Credential provider nobody not found"],
    source: `API reference, ${operation}: ResourceNotFoundException`,
    takenOut: agentCore(
      "credential-providers",
      "const found = credentialProviders.get(name);",
      "const found = credentialProviders.get(name) ?? ({ id: name, config: {} } as CredentialProvider);",
    ),
  }),
);

export const surface = controlPlane("OAuth2 credential providers", "credential-providers", [...members, ...unknown]);
