import type { ServiceName } from "../../../local/core/service";

type Attributes = Readonly<Record<string, unknown>>;
type Call = readonly [service: ServiceName, operation: string, input: object];

/** What a console user does to one resource, and what the next plan has for it. */
export interface ByHand {
  readonly type: string;
  readonly name?: string;
  readonly what: string;
  /** The requests, from the attributes in the state. */
  readonly calls: (attributes: Attributes) => readonly Call[];
  /** Terraform's actions; `no-op` where AWS does not tell the provider, with the reason. */
  readonly planned: "update" | "delete,create" | "create" | "no-op";
  readonly because?: string;
  /** The attribute in which the plan shows it. */
  readonly shows?: string;
}

const AGENTCORE = "bedrock-agentcore-control";
const EVERYTHING = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
};
const TRUST_EC2 = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "ec2.amazonaws.com" } }],
};

/** A change of each type. In this order: with the role's trust changed AWS takes no update of the gateway. */
export const CHANGED: readonly ByHand[] = [
  {
    type: "aws_bedrockagentcore_gateway",
    what: "another issuer is trusted",
    calls: ({ gateway_id, name, role_arn }) => [
      [
        AGENTCORE,
        "UpdateGateway",
        {
          gatewayIdentifier: gateway_id,
          name,
          roleArn: role_arn,
          protocolType: "MCP",
          authorizerType: "CUSTOM_JWT",
          authorizerConfiguration: {
            customJWTAuthorizer: {
              discoveryUrl: "https://evil.example/.well-known/openid-configuration",
              allowedClients: ["x"],
            },
          },
        },
      ],
    ],
    planned: "update",
    shows: "authorizer_configuration",
  },
  {
    type: "aws_bedrockagentcore_gateway_target",
    what: "its tool is another",
    calls: ({ gateway_identifier, target_id, name }) => [
      [
        AGENTCORE,
        "UpdateGatewayTarget",
        {
          gatewayIdentifier: gateway_identifier,
          targetId: target_id,
          name,
          description: "by hand",
          credentialProviderConfigurations: [{ credentialProviderType: "GATEWAY_IAM_ROLE" }],
          targetConfiguration: {
            mcp: {
              lambda: {
                lambdaArn: "arn:aws:lambda:us-east-1:111122223333:function:n-tool",
                toolSchema: { inlinePayload: [{ name: "other", description: "d", inputSchema: { type: "object" } }] },
              },
            },
          },
        },
      ],
    ],
    planned: "update",
    shows: "target_configuration",
  },
  {
    type: "aws_bedrockagentcore_oauth2_credential_provider",
    what: "it asks another issuer",
    calls: ({ name }) => [
      [
        AGENTCORE,
        "UpdateOauth2CredentialProvider",
        {
          name,
          credentialProviderVendor: "CustomOauth2",
          oauth2ProviderConfigInput: {
            customOauth2ProviderConfig: {
              oauthDiscovery: { discoveryUrl: "https://evil.example/.well-known/openid-configuration" },
              clientId: "x",
              clientSecret: "x",
            },
          },
        },
      ],
    ],
    planned: "update",
    shows: "oauth2_provider_config",
  },
  {
    type: "aws_cloudwatch_log_delivery",
    what: "it has a field delimiter",
    calls: ({ id }) => [["logs", "UpdateDeliveryConfiguration", { id, fieldDelimiter: ";" }]],
    planned: "no-op",
    because: "the configuration leaves the delimiter to AWS: it is optional and computed",
  },
  {
    type: "aws_cloudwatch_log_delivery_destination",
    what: "it is a bucket",
    calls: ({ name }) => [
      [
        "logs",
        "PutDeliveryDestination",
        { name, deliveryDestinationConfiguration: { destinationResourceArn: "arn:aws:s3:::evil" } },
      ],
    ],
    planned: "delete,create",
    shows: "delivery_destination_type",
  },
  {
    type: "aws_cloudwatch_log_delivery_source",
    what: "it is another kind of log",
    calls: ({ name, resource_arn }) => [
      ["logs", "PutDeliverySource", { name, resourceArn: resource_arn, logType: "APPLICATION_LOGS" }],
    ],
    planned: "delete,create",
    shows: "log_type",
  },
  {
    type: "aws_cloudwatch_log_group",
    what: "it keeps its events for a day",
    calls: ({ name }) => [["logs", "PutRetentionPolicy", { logGroupName: name, retentionInDays: 1 }]],
    planned: "update",
    shows: "retention_in_days",
  },
  {
    type: "aws_cognito_managed_login_branding",
    what: "it has colours of its own",
    calls: ({ user_pool_id, managed_login_branding_id }) => [
      [
        "cognito-idp",
        "UpdateManagedLoginBranding",
        {
          UserPoolId: user_pool_id,
          ManagedLoginBrandingId: managed_login_branding_id,
          UseCognitoProvidedValues: false,
          Settings: { categories: { global: { colorSchemeMode: "DARK" } } },
        },
      ],
    ],
    planned: "update",
    shows: "use_cognito_provided_values",
  },
  {
    type: "aws_cognito_resource_server",
    what: "a scope is taken out",
    calls: ({ identifier, user_pool_id }) => [
      [
        "cognito-idp",
        "UpdateResourceServer",
        {
          UserPoolId: user_pool_id,
          Identifier: identifier,
          Name: "n-gateway-resource-server",
          Scopes: [{ ScopeName: "read", ScopeDescription: "Read" }],
        },
      ],
    ],
    planned: "update",
    shows: "scope",
  },
  {
    type: "aws_cognito_user",
    what: "it is disabled",
    calls: ({ user_pool_id, username }) => [
      ["cognito-idp", "AdminDisableUser", { UserPoolId: user_pool_id, Username: username }],
    ],
    planned: "update",
    shows: "enabled",
  },
  {
    type: "aws_cognito_user",
    what: "its e-mail address is no longer verified",
    calls: ({ user_pool_id, username }) => [
      [
        "cognito-idp",
        "AdminUpdateUserAttributes",
        {
          UserPoolId: user_pool_id,
          Username: username,
          UserAttributes: [{ Name: "email_verified", Value: "false" }],
        },
      ],
    ],
    planned: "update",
    shows: "attributes",
  },
  {
    type: "aws_cognito_user_pool",
    what: "its trigger is taken out",
    calls: ({ id }) => [["cognito-idp", "UpdateUserPool", { UserPoolId: id, AutoVerifiedAttributes: [] }]],
    planned: "update",
    shows: "lambda_config",
  },
  {
    type: "aws_cognito_user_pool_client",
    name: "web",
    what: "it returns elsewhere",
    calls: ({ id, user_pool_id }) => [
      [
        "cognito-idp",
        "UpdateUserPoolClient",
        { ClientId: id, UserPoolId: user_pool_id, ClientName: "n-client", CallbackURLs: ["https://evil.example"] },
      ],
    ],
    planned: "update",
    shows: "callback_urls",
  },
  {
    type: "aws_cognito_user_pool_domain",
    what: "it has the classic sign-in pages",
    calls: ({ domain, user_pool_id }) => [
      ["cognito-idp", "UpdateUserPoolDomain", { Domain: domain, UserPoolId: user_pool_id, ManagedLoginVersion: 1 }],
    ],
    planned: "update",
    shows: "managed_login_version",
  },
  {
    type: "aws_iam_role",
    name: "gateway",
    what: "another service may assume it",
    calls: ({ name }) => [
      ["iam", "UpdateAssumeRolePolicy", { RoleName: name, PolicyDocument: JSON.stringify(TRUST_EC2) }],
    ],
    planned: "update",
    shows: "assume_role_policy",
  },
  {
    type: "aws_iam_role_policy",
    name: "gateway",
    what: "it allows everything",
    calls: ({ name, role }) => [
      ["iam", "PutRolePolicy", { RoleName: role, PolicyName: name, PolicyDocument: JSON.stringify(EVERYTHING) }],
    ],
    planned: "update",
    shows: "policy",
  },
  {
    type: "aws_lambda_function",
    what: "it has another time-out",
    calls: ({ function_name }) => [
      ["lambda", "UpdateFunctionConfiguration", { FunctionName: function_name, Timeout: 9 }],
    ],
    planned: "update",
    shows: "timeout",
  },
  {
    type: "aws_lambda_permission",
    what: "another pool may call",
    calls: ({ function_name, statement_id, action, principal }) => [
      ["lambda", "RemovePermission", { FunctionName: function_name, StatementId: statement_id }],
      [
        "lambda",
        "AddPermission",
        {
          FunctionName: function_name,
          StatementId: statement_id,
          Action: action,
          Principal: principal,
          SourceArn: "arn:aws:cognito-idp:us-east-1:111122223333:userpool/us-east-1_stranger1",
        },
      ],
    ],
    planned: "delete,create",
    shows: "source_arn",
  },
  {
    type: "aws_secretsmanager_secret",
    what: "it is described otherwise",
    calls: ({ id }) => [["secretsmanager", "UpdateSecret", { SecretId: id, Description: "by hand" }]],
    planned: "update",
    shows: "description",
  },
  {
    type: "aws_secretsmanager_secret_version",
    what: "a newer value is put",
    calls: ({ secret_id }) => [
      ["secretsmanager", "PutSecretValue", { SecretId: secret_id, SecretString: "not-the-secret" }],
    ],
    planned: "no-op",
    because: "the version of the state is there as before, and nothing says that it has to be the current one",
  },
  {
    type: "aws_ssm_parameter",
    what: "it has another value",
    calls: ({ name }) => [
      ["ssm", "PutParameter", { Name: name, Value: "us-east-1_stranger", Type: "String", Overwrite: true }],
    ],
    planned: "update",
    shows: "insecure_value",
  },
];

/** The deletion of each type, in an order that AWS takes. */
export const DELETED: readonly ByHand[] = [
  deleted("aws_cloudwatch_log_delivery", ({ id }) => ["logs", "DeleteDelivery", { id }]),
  deleted("aws_cloudwatch_log_delivery_destination", ({ name }) => ["logs", "DeleteDeliveryDestination", { name }]),
  deleted("aws_cloudwatch_log_delivery_source", ({ name }) => ["logs", "DeleteDeliverySource", { name }]),
  deleted("aws_bedrockagentcore_gateway_target", ({ gateway_identifier: gatewayIdentifier, target_id: targetId }) => [
    AGENTCORE,
    "DeleteGatewayTarget",
    { gatewayIdentifier, targetId },
  ]),
  deleted("aws_bedrockagentcore_gateway", ({ gateway_id: gatewayIdentifier }) => [
    AGENTCORE,
    "DeleteGateway",
    { gatewayIdentifier },
  ]),
  deleted("aws_bedrockagentcore_oauth2_credential_provider", ({ name }) => [
    AGENTCORE,
    "DeleteOauth2CredentialProvider",
    { name },
  ]),
  deleted("aws_secretsmanager_secret", ({ id }) => [
    "secretsmanager",
    "DeleteSecret",
    { SecretId: id, ForceDeleteWithoutRecovery: true },
  ]),
  { ...deletedWith("aws_secretsmanager_secret_version"), because: "a version goes with its secret alone" },
  deleted("aws_ssm_parameter", ({ name }) => ["ssm", "DeleteParameter", { Name: name }]),
  deleted("aws_cognito_managed_login_branding", ({ user_pool_id, managed_login_branding_id }) => [
    "cognito-idp",
    "DeleteManagedLoginBranding",
    { UserPoolId: user_pool_id, ManagedLoginBrandingId: managed_login_branding_id },
  ]),
  deleted("aws_cognito_user_pool_domain", ({ domain, user_pool_id }) => [
    "cognito-idp",
    "DeleteUserPoolDomain",
    { Domain: domain, UserPoolId: user_pool_id },
  ]),
  deleted("aws_cognito_user", ({ user_pool_id, username }) => [
    "cognito-idp",
    "AdminDeleteUser",
    { UserPoolId: user_pool_id, Username: username },
  ]),
  {
    ...deleted("aws_cognito_user_pool_client", ({ id, user_pool_id }) => [
      "cognito-idp",
      "DeleteUserPoolClient",
      { ClientId: id, UserPoolId: user_pool_id },
    ]),
    name: "web",
  },
  deleted("aws_cognito_resource_server", ({ identifier, user_pool_id }) => [
    "cognito-idp",
    "DeleteResourceServer",
    { Identifier: identifier, UserPoolId: user_pool_id },
  ]),
  deleted("aws_cognito_user_pool", ({ id }) => ["cognito-idp", "DeleteUserPool", { UserPoolId: id }]),
  deleted("aws_lambda_permission", ({ function_name, statement_id }) => [
    "lambda",
    "RemovePermission",
    { FunctionName: function_name, StatementId: statement_id },
  ]),
  deleted("aws_lambda_function", ({ function_name }) => ["lambda", "DeleteFunction", { FunctionName: function_name }]),
  deleted("aws_cloudwatch_log_group", ({ name }) => ["logs", "DeleteLogGroup", { logGroupName: name }]),
  {
    ...deleted("aws_iam_role_policy", ({ role, name }) => [
      "iam",
      "DeleteRolePolicy",
      { RoleName: role, PolicyName: name },
    ]),
    name: "gateway",
  },
  { ...deleted("aws_iam_role", ({ name }) => ["iam", "DeleteRole", { RoleName: name }]), name: "gateway" },
];

function deleted(type: string, call: (attributes: Attributes) => Call): ByHand {
  return { type, what: "is deleted", calls: (attributes) => [call(attributes)], planned: "create" };
}

function deletedWith(type: string): ByHand {
  return { type, what: "is deleted with what it belongs to", calls: () => [], planned: "create" };
}
