import { oauth2CredentialProvider } from "./agentcore-credentials";
import { agentcoreGateway } from "./agentcore-gateway";
import { agentcoreGatewayTarget } from "./agentcore-target";
import { cognitoResourceServer, cognitoUserPoolClient } from "./cognito-clients";
import { cognitoManagedLoginBranding, cognitoUserPoolDomain } from "./cognito-login";
import { cognitoUser } from "./cognito-user";
import { cognitoUserPool } from "./cognito-user-pool";
import { iamRole, iamRolePolicy } from "./iam";
import { lambdaFunction } from "./lambda-function";
import { lambdaPermission } from "./lambda-permission";
import { logDelivery, logDeliveryDestination, logDeliverySource, logGroup } from "./logs";
import type { Resource } from "./resource";
import { secret, secretVersion } from "./secrets-manager";
import { ssmParameter } from "./ssm";

/** The managed resource types, by their Terraform names. */
export const RESOURCES: Readonly<Record<string, Resource>> = {
  aws_bedrockagentcore_gateway: agentcoreGateway,
  aws_bedrockagentcore_gateway_target: agentcoreGatewayTarget,
  aws_bedrockagentcore_oauth2_credential_provider: oauth2CredentialProvider,
  aws_cloudwatch_log_delivery: logDelivery,
  aws_cloudwatch_log_delivery_destination: logDeliveryDestination,
  aws_cloudwatch_log_delivery_source: logDeliverySource,
  aws_cloudwatch_log_group: logGroup,
  aws_cognito_managed_login_branding: cognitoManagedLoginBranding,
  aws_cognito_resource_server: cognitoResourceServer,
  aws_cognito_user: cognitoUser,
  aws_cognito_user_pool: cognitoUserPool,
  aws_cognito_user_pool_client: cognitoUserPoolClient,
  aws_cognito_user_pool_domain: cognitoUserPoolDomain,
  aws_iam_role: iamRole,
  aws_iam_role_policy: iamRolePolicy,
  aws_lambda_function: lambdaFunction,
  aws_lambda_permission: lambdaPermission,
  aws_secretsmanager_secret: secret,
  aws_secretsmanager_secret_version: secretVersion,
  aws_ssm_parameter: ssmParameter,
};
