import type { ServiceName } from "../../local/core/service";
import type { OfflineAws } from "../../local/offline-aws";
import { byHand, settledGateway, until } from "../support/gateway";
import { roleFor, zipOf } from "../local/services/world";

export const NAME = "agents-dev";
const ENGINE_NAME = "agents_dev_policy_engine";

/** A person who can sign in. */
export const USER = { email: "finance@example.com", password: "Correct-horse-7" };

/** Whom FAST's directory knows as of finance, as the dev settings do, and somebody whom neither knows. */
export const FINANCE = "5f0c2b1e-7a64-4d0f-9a51-3c2f6e8b7d10";
export const NOBODY = "00000000-0000-4000-8000-000000000000";

const CLOUDFORMATION = { arn: "cloudformation", via: "sdk" } as const;
const SCOPES = ["read", "write"];

/** What FAST's trigger does, in the language that functions run in here: claims by the verified user's id. */
const PRE_TOKEN = `exports.handler = async (event) => {
  const user = event.request.clientMetadata?.verified_user_id;
  const department = user === "${FINANCE}" ? "finance" : "guest";
  const claimsToAddOrOverride = { user_id: user, department, role: "analyst" };
  event.response = { claimsAndScopeOverrideDetails: { accessTokenGeneration: { claimsToAddOrOverride } } };
  return event;
};`;

const TOOL = `exports.handler = async () => ({ content: [{ type: "text", text: "FAST's tool" }] });`;

/** Policy as FAST ships it, version 2: one statement. */
const policyOf = (gatewayArn: string) => `permit (
  principal is AgentCore::OAuthUser,
  action == AgentCore::Action::"sample-tool-target___text_analysis_tool",
  resource == AgentCore::Gateway::"${gatewayArn}"
) when { principal.hasTag("department") && ["finance", "engineering"].contains(principal.getTag("department")) };`;

export interface Fast {
  readonly discoveryUrl: string;
  readonly userPoolId: string;
  readonly webClientId: string;
  readonly machineClientId: string;
  readonly secret: string;
  readonly brandingId: string;
  readonly secretArn: string;
  readonly gatewayId: string;
  readonly gatewayArn: string;
  readonly gatewayUrl: string;
  readonly targetId: string;
  readonly policyEngineId?: string;
  readonly policyName?: string;
}

/**
 * What FAST's CDK application leaves in an account, with its names. Source: awslabs/fullstack-solution-template-for-agentcore,
 * infra-cdk/lib/constructs/cognito.ts and gateway.ts, infra-cdk/lambdas/cedar-policy/index.py.
 */
export async function deployFast(aws: OfflineAws, options: { readonly policyEngine: boolean }): Promise<Fast> {
  const call = <Output extends object>(service: ServiceName, operation: string, input: object) =>
    aws.call<Output>(service, operation, input, CLOUDFORMATION);
  const parameter = (name: string, Value: string) =>
    call("ssm", "PutParameter", { Name: `/${NAME}/${name}`, Value, Type: "String", Description: "FAST" });
  const logs = (name: string) => call("logs", "CreateLogGroup", { logGroupName: `/aws/lambda/${name}` });

  const preToken = await functionOf(call, `${NAME}-pretoken-v3`, PRE_TOKEN, "PreTokenLambda");
  await logs(`${NAME}-pretoken-v3`);
  await logs(`${NAME}-sample-tool`);
  const identity = await cognito(call, preToken);
  const { userPoolId, webClientId, machineClientId, secret } = identity;
  await call("lambda", "AddPermission", {
    FunctionName: preToken,
    StatementId: "CognitoPreToken-1A2B3C",
    Action: "lambda:InvokeFunction",
    Principal: "cognito-idp.amazonaws.com",
    SourceArn: `arn:aws:cognito-idp:us-east-1:111122223333:userpool/${userPoolId}`,
  });
  const { ARN: secretArn } = await call<{ ARN: string }>("secretsmanager", "CreateSecret", {
    Name: `/${NAME}/machine_client_secret`,
    SecretString: secret,
  });
  await parameter("cognito-user-pool-id", userPoolId);
  await parameter("cognito-user-pool-client-id", webClientId);
  await parameter("machine_client_id", machineClientId);
  await parameter("cognito_provider", `${NAME}-111122223333-us-east-1.auth.us-east-1.amazoncognito.com`);

  const discoveryUrl = `${aws.endpoint.replace("http:", "https:")}/${userPoolId}/.well-known/openid-configuration`;
  await byHand(aws, "CreateOauth2CredentialProvider", {
    name: `${NAME}-runtime-gateway-auth`,
    credentialProviderVendor: "CustomOauth2",
    oauth2ProviderConfigInput: {
      customOauth2ProviderConfig: { oauthDiscovery: { discoveryUrl }, clientId: machineClientId, clientSecret: secret },
    },
  });
  const gateway = await gatewayOf(aws, call, { discoveryUrl, machineClientId });
  await parameter("gateway_url", gateway.gatewayUrl);
  const engine = options.policyEngine ? await attachPolicyEngine(aws, gateway) : {};
  return { ...identity, ...gateway, ...engine, discoveryUrl, secretArn };
}

/** A function whose role has the kind of name that CloudFormation makes up. */
async function functionOf(call: Call, FunctionName: string, source: string, id: string): Promise<string> {
  const Role = await roleFor({ call }, `FAST-${NAME}-${id}ServiceRole-1A2B3C`);
  const Code = { ZipFile: zipOf(source) };
  const input = { FunctionName, Role, Runtime: "nodejs22.x", Handler: "index.handler", Timeout: 30, Code };
  return (await call<{ FunctionArn: string }>("lambda", "CreateFunction", input)).FunctionArn;
}

type Call = <Output extends object>(service: ServiceName, operation: string, input: object) => Promise<Output>;

async function cognito(call: Call, preToken: string) {
  const { UserPool } = await call<{ UserPool: { Id: string } }>("cognito-idp", "CreateUserPool", {
    PoolName: `${NAME}-user-pool`,
    UsernameAttributes: ["email"],
    AutoVerifiedAttributes: ["email"],
    AdminCreateUserConfig: {
      AllowAdminCreateUserOnly: true,
      InviteMessageTemplate: { EmailSubject: `Welcome to ${NAME}!`, EmailMessage: "<p>{username}: {####}</p>" },
    },
    Schema: [{ Name: "email", AttributeDataType: "String", Required: true, Mutable: false }],
    AccountRecoverySetting: { RecoveryMechanisms: [{ Name: "verified_email", Priority: 1 }] },
    Policies: {
      PasswordPolicy: {
        MinimumLength: 8,
        RequireLowercase: true,
        RequireUppercase: true,
        RequireNumbers: true,
        RequireSymbols: true,
      },
    },
    LambdaConfig: { PreTokenGenerationConfig: { LambdaArn: preToken, LambdaVersion: "V3_0" } },
  });
  const UserPoolId = UserPool.Id;
  const Username = USER.email;
  await call("cognito-idp", "AdminCreateUser", {
    UserPoolId,
    Username,
    UserAttributes: [{ Name: "email", Value: USER.email }],
    MessageAction: "SUPPRESS",
  });
  const Password = USER.password;
  await call("cognito-idp", "AdminSetUserPassword", { UserPoolId, Username, Password, Permanent: true });

  interface Client {
    UserPoolClient: { ClientId: string; ClientSecret: string };
  }
  const web = await call<Client>("cognito-idp", "CreateUserPoolClient", {
    UserPoolId,
    ClientName: `${NAME}-client`,
    ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: ["code"],
    AllowedOAuthScopes: ["openid", "email", "profile"],
    CallbackURLs: ["http://localhost:3000", "https://localhost:3000"],
    LogoutURLs: ["http://localhost:3000", "https://localhost:3000"],
    SupportedIdentityProviders: ["COGNITO"],
    PreventUserExistenceErrors: "ENABLED",
  });
  const ClientId = web.UserPoolClient.ClientId;
  const Domain = `${NAME}-111122223333-us-east-1`;
  await call("cognito-idp", "CreateUserPoolDomain", { UserPoolId, Domain, ManagedLoginVersion: 2 });
  const { ManagedLoginBranding } = await call<{ ManagedLoginBranding: { ManagedLoginBrandingId: string } }>(
    "cognito-idp",
    "CreateManagedLoginBranding",
    { UserPoolId, ClientId, UseCognitoProvidedValues: true },
  );
  const Identifier = `${NAME}-gateway`;
  await call("cognito-idp", "CreateResourceServer", {
    UserPoolId,
    Identifier,
    Name: `${NAME}-gateway-resource-server`,
    Scopes: SCOPES.map((ScopeName) => ({ ScopeName, ScopeDescription: `${ScopeName} access to gateway` })),
  });
  const machine = await call<Client>("cognito-idp", "CreateUserPoolClient", {
    UserPoolId,
    ClientName: `${NAME}-machine-client`,
    GenerateSecret: true,
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: ["client_credentials"],
    AllowedOAuthScopes: SCOPES.map((scope) => `${Identifier}/${scope}`),
    SupportedIdentityProviders: ["COGNITO"],
  });
  return {
    userPoolId: UserPoolId,
    webClientId: ClientId,
    machineClientId: machine.UserPoolClient.ClientId,
    secret: machine.UserPoolClient.ClientSecret,
    brandingId: ManagedLoginBranding.ManagedLoginBrandingId,
  };
}

async function gatewayOf(
  aws: OfflineAws,
  call: Call,
  { discoveryUrl, machineClientId }: { readonly discoveryUrl: string; readonly machineClientId: string },
) {
  const RoleName = `FAST-${NAME}-GatewayRole-1A2B3C`;
  const roleArn = await roleFor({ call }, RoleName, { Service: "bedrock-agentcore.amazonaws.com" });
  const statement = { Effect: "Allow", Action: ["lambda:InvokeFunction", "bedrock-agentcore:*"], Resource: "*" };
  const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  await call("iam", "PutRolePolicy", { RoleName, PolicyName: "GatewayRoleDefaultPolicy", PolicyDocument });
  const functionArn = await functionOf(call, `FAST-${NAME}-SampleToolLambda-1A2B3C`, TOOL, "SampleToolLambda");

  const { gatewayId: gatewayIdentifier = "" } = await byHand<{ gatewayId: string }>(aws, "CreateGateway", {
    name: `${NAME}-gateway`,
    description: "AgentCore Gateway with MCP protocol and JWT authentication",
    roleArn,
    protocolType: "MCP",
    protocolConfiguration: { mcp: { supportedVersions: ["2025-03-26"] } },
    authorizerType: "CUSTOM_JWT",
    authorizerConfiguration: {
      customJWTAuthorizer: { discoveryUrl, allowedClients: [machineClientId] },
    },
  });
  const gateway = await settledGateway(aws, gatewayIdentifier);
  const { gatewayArn = "", gatewayUrl = "" } = gateway;
  const { targetId } = await byHand<{ targetId: string }>(aws, "CreateGatewayTarget", {
    gatewayIdentifier,
    name: "sample-tool-target",
    description: "Sample tool Lambda target",
    credentialProviderConfigurations: [{ credentialProviderType: "GATEWAY_IAM_ROLE" }],
    targetConfiguration: { mcp: { lambda: { lambdaArn: functionArn, toolSchema: { inlinePayload: [TOOL_SPEC] } } } },
  });
  const target = () => byHand<{ status: string }>(aws, "GetGatewayTarget", { gatewayIdentifier, targetId });
  await until(async () => (await target()).status === "READY");

  return { gatewayId: gatewayIdentifier, gatewayArn, gatewayUrl, targetId };
}

/** What FAST's custom resource does where `use_policy_engine` is switched on. */
async function attachPolicyEngine(aws: OfflineAws, { gatewayId: gatewayIdentifier }: Pick<Fast, "gatewayId">) {
  const gateway = await settledGateway(aws, gatewayIdentifier);
  const { name, roleArn, protocolType, authorizerType, authorizerConfiguration, gatewayArn = "" } = gateway;
  const engine = await byHand<{ policyEngineId: string; policyEngineArn: string }>(aws, "CreatePolicyEngine", {
    name: ENGINE_NAME,
    description: `Policy engine for gateway ${gatewayIdentifier}`,
  });
  const { policyEngineId, policyEngineArn: arn } = engine;
  const look = () => byHand<{ status: string }>(aws, "GetPolicyEngine", { policyEngineId });
  await until(async () => (await look()).status === "ACTIVE");
  const policyName = `${ENGINE_NAME}_cp_1760000000`;
  const { policyId } = await byHand<{ policyId: string }>(aws, "CreatePolicy", {
    policyEngineId,
    name: policyName,
    definition: { cedar: { statement: policyOf(gatewayArn) } },
  });
  const policy = () => byHand<{ status: string }>(aws, "GetPolicy", { policyEngineId, policyId });
  await until(async () => (await policy()).status === "ACTIVE");
  // As FAST attaches it: six members, all others go back to their defaults.
  await byHand(aws, "UpdateGateway", {
    ...{ gatewayIdentifier, name, roleArn, protocolType, authorizerType, authorizerConfiguration },
    policyEngineConfiguration: { arn, mode: "ENFORCE" },
  });
  await settledGateway(aws, gatewayIdentifier);
  return { policyEngineId, policyName };
}

const TOOL_SPEC = {
  name: "text_analysis_tool",
  description: "Analyzes text",
  inputSchema: {
    type: "object",
    properties: { text: { type: "string" }, N: { type: "integer" } },
    required: ["text"],
  },
};
