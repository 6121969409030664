import { bundlePreToken } from "../../lambdas/bundle";
import type { Settings } from "../../settings/schema";
import { outline, project, synthesise } from "./synthesised";

const from = project();
const { identity: stack, gateway } = synthesise(from);
const pool = "${aws_cognito_user_pool.user_pool.id}";
const discoveryUrl = "https://${aws_cognito_user_pool.user_pool.endpoint}/.well-known/openid-configuration";
const N = from.settings.name;

describe("user pool", () => {
  const resource = stack.resource("aws_cognito_user_pool.user_pool");

  test("is of the tier whose triggers reach machine tokens, and lets only administrators add users", () => {
    expect(resource).toMatchObject({
      name: `${N}-user-pool`,
      user_pool_tier: "ESSENTIALS",
      admin_create_user_config: { allow_admin_create_user_only: true },
    });
  });

  test("identifies people by an email address that is required and cannot be changed", () => {
    expect(resource).toMatchObject({
      username_attributes: ["email"],
      auto_verified_attributes: ["email"],
      schema: [
        {
          name: "email",
          attribute_data_type: "String",
          required: true,
          mutable: false,
          string_attribute_constraints: { min_length: "0", max_length: "2048" },
        },
      ],
      account_recovery_setting: { recovery_mechanism: [{ name: "verified_email", priority: 1 }] },
      email_configuration: { email_sending_account: "COGNITO_DEFAULT" },
    });
  });

  test("wants passwords of eight characters of all four kinds, and temporary ones for seven days", () => {
    expect(resource.password_policy).toEqual({
      minimum_length: 8,
      require_lowercase: true,
      require_uppercase: true,
      require_numbers: true,
      require_symbols: true,
      temporary_password_validity_days: 7,
    });
  });

  test("invites by name, with the placeholders that Cognito fills in", () => {
    const { invite_message_template: invitation } = resource.admin_create_user_config as {
      invite_message_template: Record<string, string>;
    };
    expect(invitation.email_subject).toBe(`Welcome to ${N}!`);
    expect(invitation.email_message).toMatch(/\{username\}[^]*\{####\}/);
    expect(invitation.sms_message).toMatch(/\{username\}[^]*\{####\}/);
  });

  test("runs the pre-token function as a V3 trigger, which it alone may call", () => {
    expect(resource.lambda_config).toEqual({
      pre_token_generation_config: {
        lambda_arn: "${aws_lambda_function.pre_token_function.arn}",
        lambda_version: "V3_0",
      },
    });
    expect(stack.resource("aws_lambda_permission.pre_token_permission")).toMatchObject({
      action: "lambda:InvokeFunction",
      function_name: "${aws_lambda_function.pre_token_function.function_name}",
      principal: "cognito-idp.amazonaws.com",
      source_arn: "${aws_cognito_user_pool.user_pool.arn}",
    });
  });

  test.each([
    [true, "ACTIVE"],
    [false, "INACTIVE"],
  ])("is protected from deletion: %s gives %s", (deletionProtection, expected) => {
    const settings = { userPool: { ...from.settings.userPool, deletionProtection } };
    const { identity } = synthesise(project({ settings }));
    expect(identity.resource("aws_cognito_user_pool.user_pool").deletion_protection).toBe(expected);
  });
});

describe("clients", () => {
  test("the web client has no secret, and returns only to localhost and where the settings say", () => {
    const settings = { userPool: { ...from.settings.userPool, callbackUrls: ["https://app.example.com/back"] } };
    const client = synthesise(project({ settings })).identity.resource("aws_cognito_user_pool_client.web_client");
    const urls = ["http://localhost:3000", "https://localhost:3000", "https://app.example.com/back"];
    expect(client).toMatchObject({
      name: `${N}-client`,
      generate_secret: false,
      explicit_auth_flows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
      allowed_oauth_flows: ["code"],
      allowed_oauth_scopes: ["openid", "email", "profile"],
      callback_urls: urls,
      logout_urls: urls,
      prevent_user_existence_errors: "ENABLED",
      access_token_validity: 1,
      id_token_validity: 1,
      refresh_token_validity: 30,
      token_validity_units: [{ access_token: "hours", id_token: "hours", refresh_token: "days" }],
    });
  });

  test("the machine client may do nothing but ask for the gateway's scopes in its own name", () => {
    expect(stack.resource("aws_cognito_resource_server.machine_client_resource_server")).toMatchObject({
      identifier: `${N}-gateway`,
      name: `${N}-gateway-resource-server`,
      scope: [{ scope_name: "read" }, { scope_name: "write" }],
    });
    expect(stack.resource("aws_cognito_user_pool_client.machine_client").explicit_auth_flows ?? []).toEqual([]);
    expect(stack.resource("aws_cognito_user_pool_client.machine_client")).toMatchObject({
      name: `${N}-machine-client`,
      generate_secret: true,
      allowed_oauth_flows: ["client_credentials"],
      allowed_oauth_flows_user_pool_client: true,
      allowed_oauth_scopes: [`${N}-gateway/read`, `${N}-gateway/write`],
      supported_identity_providers: ["COGNITO"],
      access_token_validity: 1,
      depends_on: ["aws_cognito_resource_server.machine_client_resource_server"],
    });
  });
});

describe("the machine client's secret", () => {
  const secret = "${aws_cognito_user_pool_client.machine_client.client_secret}";

  test("is used in this stack, by write-only arguments, and nowhere else", () => {
    const uses = stack
      .addresses()
      .filter((address) => /[.]client_secret\b/.test(JSON.stringify(stack.resource(address))));
    expect(uses).toEqual([
      "aws_bedrockagentcore_oauth2_credential_provider.runtime_credential_provider",
      "aws_secretsmanager_secret_version.machine_client_secret_value",
    ]);
    expect(stack.resource(uses[1] ?? "")).toMatchObject({ secret_string_wo: secret });
    expect(stack.resource(uses[1] ?? "")).not.toHaveProperty("secret_string");
    expect(JSON.stringify(stack.json.output)).not.toContain("secret");
    expect(JSON.stringify(gateway.json)).not.toContain("client_secret");
  });

  test("has copies that are written again when another client takes its place", () => {
    const version = "${parseint(substr(sha256(aws_cognito_user_pool_client.machine_client.id), 0, 7), 16)}";
    expect(stack.resource("aws_secretsmanager_secret_version.machine_client_secret_value")).toMatchObject({
      secret_string_wo_version: version,
    });
    expect(stack.resource("aws_bedrockagentcore_oauth2_credential_provider.runtime_credential_provider")).toMatchObject(
      {
        name: `${N}-runtime-gateway-auth`,
        credential_provider_vendor: "CustomOauth2",
        oauth2_provider_config: [
          {
            custom_oauth2_provider_config: [
              {
                client_id_wo: "${aws_cognito_user_pool_client.machine_client.id}",
                client_secret_wo: secret,
                client_credentials_wo_version: version,
                oauth_discovery: [{ discovery_url: discoveryUrl }],
              },
            ],
          },
        ],
      },
    );
  });

  test("lies where agents look for it", () => {
    expect(stack.resource("aws_secretsmanager_secret.machine_client_secret")).toMatchObject({
      name: `/${N}/machine_client_secret`,
      description: expect.stringContaining("machine client"),
    });
  });
});

describe("sign-in pages", () => {
  test("are managed login, on a domain of the account's own, branded after the domain is there", () => {
    expect(stack.resource("aws_cognito_user_pool_domain.login_domain")).toMatchObject({
      domain: `${N}-\${data.aws_caller_identity.caller.account_id}-us-east-1`,
      managed_login_version: 2,
      user_pool_id: pool,
    });
    expect(stack.resource("aws_cognito_managed_login_branding.login_branding")).toMatchObject({
      client_id: "${aws_cognito_user_pool_client.web_client.id}",
      use_cognito_provided_values: true,
      depends_on: ["aws_cognito_user_pool_domain.login_domain"],
    });
  });
});

describe("pre-token function", () => {
  test("runs on Node 22 and arm64, for no longer than Cognito waits", () => {
    expect(stack.resource("aws_lambda_function.pre_token_function")).toMatchObject({
      function_name: `${N}-pretoken-v3`,
      runtime: "nodejs22.x",
      architectures: ["arm64"],
      timeout: 5,
      logging_config: { log_group: "${aws_cloudwatch_log_group.pre_token_function_logs.name}" },
    });
    expect(stack.resource("aws_cloudwatch_log_group.pre_token_function_logs")).toMatchObject({
      name: `/aws/lambda/${N}-pretoken-v3`,
      retention_in_days: 7,
    });
  });

  test("may write to its own log group, and nothing else", () => {
    expect(stack.addresses("aws_iam_role_policy")).toEqual(["aws_iam_role_policy.pre_token_function_policy"]);
    expect(stack.statements("aws_iam_role_policy.pre_token_function_policy")).toEqual([
      {
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: "${aws_cloudwatch_log_group.pre_token_function_logs.arn}:*",
      },
    ]);
  });

  test.each([
    ["none", null],
    ["guest", { department: "guest", role: "viewer" }],
  ] as const)(
    "knows the settings' users and the gateway's scopes; others get what %s stands for",
    (name, defaultGroup) => {
      const users = { "user-1": { department: "finance", role: "analyst", label: "Fay" } };
      const { identity } = synthesise(project({ settings: { claims: { users, defaultGroup: name } } }));
      const { sourceCodeHash } = bundlePreToken({
        gatewayScopes: [`${N}-gateway/read`, `${N}-gateway/write`],
        users: { "user-1": { department: "finance", role: "analyst" } },
        defaultGroup,
      });
      expect(identity.resource("aws_lambda_function.pre_token_function").source_code_hash).toBe(sourceCodeHash);
    },
  );

  test("is another one when the users are others", () => {
    const hashOf = (users: Record<string, { department: string; role: string }>) => {
      const claims = { ...from.settings.claims, users };
      const { identity } = synthesise(project({ settings: { claims } }));
      return identity.resource("aws_lambda_function.pre_token_function").source_code_hash;
    };
    expect(hashOf({})).not.toBe(hashOf({ "user-1": { department: "finance", role: "analyst" } }));
  });
});

describe("who gets which claims", () => {
  const stackWith = (claims: Partial<Settings["claims"]>) =>
    synthesise(project({ settings: { claims: { ...from.settings.claims, ...claims } } })).identity.json;
  const shown = (claims: Partial<Settings["claims"]>) =>
    (stackWith(claims).output as { claims: { value: Record<string, string> } }).claims.value;
  const analyst = { department: "finance", role: "analyst" };

  test("is in the plan by the beginning of the id and by label, and what everybody else gets", () => {
    const users = {
      "c81d94a7-02be-4b67-8e3d-91f5a60d2e44": { department: "engineering", role: "developer" },
      "5f0c2b1e-7a64-4d0f-9a51-3c2f6e8b7d10": { ...analyst, label: "Ann" },
    };
    expect(shown({ users, defaultGroup: "guest" })).toEqual({
      "5f0c2b1e… (Ann)": "department finance, role analyst",
      "c81d94a7…": "department engineering, role developer",
      "everybody else": "department guest, role viewer",
    });
    expect(shown({ users: {}, defaultGroup: "none" })).toEqual({ "everybody else": "no claims" });
  });

  test("leaves out nobody whose id begins like another's", () => {
    const users = {
      "google_1234-a": analyst,
      "google_1234-b": { ...analyst, role: "admin" },
      "google_1234-c": analyst,
    };
    expect(shown({ users, defaultGroup: "none" })).toEqual({
      "googl…": "department finance, role analyst",
      "googl… #2": "department finance, role admin",
      "googl… #3": "department finance, role analyst",
      "everybody else": "no claims",
    });
  });

  test("shows no id in full, however short, and nor does anything else in the stack", () => {
    const ids = ["u1", "ab3", "5f0c2b1e-7a64-4d0f-9a51-3c2f6e8b7d10"];
    const users = Object.fromEntries(ids.map((id) => [id, analyst]));
    const keys = Object.keys(shown({ users }));
    expect(keys).toHaveLength(4);
    for (const id of ids) expect(keys.join(" ")).not.toContain(id);
    expect(JSON.stringify(stackWith({ users }))).not.toContain(ids[2]);
  });
});

test("an administrator is invited where an email address is set, and nobody otherwise", () => {
  const settings = { userPool: { ...from.settings.userPool, adminEmail: "admin@example.com" } };
  const { identity } = synthesise(project({ settings }));
  expect(stack.addresses("aws_cognito_user")).toEqual([]);
  expect(identity.resource("aws_cognito_user.admin")).toMatchObject({
    username: "admin@example.com",
    attributes: { email: "admin@example.com", email_verified: "true" },
    desired_delivery_mediums: ["EMAIL"],
  });
});

test("others find the deployment by parameters, none of which is a secret", () => {
  const parameters = stack.addresses("aws_ssm_parameter").map((address) => stack.resource(address));
  expect(Object.fromEntries(parameters.map(({ name, insecure_value }) => [name, insecure_value]))).toEqual({
    [`/${N}/cognito-user-pool-id`]: pool,
    [`/${N}/cognito-user-pool-client-id`]: "${aws_cognito_user_pool_client.web_client.id}",
    [`/${N}/machine_client_id`]: "${aws_cognito_user_pool_client.machine_client.id}",
    [`/${N}/cognito_provider`]: "${aws_cognito_user_pool_domain.login_domain.domain}.auth.us-east-1.amazoncognito.com",
    [`/${N}/discovery_url`]: discoveryUrl,
  });
});

test("outputs", () => {
  expect(Object.keys(stack.json.output ?? {})).toEqual([
    "claims",
    "domain_url",
    "machine_client_id",
    "pre_token_function_arn",
    "ssm_prefix",
    "user_pool_id",
    "web_client_id",
  ]);
});

test("resources and their order", () => {
  expect(outline(stack)).toMatchSnapshot();
});
