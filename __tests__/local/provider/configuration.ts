const TRUST = (service: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: service } }],
  });

const ALLOW = (actions: string[], resource: string) =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: actions, Resource: resource }] });

const poolId = "${aws_cognito_user_pool.it.id}";
const discoveryUrl = "https://${aws_cognito_user_pool.it.endpoint}/.well-known/openid-configuration";

/** A user pool with all that belongs to it. */
export const identity = {
  aws_cognito_user_pool: {
    it: {
      name: "n-user-pool",
      user_pool_tier: "ESSENTIALS",
      username_attributes: ["email"],
      auto_verified_attributes: ["email"],
      admin_create_user_config: [
        {
          allow_admin_create_user_only: true,
          invite_message_template: [
            { email_subject: "Welcome to n!", email_message: "{username} {####}", sms_message: "{username} {####}" },
          ],
        },
      ],
      account_recovery_setting: [{ recovery_mechanism: [{ name: "verified_email", priority: 1 }] }],
      password_policy: [
        {
          minimum_length: 8,
          require_lowercase: true,
          require_uppercase: true,
          require_numbers: true,
          require_symbols: true,
          temporary_password_validity_days: 7,
        },
      ],
      email_configuration: [{ email_sending_account: "COGNITO_DEFAULT" }],
      schema: [
        {
          name: "email",
          attribute_data_type: "String",
          required: true,
          mutable: false,
          string_attribute_constraints: [{ min_length: "0", max_length: "2048" }],
        },
      ],
      lambda_config: [
        { pre_token_generation_config: [{ lambda_arn: "${aws_lambda_function.it.arn}", lambda_version: "V3_0" }] },
      ],
    },
  },
  aws_cognito_user_pool_domain: { it: { domain: "n-111122223333", user_pool_id: poolId, managed_login_version: 2 } },
  aws_cognito_managed_login_branding: {
    it: {
      user_pool_id: poolId,
      client_id: "${aws_cognito_user_pool_client.web.id}",
      use_cognito_provided_values: true,
      depends_on: ["aws_cognito_user_pool_domain.it"],
    },
  },
  aws_cognito_resource_server: {
    it: {
      identifier: "n-gateway",
      name: "n-gateway-resource-server",
      user_pool_id: poolId,
      scope: [
        { scope_name: "read", scope_description: "Read" },
        { scope_name: "write", scope_description: "Write" },
      ],
    },
  },
  aws_cognito_user_pool_client: {
    web: {
      name: "n-client",
      user_pool_id: poolId,
      generate_secret: false,
      explicit_auth_flows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
      allowed_oauth_flows: ["code"],
      allowed_oauth_flows_user_pool_client: true,
      allowed_oauth_scopes: ["openid", "email", "profile"],
      callback_urls: ["http://localhost:3000", "https://localhost:3000"],
      logout_urls: ["http://localhost:3000", "https://localhost:3000"],
      supported_identity_providers: ["COGNITO"],
      prevent_user_existence_errors: "ENABLED",
      access_token_validity: 1,
      id_token_validity: 1,
      refresh_token_validity: 30,
      token_validity_units: [{ access_token: "hours", id_token: "hours", refresh_token: "days" }],
    },
    machine: {
      name: "n-machine-client",
      user_pool_id: poolId,
      generate_secret: true,
      allowed_oauth_flows: ["client_credentials"],
      allowed_oauth_flows_user_pool_client: true,
      allowed_oauth_scopes: "${aws_cognito_resource_server.it.scope_identifiers}",
      supported_identity_providers: ["COGNITO"],
      access_token_validity: 1,
    },
  },
  aws_cognito_user: {
    it: {
      user_pool_id: poolId,
      username: "admin@example.com",
      attributes: { email: "admin@example.com", email_verified: "true" },
      desired_delivery_mediums: ["EMAIL"],
    },
  },
  aws_bedrockagentcore_oauth2_credential_provider: {
    it: {
      name: "n-runtime-gateway-auth",
      credential_provider_vendor: "CustomOauth2",
      oauth2_provider_config: [
        {
          custom_oauth2_provider_config: [
            {
              client_id_wo: "${aws_cognito_user_pool_client.machine.id}",
              client_secret_wo: "${aws_cognito_user_pool_client.machine.client_secret}",
              client_credentials_wo_version: 1,
              oauth_discovery: [{ discovery_url: discoveryUrl }],
            },
          ],
        },
      ],
    },
  },
  aws_secretsmanager_secret: { it: { name: "/n/machine_client_secret", description: "d", recovery_window_in_days: 0 } },
  aws_secretsmanager_secret_version: {
    it: {
      secret_id: "${aws_secretsmanager_secret.it.id}",
      secret_string_wo: "${aws_cognito_user_pool_client.machine.client_secret}",
      secret_string_wo_version: 1,
    },
  },
  aws_ssm_parameter: { it: { name: "/n/cognito-user-pool-id", type: "String", insecure_value: poolId } },
};

/** A function with its role, log group and permission. */
export const compute = (archive: string, sourceCodeHash: string) => ({
  aws_lambda_function: {
    it: {
      function_name: "n-tool",
      role: "${aws_iam_role.lambda.arn}",
      runtime: "nodejs22.x",
      handler: "index.handler",
      architectures: ["arm64"],
      filename: archive,
      source_code_hash: sourceCodeHash,
      timeout: 30,
      environment: [{ variables: { A: "1" } }],
      logging_config: [{ log_format: "Text", log_group: "${aws_cloudwatch_log_group.it.name}" }],
      depends_on: ["aws_iam_role_policy.lambda"],
    },
  },
  aws_lambda_permission: {
    it: {
      statement_id: "cognito",
      action: "lambda:InvokeFunction",
      function_name: "${aws_lambda_function.it.function_name}",
      principal: "cognito-idp.amazonaws.com",
      source_arn: "${aws_cognito_user_pool.it.arn}",
    },
  },
  aws_cloudwatch_log_group: { it: { name: "/aws/lambda/n-tool", retention_in_days: 7 } },
  aws_iam_role: {
    lambda: { name: "n-tool-role", assume_role_policy: TRUST("lambda.amazonaws.com") },
    gateway: { name: "n-gateway-role", description: "d", assume_role_policy: TRUST("bedrock-agentcore.amazonaws.com") },
  },
  aws_iam_role_policy: {
    lambda: {
      name: "logs",
      role: "${aws_iam_role.lambda.name}",
      policy: ALLOW(["logs:PutLogEvents"], "${aws_cloudwatch_log_group.it.arn}:*"),
    },
    gateway: {
      name: "invoke",
      role: "${aws_iam_role.gateway.name}",
      policy: ALLOW(["lambda:InvokeFunction", "bedrock-agentcore:*"], "*"),
    },
  },
});

export const gatewayAttributes = {
  name: "n-gateway",
  description: "before",
  role_arn: "${aws_iam_role.gateway.arn}",
  protocol_type: "MCP",
  protocol_configuration: [{ mcp: [{ supported_versions: ["2025-03-26", "2025-06-18"] }] }],
  authorizer_type: "CUSTOM_JWT",
  authorizer_configuration: [
    {
      custom_jwt_authorizer: [
        { discovery_url: discoveryUrl, allowed_clients: ["${aws_cognito_user_pool_client.machine.id}"] },
      ],
    },
  ],
};

/** A gateway with a target, and its traces. */
export const gateway = {
  aws_bedrockagentcore_gateway: { it: gatewayAttributes },
  aws_bedrockagentcore_gateway_target: {
    it: {
      name: "sample-tool-target",
      gateway_identifier: "${aws_bedrockagentcore_gateway.it.gateway_id}",
      credential_provider_configuration: [{ gateway_iam_role: [{}] }],
      target_configuration: [
        {
          mcp: [
            {
              lambda: [
                {
                  lambda_arn: "${aws_lambda_function.it.arn}",
                  tool_schema: [
                    {
                      inline_payload: [
                        {
                          name: "text_analysis_tool",
                          description: "Counts words",
                          input_schema: [
                            {
                              type: "object",
                              property: [
                                { name: "text", type: "string", description: "The text", required: true },
                                { name: "N", type: "integer", description: "How many" },
                                { name: "tags", type: "array", items: [{ type: "string" }] },
                              ],
                            },
                          ],
                        },
                      ],
                    },
                  ],
                },
              ],
            },
          ],
        },
      ],
      depends_on: ["aws_iam_role_policy.gateway"],
    },
  },
  aws_cloudwatch_log_delivery_source: {
    it: { name: "n-traces", log_type: "TRACES", resource_arn: "${aws_bedrockagentcore_gateway.it.gateway_arn}" },
  },
  aws_cloudwatch_log_delivery_destination: { it: { name: "n-xray", delivery_destination_type: "XRAY" } },
  aws_cloudwatch_log_delivery: {
    it: {
      delivery_source_name: "${aws_cloudwatch_log_delivery_source.it.name}",
      delivery_destination_arn: "${aws_cloudwatch_log_delivery_destination.it.arn}",
    },
  },
};
