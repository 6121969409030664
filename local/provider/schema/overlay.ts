import type { Value } from "../value";

/** What a CDKTF binding does not carry about a type. */
export interface Overlay {
  /** Attributes and blocks whose change replaces the resource ("Forces new resource" in the docs). */
  readonly forceNew?: readonly string[];
  /** Paths of attributes that Terraform hides. */
  readonly sensitive?: readonly string[];
  /** Values that the provider plans where the configuration has none, by path. */
  readonly defaults?: Readonly<Record<string, Value>>;
  /** Computed attributes that are unknown again as soon as anything but tags changes. */
  readonly volatile?: readonly string[];
  /** Attributes that hold JSON: texts that mean the same are no change. */
  readonly json?: readonly string[];
  /** Blocks that AWS fills in where the configuration has none: known after apply, and then no change. */
  readonly computedBlocks?: readonly string[];
  /** Blocks that AWS fills in too, which the provider does not announce. */
  readonly suppressedBlocks?: readonly string[];
}

/**
 * One row per type. Source: the documentation of the AWS provider 6.25
 * (registry.terraform.io/providers/hashicorp/aws/6.25.0/docs) and, where it is silent, the schema in the
 * provider's public repository. Attributes named `*_wo` are write-only and sensitive in every type.
 */
export const OVERLAY: Readonly<Record<string, Overlay>> = {
  aws_cognito_user_pool: {
    // Neither a pool's name nor a resource server's: both are changed in place since 6.6.0 (the provider's CHANGELOG).
    forceNew: ["alias_attributes", "username_attributes", "username_configuration"],
    defaults: {
      deletion_protection: "INACTIVE",
      mfa_configuration: "OFF",
      "email_configuration.email_sending_account": "COGNITO_DEFAULT",
      "verification_message_template.default_email_option": "CONFIRM_WITH_CODE",
    },
    volatile: ["last_modified_date"],
    computedBlocks: [
      "admin_create_user_config",
      "password_policy",
      "sign_in_policy",
      "sms_configuration",
      "verification_message_template",
    ],
    suppressedBlocks: ["account_recovery_setting", "email_configuration", "username_configuration"],
  },
  aws_cognito_user_pool_domain: { forceNew: ["domain", "user_pool_id"] },
  aws_cognito_managed_login_branding: {
    forceNew: ["asset", "client_id", "user_pool_id"],
    volatile: ["settings_all"],
    json: ["settings"],
  },
  aws_cognito_user_pool_client: {
    forceNew: ["generate_secret", "user_pool_id"],
    sensitive: ["client_secret"],
    defaults: {
      "token_validity_units.access_token": "hours",
      "token_validity_units.id_token": "hours",
      "token_validity_units.refresh_token": "days",
    },
    suppressedBlocks: ["token_validity_units"],
  },
  aws_cognito_resource_server: { forceNew: ["identifier", "user_pool_id"], volatile: ["scope_identifiers"] },
  aws_cognito_user: {
    forceNew: ["username", "user_pool_id"],
    sensitive: ["password", "temporary_password"],
    defaults: { enabled: true },
    volatile: ["last_modified_date", "status"],
  },
  aws_iam_role: {
    forceNew: ["name", "name_prefix", "path"],
    defaults: { force_detach_policies: false, max_session_duration: 3600, path: "/" },
    json: ["assume_role_policy"],
    computedBlocks: ["inline_policy"],
  },
  aws_iam_role_policy: { forceNew: ["role", "name", "name_prefix"], json: ["policy"] },
  aws_lambda_function: {
    // `durable_config` in truth only where it comes or goes.
    forceNew: ["durable_config", "function_name", "package_type", "tenancy_config"],
    defaults: {
      memory_size: 128,
      package_type: "Zip",
      publish: false,
      reserved_concurrent_executions: -1,
      skip_destroy: false,
      timeout: 3,
    },
    volatile: ["last_modified"],
    computedBlocks: ["ephemeral_storage", "logging_config", "tracing_config"],
  },
  aws_lambda_permission: {
    forceNew: [
      "action",
      "event_source_token",
      "function_name",
      "function_url_auth_type",
      "principal",
      "principal_org_id",
      "qualifier",
      "source_account",
      "source_arn",
      "statement_id",
      "statement_id_prefix",
    ],
  },
  aws_cloudwatch_log_group: {
    forceNew: ["name", "name_prefix", "log_group_class"],
    defaults: { retention_in_days: 0, skip_destroy: false },
  },
  aws_cloudwatch_log_delivery_source: { forceNew: ["log_type", "name", "resource_arn"] },
  aws_cloudwatch_log_delivery_destination: { forceNew: ["delivery_destination_type", "name", "output_format"] },
  aws_cloudwatch_log_delivery: { forceNew: ["delivery_destination_arn", "delivery_source_name"] },
  aws_bedrockagentcore_oauth2_credential_provider: {
    forceNew: ["name", "credential_provider_vendor"],
    sensitive: [
      "oauth2_provider_config.custom_oauth2_provider_config.client_id",
      "oauth2_provider_config.custom_oauth2_provider_config.client_secret",
    ],
  },
  aws_bedrockagentcore_gateway: { forceNew: ["name", "authorizer_type"] },
  aws_bedrockagentcore_gateway_target: {
    forceNew: ["gateway_identifier", "name"],
    defaults: targetPropertyDefaults(),
  },
  aws_secretsmanager_secret: {
    forceNew: ["name", "name_prefix"],
    defaults: { force_overwrite_replica_secret: false, recovery_window_in_days: 30 },
    json: ["policy"],
    computedBlocks: ["replica"],
  },
  aws_secretsmanager_secret_version: {
    forceNew: ["secret_id", "secret_binary", "secret_string", "secret_string_wo_version"],
    sensitive: ["secret_binary", "secret_string"],
  },
  aws_ssm_parameter: { forceNew: ["name", "data_type"], sensitive: ["value"], volatile: ["version"] },
  "data.aws_ssm_parameter": { sensitive: ["value"] },
  "data.aws_ssm_parameters_by_path": { sensitive: ["values"] },
};

/** `required` of a tool's property is false where it is not set, at every depth that the provider has. */
function targetPropertyDefaults(): Record<string, Value> {
  const tool = "target_configuration.mcp.lambda.tool_schema.inline_payload";
  const nested = ["", ".property", ".items", ".property.items"];
  const roots = [`${tool}.input_schema`, `${tool}.output_schema`].flatMap((root) =>
    nested.map((path) => `${root}${path}`),
  );
  return Object.fromEntries(roots.map((root) => [`${root}.property.required`, false]));
}
