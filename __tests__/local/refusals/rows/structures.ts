import type { OperationName } from "../../../../local/agentcore/rules/operations";
import type { Mutant } from "../../../support/mutant";
import { controlPlane, gatewayOf, policyOf, sameGateway, targetOf, type ControlPlane } from "../control-plane";
import type { Refusal } from "../refusal";
import {
  LAMBDA_PATTERN,
  REQUIRED,
  agentCore,
  atLeast,
  atMost,
  endpointRules,
  gatewayRules,
  invalid,
  long,
  matching,
  model,
  oauth2Rules,
  oneOfThese,
  rules,
  targetRules,
} from "../rows";

type Row = Refusal<ControlPlane>;
/** What is wrong, the members that are wrong in this way, where, what must be, its shape in the API model. */
type Wrong = readonly [what: string, members: object, at: string, must: string, shape: string, takenOut: Mutant];

const rowsOf =
  (operation: OperationName, within: string, input: (world: ControlPlane, members: object) => object) =>
  (...wrongs: readonly Wrong[]): Row[] =>
    wrongs.map(([what, members, at, must, shape, takenOut]) =>
      invalid({
        operation,
        with: what,
        input: (world: ControlPlane) => input(world, members),
        at: [within, at].filter(Boolean).join("."),
        must,
        source: model(shape),
        takenOut,
      }),
    );

const JWT = "authorizerConfiguration.customJWTAuthorizer";
const DISCOVERY = "https://example.com/.well-known/openid-configuration";
const authorizers = rowsOf("CreateGateway", JWT, (world, members) =>
  gatewayOf(world, { authorizerConfiguration: { customJWTAuthorizer: { discoveryUrl: DISCOVERY, ...members } } }),
);
const updates = rowsOf("UpdateGateway", "", sameGateway);
const targets = rowsOf("CreateGatewayTarget", "", targetOf);
const credentials = rowsOf(
  "CreateGatewayTarget",
  "credentialProviderConfigurations.1.member.credentialProvider",
  (world, credentialProvider) =>
    targetOf(world, {
      credentialProviderConfigurations: [{ credentialProviderType: "GATEWAY_IAM_ROLE", credentialProvider }],
    }),
);
const providers = rowsOf(
  "CreateOauth2CredentialProvider",
  "oauth2ProviderConfigInput.customOauth2ProviderConfig",
  (_, members) => ({
    name: "another-provider",
    credentialProviderVendor: "CustomOauth2",
    oauth2ProviderConfigInput: {
      customOauth2ProviderConfig: {
        oauthDiscovery: { discoveryUrl: DISCOVERY },
        clientId: "client",
        clientSecret: "not-in-any-text",
        ...members,
      },
    },
  }),
);

/** Takes out what a rule says behind its type. */
const without = (change: (find: string, replace: string) => Mutant, rule: string, part: string): Mutant =>
  change(rule, rule.replace(part, ""));
const anyOf = (change: (find: string, replace: string) => Mutant, rule: string): Mutant => change(rule, "z.string()");

const VPC = {
  vpcIdentifier: `vpc-${long(8)}`,
  subnetIds: [`subnet-${long(8)}`],
  endpointIpAddressType: "IPV4",
};
const vpc = (members: object) => ({ privateEndpoint: { managedVpcResource: { ...VPC, ...members } } });
const LATTICE =
  "((rcfg-[0-9a-z]{17})|(arn:[a-z0-9-]+:vpc-lattice:[a-zA-Z0-9-]+:\\d{12}:resourceconfiguration\\/rcfg-[0-9a-z]{17}))";
const lattice = (resourceConfigurationIdentifier: string) => ({
  selfManagedLatticeResource: { resourceConfigurationIdentifier },
});
const OVERRIDE = { domain: "example.com", privateEndpoint: lattice(`rcfg-${long(17)}`) };
const ENDPOINTS = "[selfManagedLatticeResource, managedVpcResource]";
const MANY = agentCore("check", ".length === 1, { message }", ".length >= 1, { message }");
const UNKNOWN = agentCore("check", ".strictObject(shape,", ".object(shape,");

const endpoints = targets(
  [
    "a private endpoint of two kinds",
    { privateEndpoint: { ...vpc({}).privateEndpoint, ...lattice(`rcfg-${long(17)}`) } },
    "privateEndpoint",
    `have exactly one of: ${ENDPOINTS}`,
    "PrivateEndpoint, a union",
    MANY,
  ],
  [
    "a private endpoint that is a text",
    { privateEndpoint: "vpc" },
    "privateEndpoint",
    "be of type object",
    "PrivateEndpoint",
    rules("  privateEndpoint: privateEndpoint.optional(),", "  privateEndpoint: z.any().optional(),"),
  ],
  [
    "a private endpoint of no resource configuration",
    { privateEndpoint: lattice(long(22)) },
    "privateEndpoint.selfManagedLatticeResource.resourceConfigurationIdentifier",
    matching(LATTICE),
    "ResourceConfigurationIdentifier",
    anyOf(endpointRules, "text(LATTICE, 20, 2048)"),
  ],
  ...(["vpcIdentifier", "subnetIds", "endpointIpAddressType"] as const).map((member): Wrong => [
    `a private endpoint that has no ${member}`,
    vpc({ [member]: undefined }),
    `privateEndpoint.managedVpcResource.${member}`,
    REQUIRED,
    "ManagedVpcResource",
    {
      vpcIdentifier: endpointRules("{17}))/),\n    subnetIds", "{17}))/).optional(),\n    subnetIds"),
      subnetIds: endpointRules("{8,17}/)),", "{8,17}/)).optional(),"),
      endpointIpAddressType: endpointRules('z.enum(["IPV4", "IPV6"])', 'z.enum(["IPV4", "IPV6"]).optional()'),
    }[member],
  ]),
  [
    "a private endpoint in no VPC",
    vpc({ vpcIdentifier: "my-vpc" }),
    "privateEndpoint.managedVpcResource.vpcIdentifier",
    matching("vpc-(([0-9a-z]{8})|([0-9a-z]{17}))"),
    "VpcIdentifier",
    anyOf(endpointRules, "text(/vpc-(([0-9a-z]{8})|([0-9a-z]{17}))/)"),
  ],
  [
    "a private endpoint of another kind of address",
    vpc({ endpointIpAddressType: "IPV5" }),
    "privateEndpoint.managedVpcResource.endpointIpAddressType",
    oneOfThese("IPV4", "IPV6"),
    "EndpointIpAddressType",
    anyOf(endpointRules, 'z.enum(["IPV4", "IPV6"])'),
  ],
  [
    "a private endpoint with six security groups",
    vpc({ securityGroupIds: Array(6).fill(`sg-${long(8)}`) }),
    "privateEndpoint.managedVpcResource.securityGroupIds",
    atMost(5),
    "SecurityGroupIds",
    endpointRules("      .max(5)\n      .optional(),", "      .optional(),"),
  ],
);

const inbound = [
  ...authorizers(
    [
      "an authorizer with six overrides of its private endpoint",
      { privateEndpointOverrides: Array(6).fill(OVERRIDE) },
      "privateEndpointOverrides",
      atMost(5),
      "PrivateEndpointOverrides",
      without(endpointRules, ", privateEndpoint })).max(5)", ".max(5)"),
    ],
    [
      "an override of a private endpoint that has no domain",
      { privateEndpointOverrides: [{ ...OVERRIDE, domain: undefined }] },
      "privateEndpointOverrides.1.member.domain",
      REQUIRED,
      "PrivateEndpointOverride",
      endpointRules("domain: text(undefined, 1, 253)", "domain: text(undefined, 1, 253).optional()"),
    ],
    [
      "an authorizer with 51 advertised scopes",
      { advertisedScopeMapping: Object.fromEntries([...Array(51).keys()].map((n) => [`s${n}`, "s"])) },
      "advertisedScopeMapping",
      atMost(50),
      "CustomJWTAuthorizerConfiguration: advertisedScopeMapping",
      gatewayRules("mapOf(scope, scope, 0, 50)", "mapOf(scope, scope, 0, 51)"),
    ],
    [
      "an authorizer whose hosting environments are none",
      { allowedWorkloadConfiguration: { hostingEnvironments: [] } },
      "allowedWorkloadConfiguration.hostingEnvironments",
      atLeast(1),
      "AllowedWorkloadConfiguration",
      without(gatewayRules, "1011) }))\n          .min(1)", "\n          .min(1)"),
    ],
    [
      "an authorizer with a workload identity of two characters",
      { allowedWorkloadConfiguration: { workloadIdentities: ["ab"] } },
      "allowedWorkloadConfiguration.workloadIdentities.1.member",
      atLeast(3),
      "AllowedWorkloadConfiguration",
      gatewayRules("/, 3, 255)", "/, 2, 255)"),
    ],
  ),
  ...rowsOf("CreateGateway", "interceptorConfigurations.1.member.inputConfiguration.payloadFilter", (world, filter) =>
    gatewayOf(world, {
      interceptorConfigurations: [
        {
          interceptor: { lambda: { arn: "arn:aws:lambda:us-east-1:111122223333:function:demo" } },
          interceptionPoints: ["RESPONSE"],
          inputConfiguration: { passRequestHeaders: false, payloadFilter: filter },
        },
      ],
    }),
  )(
    [
      "an interceptor's filter that filters nothing",
      {},
      "exclude",
      REQUIRED,
      "InterceptorPayloadFilter",
      gatewayRules('z.enum(["RESPONSE_BODY"]) }))', 'z.enum(["RESPONSE_BODY"]) })).optional()'),
    ],
    [
      "an interceptor's filter of a part that there is not",
      { exclude: [{ field: "REQUEST_BODY" }] },
      "exclude.1.member.field",
      oneOfThese("RESPONSE_BODY"),
      "InterceptorPayloadExclusion",
      anyOf(gatewayRules, 'z.enum(["RESPONSE_BODY"])'),
    ],
  ),
  ...updates(
    [
      "another mode of failure of its firewall",
      { wafConfiguration: { failureMode: "OPEN" } },
      "wafConfiguration.failureMode",
      oneOfThese("FAIL_CLOSE", "FAIL_OPEN"),
      "WafFailureMode",
      anyOf(gatewayRules, 'z.enum(["FAIL_CLOSE", "FAIL_OPEN"])'),
    ],
    [
      "a transformation that is no ARN of a function",
      { customTransformConfiguration: { lambda: { arn: "demo-transform" } } },
      "customTransformConfiguration.lambda.arn",
      matching(LAMBDA_PATTERN),
      "LambdaTransformConfiguration",
      gatewayRules("arn: lambdaArn.optional()", "arn: z.string().optional()"),
    ],
  ),
];

const SCOPES = "scopes: z.array(text(undefined, 1, 64)).max(100),";
const oauth = { providerArn: "arn:aws:bedrock-agentcore:us-east-1:111122223333:token-vault/default/x/y", scopes: [] };

const outbound = [
  ...targets(
    ...(
      [
        ["allowedRequestHeaders", 100],
        ["allowedQueryParameters", 40],
        ["allowedResponseHeaders", 100],
      ] as const
    ).map(([member, longest]): Wrong => [
      `one of its ${member} of ${longest + 1} characters`,
      { metadataConfiguration: { [member]: [long(longest + 1)] } },
      `metadataConfiguration.${member}.1.member`,
      atMost(longest),
      "MetadataConfiguration",
      targetRules(`${member}: names(${longest})`, `${member}: names(${longest + 1})`),
    ]),
    [
      "eleven allowed request headers",
      { metadataConfiguration: { allowedRequestHeaders: Array(11).fill("x") } },
      "metadataConfiguration.allowedRequestHeaders",
      atMost(10),
      "AllowedRequestHeaders",
      targetRules(".max(10)", ".max(11)"),
    ],
    [
      "allowed request headers that are none",
      { metadataConfiguration: { allowedRequestHeaders: [] } },
      "metadataConfiguration.allowedRequestHeaders",
      atLeast(1),
      "AllowedRequestHeaders",
      targetRules("    .min(1)\n    .max(10)", "    .max(10)"),
    ],
  ),
  ...credentials(
    [
      "a credential provider of two kinds",
      { oauthCredentialProvider: oauth, iamCredentialProvider: { service: "s3" } },
      "",
      "have exactly one of: [oauthCredentialProvider, apiKeyCredentialProvider, iamCredentialProvider]",
      "CredentialProvider, a union",
      MANY,
    ],
    [
      "an OAuth provider that has no scopes",
      { oauthCredentialProvider: { ...oauth, scopes: undefined } },
      "oauthCredentialProvider.scopes",
      REQUIRED,
      "OAuthCredentialProvider",
      targetRules(SCOPES, SCOPES.replace(/,$/, ".optional(),")),
    ],
    [
      "an OAuth provider with a scope of 65 characters",
      { oauthCredentialProvider: { ...oauth, scopes: [long(65)] } },
      "oauthCredentialProvider.scopes.1.member",
      atMost(64),
      "OAuthScope",
      targetRules(SCOPES, SCOPES.replace("64", "65")),
    ],
    [
      "an OAuth provider with another grant",
      { oauthCredentialProvider: { ...oauth, grantType: "PASSWORD" } },
      "oauthCredentialProvider.grantType",
      oneOfThese("CLIENT_CREDENTIALS", "AUTHORIZATION_CODE", "TOKEN_EXCHANGE"),
      "OAuthGrantType",
      anyOf(targetRules, 'z.enum(["CLIENT_CREDENTIALS", "AUTHORIZATION_CODE", "TOKEN_EXCHANGE"])'),
    ],
    [
      "an OAuth provider whose custom parameters are none",
      { oauthCredentialProvider: { ...oauth, customParameters: {} } },
      "oauthCredentialProvider.customParameters",
      atLeast(1),
      "OAuthCustomParameters",
      targetRules("2048), 1, 10)", "2048), 0, 10)"),
    ],
    [
      "an API key that is sent at a place that there is not",
      { apiKeyCredentialProvider: { providerArn: oauth.providerArn, credentialLocation: "BODY" } },
      "apiKeyCredentialProvider.credentialLocation",
      oneOfThese("HEADER", "QUERY_PARAMETER"),
      "ApiKeyCredentialLocation",
      anyOf(targetRules, 'z.enum(["HEADER", "QUERY_PARAMETER"])'),
    ],
    [
      "a provider of IAM credentials that has no service",
      { iamCredentialProvider: {} },
      "iamCredentialProvider.service",
      REQUIRED,
      "IamCredentialProvider",
      targetRules("service: text(/[a-zA-Z0-9._-]+/, 1, 64)", "service: text(/[a-zA-Z0-9._-]+/, 1, 64).optional()"),
    ],
  ),
  ...providers(
    [
      "a way to authenticate the client that there is not",
      { clientAuthenticationMethod: "NONE" },
      "clientAuthenticationMethod",
      oneOfThese("CLIENT_SECRET_BASIC", "CLIENT_SECRET_POST", "AWS_IAM_ID_TOKEN_JWT", "PRIVATE_KEY_JWT"),
      "ClientAuthenticationMethodType",
      oauth2Rules(
        '.enum(["CLIENT_SECRET_BASIC", "CLIENT_SECRET_POST", "AWS_IAM_ID_TOKEN_JWT", "PRIVATE_KEY_JWT"])',
        ".string()",
      ),
    ],
    [
      "a source of the client's secret that there is not",
      { clientSecretSource: "FILE" },
      "clientSecretSource",
      oneOfThese("MANAGED", "EXTERNAL"),
      "SecretSourceType",
      anyOf(oauth2Rules, 'z.enum(["MANAGED", "EXTERNAL"])'),
    ],
    [
      "a reference to a secret that has no key",
      { clientSecretConfig: { secretId: "s" } },
      "clientSecretConfig.jsonKey",
      REQUIRED,
      "SecretReference",
      oauth2Rules("jsonKey: text(undefined, 1, 128)", "jsonKey: text(undefined, 1, 128).optional()"),
    ],
    [
      "an exchange of tokens by another grant",
      { onBehalfOfTokenExchangeConfig: { grantType: "PASSWORD" } },
      "onBehalfOfTokenExchangeConfig.grantType",
      oneOfThese("TOKEN_EXCHANGE", "JWT_AUTHORIZATION_GRANT"),
      "OnBehalfOfTokenExchangeGrantTypeType",
      anyOf(oauth2Rules, 'z.enum(["TOKEN_EXCHANGE", "JWT_AUTHORIZATION_GRANT"])'),
    ],
    [
      "another algorithm of its private key",
      { privateKeyJwtConfig: { signingAlgorithm: "HS256" } },
      "privateKeyJwtConfig.signingAlgorithm",
      oneOfThese("RS256", "PS256", "ES256"),
      "SigningAlgorithm",
      anyOf(oauth2Rules, 'z.enum(["RS256", "PS256", "ES256"])'),
    ],
    [
      "a method of the token endpoint that there is not",
      {
        oauthDiscovery: {
          authorizationServerMetadata: {
            issuer: "https://example.com",
            authorizationEndpoint: "https://example.com/authorize",
            tokenEndpoint: "https://example.com/token",
            tokenEndpointAuthMethods: ["none"],
          },
        },
      },
      "oauthDiscovery.authorizationServerMetadata.tokenEndpointAuthMethods.1.member",
      matching("(client_secret_post|client_secret_basic)"),
      "TokenAuthMethod",
      anyOf(oauth2Rules, "text(/(client_secret_post|client_secret_basic)/)"),
    ],
  ),
];

/** A member that the union does not know, beside one that it does. */
const unions = [
  ...rowsOf(
    "CreateGateway",
    "",
    gatewayOf,
  )([
    "an authorizer of a known and an unknown kind",
    { authorizerConfiguration: { customJWTAuthorizer: { discoveryUrl: DISCOVERY }, saml: {} } },
    "authorizerConfiguration",
    "have exactly one of: [customJWTAuthorizer]",
    "AuthorizerConfiguration, a union; Smithy 2.0: a union has one member",
    UNKNOWN,
  ]),
  ...rowsOf(
    "CreatePolicy",
    "",
    policyOf,
  )([
    "a definition of a known and an unknown kind",
    { definition: { ...policyOf({ ids: {} } as ControlPlane).definition, rego: {} } },
    "definition",
    "have exactly one of: [cedar, policy]",
    "PolicyDefinition, a union; Smithy 2.0: a union has one member",
    UNKNOWN,
  ]),
  ...targets([
    "a target of a known and an unknown kind",
    { targetConfiguration: { ...targetOf({ ids: {} } as ControlPlane).targetConfiguration, grpc: {} } },
    "targetConfiguration",
    "have exactly one of: [mcp]",
    "TargetConfiguration, a union; Smithy 2.0: a union has one member",
    UNKNOWN,
  ]),
];

export const surface = controlPlane("structures within requests", "structures", [
  ...unions,
  ...endpoints,
  ...inbound,
  ...outbound,
]);
