import { writeFileSync } from "node:fs";
import path from "node:path";

/**
 * What the identity that runs Terraform may do: the permissions that the AWS provider and the lifecycle scripts need, and
 * those that `npm run verify` needs. `node --import tsx docs/deployer-policy.ts` writes deployer-policy.json.
 */
interface Grant {
  readonly Sid: string;
  /** What needs it: Terraform types, or `scripts` and `verify`. */
  readonly for: readonly string[];
  readonly Action: readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const arn = (service: string, resource: string) => `arn:aws:${service}:<REGION>:<ACCOUNT>:${resource}`;
const agentcore = (resource: string) => arn("bedrock-agentcore", resource);
const actions = (service: string, ...names: string[]) => names.map((name) => `${service}:${name}`);

/** Resources that the deployment made; their ids cannot be known beforehand. */
const OURS = { StringEquals: { "aws:ResourceTag/Project": "<NAME>" } };

export const GRANTS: readonly Grant[] = [
  {
    Sid: "CreateUserPool",
    for: ["aws_cognito_user_pool"],
    Action: actions("cognito-idp", "CreateUserPool", "TagResource"),
    // The id is Cognito's; what is created must bear the deployment's tag.
    Resource: "*",
    Condition: { StringEquals: { "aws:RequestTag/Project": "<NAME>" } },
  },
  {
    Sid: "UserPool",
    for: [
      "aws_cognito_user_pool",
      "aws_cognito_user_pool_domain",
      "aws_cognito_managed_login_branding",
      "aws_cognito_user_pool_client",
      "aws_cognito_resource_server",
      "aws_cognito_user",
    ],
    Action: [
      ...actions("cognito-idp", "DescribeUserPool", "UpdateUserPool", "DeleteUserPool", "AddCustomAttributes"),
      ...actions("cognito-idp", "GetUserPoolMfaConfig", "SetUserPoolMfaConfig"),
      ...actions("cognito-idp", "ListTagsForResource", "TagResource", "UntagResource"),
      ...actions("cognito-idp", "CreateUserPoolDomain", "UpdateUserPoolDomain", "DeleteUserPoolDomain"),
      ...actions("cognito-idp", "CreateManagedLoginBranding", "DescribeManagedLoginBranding"),
      ...actions("cognito-idp", "DescribeManagedLoginBrandingByClient"),
      ...actions("cognito-idp", "UpdateManagedLoginBranding", "DeleteManagedLoginBranding"),
      ...actions("cognito-idp", "CreateUserPoolClient", "DescribeUserPoolClient"),
      ...actions("cognito-idp", "UpdateUserPoolClient", "DeleteUserPoolClient"),
      ...actions("cognito-idp", "CreateResourceServer", "DescribeResourceServer"),
      ...actions("cognito-idp", "UpdateResourceServer", "DeleteResourceServer"),
      ...actions("cognito-idp", "AdminCreateUser", "AdminGetUser", "AdminUpdateUserAttributes", "AdminDeleteUser"),
    ],
    Resource: arn("cognito-idp", "userpool/*"),
    Condition: OURS,
  },
  {
    Sid: "ReadWhatHasNoArn",
    for: [
      "aws_cognito_user_pool_domain",
      "aws_cloudwatch_log_group",
      "aws_cloudwatch_log_delivery",
      "aws_ssm_parameter",
    ],
    Action: [
      "cognito-idp:DescribeUserPoolDomain",
      "logs:DescribeLogGroups",
      "logs:DescribeDeliveries",
      "ssm:DescribeParameters",
    ],
    // None of these takes a resource. Source: AWS's service authorization reference.
    Resource: "*",
  },
  {
    Sid: "Functions",
    for: ["aws_lambda_function", "aws_lambda_permission"],
    Action: [
      ...actions("lambda", "CreateFunction", "GetFunction", "GetFunctionConfiguration", "DeleteFunction"),
      ...actions("lambda", "UpdateFunctionCode", "UpdateFunctionConfiguration"),
      ...actions("lambda", "ListVersionsByFunction", "GetFunctionCodeSigningConfig"),
      ...actions("lambda", "AddPermission", "RemovePermission", "GetPolicy"),
      ...actions("lambda", "TagResource", "UntagResource", "ListTags"),
    ],
    Resource: arn("lambda", "function:<NAME>-*"),
  },
  {
    Sid: "FunctionLogs",
    for: ["aws_cloudwatch_log_group"],
    Action: [
      ...actions("logs", "CreateLogGroup", "DeleteLogGroup", "PutRetentionPolicy", "DeleteRetentionPolicy"),
      ...actions("logs", "TagResource", "UntagResource", "ListTagsForResource"),
    ],
    Resource: arn("logs", "log-group:/aws/lambda/<NAME>-*"),
  },
  {
    Sid: "Roles",
    for: ["aws_iam_role", "aws_iam_role_policy"],
    Action: [
      ...actions("iam", "CreateRole", "GetRole", "UpdateRole", "UpdateRoleDescription", "DeleteRole"),
      ...actions("iam", "UpdateAssumeRolePolicy", "TagRole", "UntagRole", "ListRoleTags"),
      ...actions("iam", "PutRolePolicy", "GetRolePolicy", "DeleteRolePolicy"),
      ...actions("iam", "ListRolePolicies", "ListAttachedRolePolicies", "ListInstanceProfilesForRole"),
    ],
    Resource: "arn:aws:iam::<ACCOUNT>:role/<NAME>-*",
  },
  {
    Sid: "PassRoleToFunctions",
    for: ["aws_lambda_function"],
    Action: ["iam:PassRole"],
    Resource: "arn:aws:iam::<ACCOUNT>:role/<NAME>-*",
    Condition: { StringEquals: { "iam:PassedToService": "lambda.amazonaws.com" } },
  },
  {
    Sid: "PassRoleToGateway",
    for: ["aws_bedrockagentcore_gateway", "scripts"],
    Action: ["iam:PassRole"],
    Resource: "arn:aws:iam::<ACCOUNT>:role/<NAME>-gateway-role",
    Condition: { StringEquals: { "iam:PassedToService": "bedrock-agentcore.amazonaws.com" } },
  },
  {
    Sid: "MachineClientSecret",
    for: ["aws_secretsmanager_secret", "aws_secretsmanager_secret_version", "verify"],
    Action: [
      ...actions("secretsmanager", "CreateSecret", "DescribeSecret", "UpdateSecret", "DeleteSecret"),
      ...actions("secretsmanager", "PutSecretValue", "GetSecretValue", "UpdateSecretVersionStage"),
      ...actions("secretsmanager", "GetResourcePolicy", "TagResource", "UntagResource"),
    ],
    Resource: arn("secretsmanager", "secret:/<NAME>/machine_client_secret-*"),
  },
  {
    Sid: "CredentialProviderSecret",
    for: ["aws_bedrockagentcore_oauth2_credential_provider"],
    // AgentCore keeps the provider's secret in the caller's name.
    Action: [
      ...actions("secretsmanager", "CreateSecret", "DescribeSecret", "UpdateSecret", "DeleteSecret"),
      ...actions("secretsmanager", "PutSecretValue", "TagResource"),
    ],
    Resource: arn("secretsmanager", "secret:bedrock-agentcore-identity!default/oauth2/<NAME>-runtime-gateway-auth-*"),
  },
  {
    Sid: "CredentialProvider",
    for: ["aws_bedrockagentcore_oauth2_credential_provider"],
    Action: [
      ...actions("bedrock-agentcore", "CreateOauth2CredentialProvider", "GetOauth2CredentialProvider"),
      ...actions("bedrock-agentcore", "UpdateOauth2CredentialProvider", "DeleteOauth2CredentialProvider"),
      ...actions("bedrock-agentcore", "CreateTokenVault", "GetTokenVault"),
    ],
    Resource: [
      agentcore("token-vault/default"),
      agentcore("token-vault/default/oauth2credentialprovider/<NAME>-runtime-gateway-auth"),
    ],
  },
  {
    Sid: "Parameters",
    for: ["aws_ssm_parameter", "scripts", "verify"],
    Action: [
      ...actions("ssm", "PutParameter", "GetParameter", "GetParameters", "GetParametersByPath"),
      ...actions("ssm", "DeleteParameter", "DeleteParameters"),
      ...actions("ssm", "AddTagsToResource", "RemoveTagsFromResource", "ListTagsForResource"),
    ],
    Resource: arn("ssm", "parameter/<NAME>/*"),
  },
  {
    Sid: "Gateway",
    for: ["aws_bedrockagentcore_gateway", "aws_bedrockagentcore_gateway_target", "scripts"],
    Action: [
      ...actions("bedrock-agentcore", "UpdateGateway", "DeleteGateway"),
      ...actions("bedrock-agentcore", "CreateGatewayTarget", "GetGatewayTarget", "UpdateGatewayTarget"),
      ...actions("bedrock-agentcore", "DeleteGatewayTarget", "ListGatewayTargets"),
      // Without it AgentCore cannot compare a Cedar statement with the gateway's tools.
      "bedrock-agentcore:InvokeGateway",
      "bedrock-agentcore:ManageResourceScopedPolicy",
      ...actions("bedrock-agentcore", "TagResource", "UntagResource", "ListTagsForResource"),
    ],
    Resource: agentcore("gateway/<NAME>-gateway-*"),
  },
  {
    Sid: "CreateGatewayAndFindUsersOfTheEngine",
    for: ["aws_bedrockagentcore_gateway", "scripts"],
    // The script asks every gateway for its engine before it deletes the engine.
    Action: actions("bedrock-agentcore", "CreateGateway", "ListGateways", "GetGateway"),
    Resource: agentcore("gateway/*"),
  },
  {
    Sid: "GatewayIdentity",
    for: ["aws_bedrockagentcore_gateway"],
    // AgentCore makes a workload identity for the gateway.
    Action: actions("bedrock-agentcore", "CreateWorkloadIdentity", "GetWorkloadIdentity", "DeleteWorkloadIdentity"),
    Resource: [
      agentcore("workload-identity-directory/default"),
      agentcore("workload-identity-directory/default/workload-identity/<NAME>-gateway-*"),
    ],
  },
  {
    Sid: "CreateAndFindPolicyEngine",
    for: ["scripts"],
    Action: actions("bedrock-agentcore", "CreatePolicyEngine", "ListPolicyEngines"),
    Resource: agentcore("policy-engine/*"),
  },
  {
    Sid: "PolicyEngine",
    for: ["scripts", "verify"],
    Action: [
      ...actions("bedrock-agentcore", "GetPolicyEngine", "DeletePolicyEngine"),
      ...actions("bedrock-agentcore", "CreatePolicy", "GetPolicy", "UpdatePolicy", "DeletePolicy", "ListPolicies"),
      ...actions("bedrock-agentcore", "TagResource", "ListTagsForResource"),
    ],
    Resource: [
      agentcore("policy-engine/<NAME_>_policy_engine-*"),
      agentcore("policy-engine/<NAME_>_policy_engine-*/policy/*"),
    ],
  },
  {
    Sid: "TraceDelivery",
    for: [
      "aws_cloudwatch_log_delivery",
      "aws_cloudwatch_log_delivery_source",
      "aws_cloudwatch_log_delivery_destination",
    ],
    Action: [
      ...actions("logs", "PutDeliverySource", "GetDeliverySource", "DeleteDeliverySource"),
      ...actions("logs", "PutDeliveryDestination", "GetDeliveryDestination", "DeleteDeliveryDestination"),
      ...actions("logs", "CreateDelivery", "GetDelivery", "UpdateDeliveryConfiguration", "DeleteDelivery"),
      ...actions("logs", "TagResource", "UntagResource", "ListTagsForResource"),
    ],
    Resource: [
      arn("logs", "delivery-source:<NAME>-gateway-traces"),
      arn("logs", "delivery-destination:<NAME>-gateway-xray"),
      // The id of a delivery is CloudWatch's.
      arn("logs", "delivery:*"),
    ],
  },
  {
    Sid: "TracesOfTheGateway",
    for: ["aws_cloudwatch_log_delivery_source"],
    Action: ["bedrock-agentcore:AllowVendedLogDeliveryForResource"],
    Resource: agentcore("gateway/<NAME>-gateway-*"),
  },
  {
    Sid: "TracesToXRay",
    for: ["aws_cloudwatch_log_delivery"],
    Action: actions("xray", "PutResourcePolicy", "ListResourcePolicies", "GetTraceSegmentDestination"),
    // None of these takes a resource. Source: AWS's service authorization reference.
    Resource: "*",
  },
];

/** The IAM policy document, with placeholders: `<NAME_>` is the name with `_` in place of `-`. */
export const deployerPolicy = () => ({
  Version: "2012-10-17",
  Statement: GRANTS.map(({ Sid, Action, Resource, Condition }) => ({
    Sid,
    Effect: "Allow",
    Action,
    Resource,
    ...(Condition ? { Condition } : {}),
  })),
});

async function write(): Promise<void> {
  const { format } = await import("prettier");
  const file = path.join(__dirname, "deployer-policy.json");
  writeFileSync(file, await format(JSON.stringify(deployerPolicy()), { parser: "json", printWidth: 120 }));
}

if (require.main === module) void write();
