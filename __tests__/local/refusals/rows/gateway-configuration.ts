import { LAMBDA, controlPlane, gatewayOf, sameGateway, type ControlPlane } from "../control-plane";
import type { Refusal } from "../refusal";
import {
  LAMBDA_PATTERN,
  REQUIRED,
  agentCore,
  atLeast,
  atMost,
  gatewayRules,
  invalid,
  long,
  matching,
  model,
  oneOfThese,
  refused,
  rules,
} from "../rows";

const NAME = "const gatewayName = text(/([0-9a-zA-Z][-]?){1,100}/);";
const ROLE = "roleArn: text(/arn:aws(-[^:]+)?:iam::([0-9]{12})?:role\\/.+/, 1, 2048),";
const AUTHORIZER_TYPE = 'authorizerType: z.enum(["CUSTOM_JWT", "AWS_IAM", "NONE", "AUTHENTICATE_ONLY"]),';
const DESCRIPTION = "const shortDescription = text(undefined, 1, 200).optional();";
const AUTHORIZER_GIVEN = 'authorizerType === "CUSTOM_JWT" && !authorizerConfiguration';
const DISCOVERY = "discoveryUrl: text(/.+\\/\\.well-known\\/openid-configuration/),";
const ENGINE_ARN =
  "arn:aws[-a-z]{0,7}:bedrock-agentcore:[a-z0-9-]+:[0-9]{12}:policy-engine\\/[a-zA-Z][a-zA-Z0-9-_]{0,99}-[a-zA-Z0-9_]{10}";

const create = { operation: "CreateGateway" } as const;
const gateway =
  (members: object = {}) =>
  (world: ControlPlane) =>
    gatewayOf(world, members);
const authorizer = (members: object) =>
  gateway({
    authorizerConfiguration: {
      customJWTAuthorizer: { discoveryUrl: "https://example.com/.well-known/openid-configuration", ...members },
    },
  });
const JWT = "authorizerConfiguration.customJWTAuthorizer";
const protocol = (mcp: object) => gateway({ protocolConfiguration: { mcp } });
const KEY = "arn:aws(|-cn|-us-gov):kms:[a-zA-Z0-9-]*:[0-9]{12}:key\\/[a-zA-Z0-9-]{36}";
const interceptor = { interceptor: { lambda: { arn: LAMBDA } }, interceptionPoints: ["REQUEST"] };
const intercepted = (...interceptorConfigurations: readonly object[]) => gateway({ interceptorConfigurations });
const INTERCEPTOR = "interceptorConfigurations.1.member";
const INTERCEPTORS = "\n  .min(1)\n  .max(2);";
const POINTS = '.array(z.enum(["REQUEST", "RESPONSE"]))\n        .min(1)';

const members: Refusal<ControlPlane>[] = [
  ...["double--hyphen", "under_score", "", long(101)].map((name) =>
    invalid({
      ...create,
      with: name.length > 100 ? "a name of 101 characters" : `the name ${JSON.stringify(name)}`,
      input: gateway({ name }),
      at: "name",
      must: matching("([0-9a-zA-Z][-]?){1,100}"),
      source: model("GatewayName"),
      takenOut: rules(NAME, "const gatewayName = z.string();"),
    }),
  ),
  invalid({
    ...create,
    with: "a role that is no ARN",
    input: gateway({ roleArn: "demo-gateway-role" }),
    at: "roleArn",
    must: matching("arn:aws(-[^:]+)?:iam::([0-9]{12})?:role\\/.+"),
    source: model("RoleArn"),
    takenOut: rules(ROLE, "roleArn: z.string(),"),
  }),
  invalid({
    ...create,
    with: "another kind of authorizer",
    input: gateway({ authorizerType: "JWT" }),
    at: "authorizerType",
    must: oneOfThese("CUSTOM_JWT", "AWS_IAM", "NONE", "AUTHENTICATE_ONLY"),
    source: model("AuthorizerType"),
    takenOut: rules(AUTHORIZER_TYPE, AUTHORIZER_TYPE.replace(/,$/, '.catch("CUSTOM_JWT"),')),
  }),
  invalid({
    ...create,
    with: "another protocol",
    input: gateway({ protocolType: "A2A" }),
    at: "protocolType",
    must: oneOfThese("MCP"),
    source: model("GatewayProtocolType"),
    takenOut: rules('z.enum(["MCP"]).optional()', 'z.enum(["MCP"]).optional().catch(undefined)'),
  }),
  invalid({
    ...create,
    with: "another exception level",
    input: gateway({ exceptionLevel: "INFO" }),
    at: "exceptionLevel",
    must: oneOfThese("DEBUG"),
    source: model("ExceptionLevel"),
    takenOut: rules('z.enum(["DEBUG"]).optional()', 'z.enum(["DEBUG"]).optional().catch(undefined)'),
  }),
  invalid({
    ...create,
    with: "an empty description",
    input: gateway({ description: "" }),
    at: "description",
    must: atLeast(1),
    source: model("GatewayDescription"),
    takenOut: rules(DESCRIPTION, DESCRIPTION.replace("1, 200", "0, 200")),
  }),
  invalid({
    ...create,
    with: "a description of 201 characters",
    input: gateway({ description: long(201) }),
    at: "description",
    must: atMost(200),
    source: model("GatewayDescription"),
    takenOut: rules(DESCRIPTION, DESCRIPTION.replace("200", "201")),
  }),
  invalid({
    ...create,
    with: "a policy engine that is no ARN of an engine",
    input: gateway({ policyEngineConfiguration: { arn: "demo_policy_engine-abcdefghij", mode: "ENFORCE" } }),
    at: "policyEngineConfiguration.arn",
    must: matching(ENGINE_ARN),
    source: `${model("GatewayPolicyEngineArn")}; partitions other than aws besides`,
    takenOut: rules(`/${ENGINE_ARN}/,`, "undefined,"),
  }),
  ...(["arn", "mode"] as const).map((member) =>
    invalid({
      ...create,
      with: `a policy engine that has no ${member}`,
      input: ({ ids, ...world }: ControlPlane) => {
        const whole = { arn: ids.policyEngineArn, mode: "ENFORCE" };
        return gatewayOf({ ids, ...world }, { policyEngineConfiguration: { ...whole, [member]: undefined } });
      },
      at: `policyEngineConfiguration.${member}`,
      must: REQUIRED,
      source: model("GatewayPolicyEngineConfiguration"),
      takenOut: {
        arn: rules("        170,\n      ),", '        170,\n      ).default("arn:aws:…"),'),
        mode: rules(
          'mode: z.enum(["LOG_ONLY", "ENFORCE"]),',
          'mode: z.enum(["LOG_ONLY", "ENFORCE"]).default("LOG_ONLY"),',
        ),
      }[member],
    }),
  ),
  invalid({
    ...create,
    with: "another mode of its policy engine",
    input: ({ ids, ...world }: ControlPlane) =>
      gatewayOf({ ids, ...world }, { policyEngineConfiguration: { arn: ids.policyEngineArn, mode: "OFF" } }),
    at: "policyEngineConfiguration.mode",
    must: oneOfThese("LOG_ONLY", "ENFORCE"),
    source: model("GatewayPolicyEngineMode"),
    takenOut: rules(
      'mode: z.enum(["LOG_ONLY", "ENFORCE"]),',
      'mode: z.enum(["LOG_ONLY", "ENFORCE"]).catch("LOG_ONLY"),',
    ),
  }),
  invalid({
    ...create,
    with: "a version of MCP that there is not",
    input: protocol({ supportedVersions: ["1999-01-01"] }),
    at: "protocolConfiguration.mcp.supportedVersions.1.member",
    must: oneOfThese("2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"),
    source: "AgentCore developer guide, creating a gateway: supported versions of MCP",
    takenOut: gatewayRules("z.array(z.enum(MCP_VERSIONS)).optional()", "z.array(z.string()).optional()"),
  }),
  invalid({
    ...create,
    with: "instructions of 2,049 characters",
    input: protocol({ instructions: long(2_049) }),
    at: "protocolConfiguration.mcp.instructions",
    must: atMost(2_048),
    source: model("McpInstructions"),
    takenOut: gatewayRules("instructions: text(undefined, 1, 2048)", "instructions: text(undefined, 1, 2049)"),
  }),
  invalid({
    ...create,
    with: "sessions of less than 900 seconds",
    input: protocol({ sessionConfiguration: { sessionTimeoutInSeconds: 899 } }),
    at: "protocolConfiguration.mcp.sessionConfiguration.sessionTimeoutInSeconds",
    must: "have value greater than or equal to 900",
    source: model("SessionConfiguration"),
    takenOut: gatewayRules("min(900)", "min(899)"),
  }),
  invalid({
    ...create,
    with: "sessions of more than 28,800 seconds",
    input: protocol({ sessionConfiguration: { sessionTimeoutInSeconds: 28_801 } }),
    at: "protocolConfiguration.mcp.sessionConfiguration.sessionTimeoutInSeconds",
    must: "have value less than or equal to 28800",
    source: model("SessionConfiguration"),
    takenOut: gatewayRules("max(28_800)", "max(28_801)"),
  }),
  invalid({
    ...create,
    with: "another type of search",
    input: protocol({ searchType: "KEYWORD" }),
    at: "protocolConfiguration.mcp.searchType",
    must: oneOfThese("SEMANTIC"),
    source: model("SearchType"),
    takenOut: gatewayRules('z.enum(["SEMANTIC"])', 'z.enum(["SEMANTIC"]).catch("SEMANTIC")'),
  }),
  invalid({
    ...create,
    with: "an encryption key that is no ARN of a key",
    input: gateway({ kmsKeyArn: "alias/mine" }),
    at: "kmsKeyArn",
    must: matching(KEY),
    source: model("KmsKeyArn"),
    takenOut: rules("  kmsKeyArn,\n", "  kmsKeyArn: z.string().optional(),\n"),
  }),
];

const interceptors: Refusal<ControlPlane>[] = [
  invalid({
    ...create,
    with: "interceptors that are none",
    input: intercepted(),
    at: "interceptorConfigurations",
    must: atLeast(1),
    source: model("GatewayInterceptorConfigurations"),
    takenOut: gatewayRules(INTERCEPTORS, INTERCEPTORS.replace(".min(1)", "")),
  }),
  invalid({
    ...create,
    with: "three interceptors",
    input: intercepted(interceptor, interceptor, interceptor),
    at: "interceptorConfigurations",
    must: atMost(2),
    source: model("GatewayInterceptorConfigurations"),
    takenOut: gatewayRules(INTERCEPTORS, INTERCEPTORS.replace("2", "3")),
  }),
  ...(["interceptor", "interceptionPoints"] as const).map((member) =>
    invalid({
      ...create,
      with: `an interceptor that has no ${member}`,
      input: intercepted({ ...interceptor, [member]: undefined }),
      at: `${INTERCEPTOR}.${member}`,
      must: REQUIRED,
      source: model("GatewayInterceptorConfiguration"),
      takenOut: {
        interceptor: gatewayRules(
          "oneOf({ lambda: z.object({ arn: lambdaArn }) }),",
          "oneOf({ lambda: z.object({ arn: lambdaArn }) }).optional(),",
        ),
        interceptionPoints: gatewayRules(
          ".max(2),\n      inputConfiguration",
          '.max(2).default(["REQUEST"]),\n      inputConfiguration',
        ),
      }[member],
    }),
  ),
  invalid({
    ...create,
    with: "an interceptor at no point",
    input: intercepted({ ...interceptor, interceptionPoints: [] }),
    at: `${INTERCEPTOR}.interceptionPoints`,
    must: atLeast(1),
    source: model("GatewayInterceptionPoints"),
    takenOut: gatewayRules(POINTS, POINTS.replace(".min(1)", "")),
  }),
  invalid({
    ...create,
    with: "an interceptor at a point that there is not",
    input: intercepted({ ...interceptor, interceptionPoints: ["ERROR"] }),
    at: `${INTERCEPTOR}.interceptionPoints.1.member`,
    must: oneOfThese("REQUEST", "RESPONSE"),
    source: model("GatewayInterceptionPoint"),
    takenOut: gatewayRules(POINTS, POINTS.replace('z.enum(["REQUEST", "RESPONSE"])', "z.string()")),
  }),
  invalid({
    ...create,
    with: "an interceptor that is no ARN of a function",
    input: intercepted({ ...interceptor, interceptor: { lambda: { arn: "demo-interceptor" } } }),
    at: `${INTERCEPTOR}.interceptor.lambda.arn`,
    must: matching(LAMBDA_PATTERN),
    source: model("LambdaFunctionArn"),
    takenOut: gatewayRules("lambda: z.object({ arn: lambdaArn })", "lambda: z.object({ arn: z.string() })"),
  }),
  invalid({
    ...create,
    with: "an interceptor whose input says nothing of headers",
    input: intercepted({ ...interceptor, inputConfiguration: {} }),
    at: `${INTERCEPTOR}.inputConfiguration.passRequestHeaders`,
    must: REQUIRED,
    source: model("InterceptorInputConfiguration"),
    takenOut: gatewayRules("passRequestHeaders: z.boolean()", "passRequestHeaders: z.boolean().default(false)"),
  }),
];

const authorizers: Refusal<ControlPlane>[] = [
  refused({
    ...create,
    with: "CUSTOM_JWT and no authorizerConfiguration",
    input: gateway({ authorizerConfiguration: undefined }),
    answer: [400, "ValidationException", "AuthorizerConfiguration is required for CUSTOM_JWT authorizer type"],
    source: "[field] class and text as reported (awslabs/agentcore-samples, pull request 954)",
    takenOut: agentCore("gateways", AUTHORIZER_GIVEN, "false as boolean"),
  }),
  refused({
    operation: "UpdateGateway",
    with: "CUSTOM_JWT and no authorizerConfiguration",
    input: (world: ControlPlane) => sameGateway(world, { authorizerConfiguration: undefined }),
    answer: [400, "ValidationException", "AuthorizerConfiguration is required for CUSTOM_JWT authorizer type"],
    source: "[field] class and text as reported (awslabs/agentcore-samples, pull request 954)",
    takenOut: agentCore("gateways", AUTHORIZER_GIVEN, "false as boolean"),
  }),
  invalid({
    ...create,
    with: "an authorizer whose discovery URL does not end in /.well-known/openid-configuration",
    input: authorizer({ discoveryUrl: "https://example.com" }),
    at: `${JWT}.discoveryUrl`,
    must: matching(".+\\/\\.well-known\\/openid-configuration"),
    source: model("DiscoveryUrl"),
    takenOut: gatewayRules(DISCOVERY, "discoveryUrl: z.string(),"),
  }),
  ...(["allowedClients", "allowedAudience"] as const).map((member) =>
    invalid({
      ...create,
      with: `an authorizer whose ${member} are none`,
      input: authorizer({ [member]: [] }),
      at: `${JWT}.${member}`,
      must: atLeast(1),
      source: model("CustomJWTAuthorizerConfiguration"),
      takenOut: gatewayRules(`${member}: z.array(z.string()).min(1)`, `${member}: z.array(z.string())`),
    }),
  ),
  invalid({
    ...create,
    with: "an authorizer with a scope that holds a space",
    input: authorizer({ allowedScopes: ["gateway invoke"] }),
    at: `${JWT}.allowedScopes.1.member`,
    must: matching("[\\x21\\x23-\\x5B\\x5D-\\x7E]+"),
    source: model("AllowedScopeType"),
    takenOut: gatewayRules("text(/[\\x21\\x23-\\x5B\\x5D-\\x7E]+/, 1, 255)", "z.string()"),
  }),
];

const CLAIM = `${JWT}.customClaims.1.member`;
const MATCH = { claimMatchValue: { matchValueString: "finance" }, claimMatchOperator: "EQUALS" };
const claim = (members: object, match: object = {}) =>
  authorizer({
    customClaims: [
      {
        inboundTokenClaimName: "department",
        inboundTokenClaimValueType: "STRING",
        authorizingClaimMatchValue: { ...MATCH, ...match },
        ...members,
      },
    ],
  });

const claims: Refusal<ControlPlane>[] = [
  invalid({
    ...create,
    with: "an authorizer whose customClaims are none",
    input: authorizer({ customClaims: [] }),
    at: `${JWT}.customClaims`,
    must: atLeast(1),
    source: model("CustomClaimValidationsType"),
    takenOut: gatewayRules("z.array(customClaim).min(1)", "z.array(customClaim)"),
  }),
  ...["cost center", "cost-center"].map((name) =>
    invalid({
      ...create,
      with: `a custom claim of the name ${JSON.stringify(name)}`,
      input: claim({ inboundTokenClaimName: name }),
      at: `${CLAIM}.inboundTokenClaimName`,
      must: matching("[A-Za-z0-9_.-:]+"),
      source: `${model("InboundTokenClaimNameType")}, to the letter: its hyphen makes a range of "." to ":"`,
      takenOut: gatewayRules("text(/[A-Za-z0-9_.-:]+/, 1, 255)", "z.string()"),
    }),
  ),
  invalid({
    ...create,
    with: "a custom claim of another type",
    input: claim({ inboundTokenClaimValueType: "NUMBER" }),
    at: `${CLAIM}.inboundTokenClaimValueType`,
    must: oneOfThese("STRING", "STRING_ARRAY"),
    source: model("InboundTokenClaimValueType"),
    takenOut: gatewayRules('z.enum(["STRING", "STRING_ARRAY"])', 'z.enum(["STRING", "STRING_ARRAY"]).catch("STRING")'),
  }),
  invalid({
    ...create,
    with: "a custom claim with another operator",
    input: claim({}, { claimMatchOperator: "NOT_EQUALS" }),
    at: `${CLAIM}.authorizingClaimMatchValue.claimMatchOperator`,
    must: oneOfThese("EQUALS", "CONTAINS", "CONTAINS_ANY"),
    source: model("ClaimMatchOperatorType"),
    takenOut: gatewayRules(
      'z.enum(["EQUALS", "CONTAINS", "CONTAINS_ANY"])',
      'z.enum(["EQUALS", "CONTAINS", "CONTAINS_ANY"]).catch("EQUALS")',
    ),
  }),
  invalid({
    ...create,
    with: "a custom claim whose value holds a space",
    input: claim({}, { claimMatchValue: { matchValueString: "cost center" } }),
    at: `${CLAIM}.authorizingClaimMatchValue.claimMatchValue.matchValueString`,
    must: matching("[A-Za-z0-9_.-]+"),
    source: model("MatchValueString"),
    takenOut: gatewayRules("const matchText = text(/[A-Za-z0-9_.-]+/, 1, 255);", "const matchText = z.string();"),
  }),
  ...(
    [
      ["no value", {}],
      ["a value and a list of them", { matchValueString: "finance", matchValueStringList: ["finance"] }],
    ] as const
  ).map(([what, claimMatchValue]) =>
    invalid({
      ...create,
      with: `a custom claim that has ${what}`,
      input: claim({}, { claimMatchValue }),
      at: `${CLAIM}.authorizingClaimMatchValue.claimMatchValue`,
      must: "have exactly one of: [matchValueString, matchValueStringList]",
      source: model("ClaimMatchValueType, a union"),
      takenOut: gatewayRules(
        "oneOf({ matchValueString: matchText, matchValueStringList: z.array(matchText).min(1) })",
        "z.object({ matchValueString: matchText, matchValueStringList: z.array(matchText).min(1) }).partial()",
      ),
    }),
  ),
];

export const surface = controlPlane("configuration of gateways", "gateway-configuration", [
  ...members,
  ...interceptors,
  ...authorizers,
  ...claims,
]);
