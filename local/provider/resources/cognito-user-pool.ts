import { type Attributes, blocksOf, equal, text } from "../value";
import { block, blocks, converted, type Fields, fromApi, time, toApi } from "./fields";
import { type Context, importBy, type Resource } from "./resource";
import { taggedByArn } from "./tags";

/** Source: UserPoolType, CreateUserPool and UpdateUserPool in Cognito's API reference. */
const updatable: Fields = {
  account_recovery_setting: block("AccountRecoverySetting", {
    recovery_mechanism: blocks("RecoveryMechanisms", { name: "Name", priority: "Priority" }),
  }),
  admin_create_user_config: block("AdminCreateUserConfig", {
    allow_admin_create_user_only: "AllowAdminCreateUserOnly",
    invite_message_template: block("InviteMessageTemplate", {
      email_message: "EmailMessage",
      email_subject: "EmailSubject",
      sms_message: "SMSMessage",
    }),
  }),
  auto_verified_attributes: "AutoVerifiedAttributes",
  deletion_protection: "DeletionProtection",
  device_configuration: block("DeviceConfiguration", {
    challenge_required_on_new_device: "ChallengeRequiredOnNewDevice",
    device_only_remembered_on_user_prompt: "DeviceOnlyRememberedOnUserPrompt",
  }),
  email_configuration: block("EmailConfiguration", {
    configuration_set: "ConfigurationSet",
    email_sending_account: "EmailSendingAccount",
    from_email_address: "From",
    reply_to_email_address: "ReplyToEmailAddress",
    source_arn: "SourceArn",
  }),
  email_verification_message: "EmailVerificationMessage",
  email_verification_subject: "EmailVerificationSubject",
  lambda_config: block("LambdaConfig", {
    post_authentication: "PostAuthentication",
    post_confirmation: "PostConfirmation",
    pre_authentication: "PreAuthentication",
    pre_sign_up: "PreSignUp",
    pre_token_generation: "PreTokenGeneration",
    pre_token_generation_config: block("PreTokenGenerationConfig", {
      lambda_arn: "LambdaArn",
      lambda_version: "LambdaVersion",
    }),
  }),
  mfa_configuration: "MfaConfiguration",
  password_policy: block("Policies.PasswordPolicy", {
    minimum_length: "MinimumLength",
    password_history_size: "PasswordHistorySize",
    require_lowercase: "RequireLowercase",
    require_numbers: "RequireNumbers",
    require_symbols: "RequireSymbols",
    require_uppercase: "RequireUppercase",
    temporary_password_validity_days: "TemporaryPasswordValidityDays",
  }),
  sign_in_policy: block("Policies.SignInPolicy", { allowed_first_auth_factors: "AllowedFirstAuthFactors" }),
  sms_verification_message: "SmsVerificationMessage",
  user_attribute_update_settings: block("UserAttributeUpdateSettings", {
    attributes_require_verification_before_update: "AttributesRequireVerificationBeforeUpdate",
  }),
  user_pool_add_ons: block("UserPoolAddOns", { advanced_security_mode: "AdvancedSecurityMode" }),
  user_pool_tier: "UserPoolTier",
  verification_message_template: block("VerificationMessageTemplate", {
    default_email_option: "DefaultEmailOption",
    email_message: "EmailMessage",
    email_message_by_link: "EmailMessageByLink",
    email_subject: "EmailSubject",
    email_subject_by_link: "EmailSubjectByLink",
    sms_message: "SmsMessage",
  }),
};

const schemaFields: Fields = {
  attribute_data_type: "AttributeDataType",
  developer_only_attribute: converted(
    "DeveloperOnlyAttribute",
    (value) => value,
    (value) => (value === true ? true : null),
  ),
  mutable: "Mutable",
  name: "Name",
  number_attribute_constraints: block("NumberAttributeConstraints", { max_value: "MaxValue", min_value: "MinValue" }),
  required: "Required",
  string_attribute_constraints: block("StringAttributeConstraints", {
    max_length: "MaxLength",
    min_length: "MinLength",
  }),
};

const createOnly: Fields = {
  alias_attributes: "AliasAttributes",
  schema: blocks("Schema", schemaFields),
  username_attributes: "UsernameAttributes",
  username_configuration: block("UsernameConfiguration", { case_sensitive: "CaseSensitive" }),
};

const decided: Fields = {
  arn: "Arn",
  creation_date: time("CreationDate"),
  custom_domain: "CustomDomain",
  domain: "Domain",
  estimated_number_of_users: "EstimatedNumberOfUsers",
  id: "Id",
  last_modified_date: time("LastModifiedDate"),
  name: "Name",
};

interface PoolAnswer {
  readonly UserPool: { readonly Id: string; readonly Arn: string; readonly UserPoolTags?: Record<string, string> };
}

const poolId = (state: Attributes) => ({ UserPoolId: text(state["id"]) });
const describe = ({ call }: Context, state: Attributes) =>
  call<PoolAnswer>("cognito-idp", "DescribeUserPool", poolId(state));

export const cognitoUserPool: Resource = {
  label: "Cognito User Pool",
  fields: { ...updatable, ...createOnly, name: "PoolName" },
  identify: (state) => text(state["id"]) ?? text(state["name"]) ?? "",
  importId: importBy("id"),

  create: async ({ call }, desired, tags) => {
    const input = { ...toApi(cognitoUserPool.fields, desired), UserPoolTags: tags };
    const { UserPool } = await call<PoolAnswer>("cognito-idp", "CreateUserPool", input);
    return { id: UserPool.Id, arn: UserPool.Arn };
  },

  read: async (context, state) => {
    const { UserPool } = await describe(context, state);
    const { schema, ...read } = fromApi(
      { ...updatable, ...createOnly, ...decided, schema: blocks("SchemaAttributes", schemaFields) },
      UserPool,
    );
    return {
      ...read,
      schema: ownAttributes(blocksOf(schema), state),
      endpoint: `${new URL(context.environment.endpoint()).host}/${UserPool.Id}`,
    };
  },

  update: async ({ call }, desired, prior) => {
    if (!equal(desired["schema"] ?? [], prior["schema"] ?? [], true))
      throw new Error("cannot modify or remove schema items");
    // UpdateUserPool sets what is left out back to its default, so everything is sent.
    await call("cognito-idp", "UpdateUserPool", {
      ...poolId(desired),
      ...toApi({ ...updatable, name: "PoolName" }, desired),
      UserPoolTags: desired["tags_all"] ?? {},
    });
  },

  delete: async ({ call }, state) => {
    await call("cognito-idp", "DeleteUserPool", poolId(state));
  },

  tagging: taggedByArn({
    service: "cognito-idp",
    arn: "arn",
    member: "ResourceArn",
    tags: "Tags",
    keys: "TagKeys",
    read: async (context, state) => (await describe(context, state)).UserPool.UserPoolTags ?? {},
  }),
};

/**
 * AWS answers all the standard attributes too; those that are configured are Terraform's. An import has no
 * configuration, so there they are the custom attributes and the standard ones that a user must have.
 */
function ownAttributes(all: Attributes[], state: Attributes): Attributes[] {
  const attributes = all.map((each) => ({ ...each, name: (text(each["name"]) ?? "").replace(/^(custom|dev):/, "") }));
  const configured = blocksOf(state["schema"]).map(({ name }) => name);
  const isImport = state["name"] === null;
  return attributes.filter(({ name }, index) =>
    isImport
      ? name !== "sub" && (all[index]?.["required"] === true || name !== all[index]?.["name"])
      : configured.includes(name),
  );
}
