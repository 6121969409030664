import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { strToU8, zipSync } from "fflate";
import type { Caller, ServiceName } from "../../../local/core/service";
import { OfflineAws } from "../../../local/offline-aws";
import { RESOURCES } from "../../../local/provider/resources";
import { OVERLAY } from "../../../local/provider/schema/overlay";
import { compute, gateway, identity } from "./configuration";
import { Workspace } from "./terraform";

const archive = Buffer.from(zipSync({ "index.js": strToU8("exports.handler = async (event) => event;") }));
const functions = compute("function.zip", createHash("sha256").update(archive).digest("base64"));
const resource: Configuration = { ...identity, ...functions, ...gateway };
const CONSOLE: Caller = { arn: "arn:aws:iam::111122223333:user/console", via: "sdk" };

type Configuration = Record<string, Record<string, Record<string, unknown>>>;

/** One deployment of every type, which the tests only plan against, or change by hand and mend. */
let modules: string;
let aws: OfflineAws;
let workspace: Workspace;

beforeAll(async () => {
  modules = mkdtempSync(join(tmpdir(), "provider-modules-"));
  writeFileSync(join(modules, "function.zip"), archive);
  aws = await OfflineAws.start({ moduleDirectories: [modules] });
  workspace = new Workspace(aws.environment().TF_REATTACH_PROVIDERS ?? "");
  await workspace.apply({ resource });
});

afterAll(async () => {
  workspace.remove();
  rmSync(modules, { recursive: true });
  await aws.close();
});

/** Another valid value of the same kind. */
const OTHER: Readonly<Record<string, unknown>> = {
  "aws_cognito_user_pool.username_attributes": ["phone_number"],
  "aws_cognito_user_pool_client.generate_secret": true,
  "aws_lambda_permission.principal": "apigateway.amazonaws.com",
  "aws_cloudwatch_log_delivery_source.log_type": "APPLICATION_LOGS",
  "aws_cloudwatch_log_delivery_destination.delivery_destination_type": "S3",
  "aws_bedrockagentcore_gateway.authorizer_type": "AWS_IAM",
  "aws_bedrockagentcore_oauth2_credential_provider.credential_provider_vendor": "GithubOauth2",
  "aws_ssm_parameter.data_type": "aws:ec2:image",
  "aws_secretsmanager_secret_version.secret_string_wo_version": 2,
};

/** Every attribute that replaces its resource and that the configuration sets, with another value. */
const replacing = Object.entries(resource).flatMap(([type, byName]) => {
  const [name = "", attributes = {}] = Object.entries(byName)[0] ?? [];
  return (OVERLAY[type]?.forceNew ?? [])
    .filter((attribute) => attribute in attributes)
    .map((attribute) => {
      const value = OTHER[`${type}.${attribute}`] ?? `${String(attributes[attribute])}x`;
      return { type, name, attribute, value };
    });
});

/** What the configuration sets of what replaces, written down once more: a change of the overlay has to be meant. */
const FORCES_NEW: Readonly<Record<string, readonly string[]>> = {
  aws_cognito_user_pool: ["name", "username_attributes"],
  aws_cognito_user_pool_domain: ["domain", "user_pool_id"],
  aws_cognito_managed_login_branding: ["client_id", "user_pool_id"],
  aws_cognito_resource_server: ["identifier", "user_pool_id"],
  aws_cognito_user_pool_client: ["generate_secret", "user_pool_id"],
  aws_cognito_user: ["username", "user_pool_id"],
  aws_bedrockagentcore_oauth2_credential_provider: ["name", "credential_provider_vendor"],
  aws_secretsmanager_secret: ["name"],
  aws_secretsmanager_secret_version: ["secret_id", "secret_string_wo_version"],
  aws_ssm_parameter: ["name"],
  aws_lambda_function: ["function_name"],
  aws_lambda_permission: ["action", "function_name", "principal", "source_arn", "statement_id"],
  aws_cloudwatch_log_group: ["name"],
  aws_iam_role: ["name"],
  aws_iam_role_policy: ["role", "name"],
  aws_bedrockagentcore_gateway: ["name", "authorizer_type"],
  aws_bedrockagentcore_gateway_target: ["gateway_identifier", "name"],
  aws_cloudwatch_log_delivery_source: ["log_type", "name", "resource_arn"],
  aws_cloudwatch_log_delivery_destination: ["delivery_destination_type", "name"],
  aws_cloudwatch_log_delivery: ["delivery_destination_arn", "delivery_source_name"],
};

test("what replaces a resource changes in two places, or not at all", () => {
  const found = Object.fromEntries(
    Object.keys(resource).map((type) => [
      type,
      replacing.filter((one) => one.type === type).map(({ attribute }) => attribute),
    ]),
  );
  expect(found).toEqual(FORCES_NEW);
});

test("every attribute that AWS cannot change replaces its resource, and the plan says so", async () => {
  const missed: string[] = [];
  // One attribute of each type at a time; types do not disturb one another, as each change is looked for by its path.
  const rounds = Math.max(...Object.keys(resource).map((type) => replacing.filter((one) => one.type === type).length));
  for (let round = 0; round < rounds; round += 1) {
    const chosen = Object.keys(resource).flatMap((type) => replacing.filter((one) => one.type === type)[round] ?? []);
    const changed = structuredClone(resource);
    for (const { type, name, attribute, value } of chosen)
      Object.assign(changed[type]?.[name] ?? {}, { [attribute]: value });
    await workspace.write({ resource: changed });
    const changes = await workspace.changes();
    for (const { type, name, attribute } of chosen) {
      const change = changes.find(({ address }) => address === `${type}.${name}`)?.change;
      const paths = JSON.stringify(change?.replace_paths ?? []);
      if (!paths.includes(JSON.stringify([attribute])))
        missed.push(`${type}.${attribute}: ${change?.actions.join()} ${paths}`);
    }
  }

  expect(missed).toEqual([]);
}, 60_000);

/** What a console user may do to each type, and the attribute in which a plan shows it. */
const BEHIND: readonly {
  type: string;
  name?: string;
  service: ServiceName;
  operation: string;
  input: (attributes: Record<string, unknown>) => object;
  shows: string;
}[] = [
  // First: with the role's trust changed, below, AWS takes no update of the gateway.
  {
    type: "aws_bedrockagentcore_gateway",
    service: "bedrock-agentcore-control",
    operation: "UpdateGateway",
    input: ({ gateway_id, name, role_arn }) => ({
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
    }),
    shows: "authorizer_configuration",
  },
  {
    type: "aws_cognito_user_pool",
    service: "cognito-idp",
    operation: "UpdateUserPool",
    input: ({ id }) => ({ UserPoolId: id, AutoVerifiedAttributes: [] }),
    shows: "lambda_config",
  },
  {
    type: "aws_cognito_user_pool_client",
    name: "web",
    service: "cognito-idp",
    operation: "UpdateUserPoolClient",
    input: ({ id, user_pool_id }) => ({
      ClientId: id,
      UserPoolId: user_pool_id,
      ClientName: "n-client",
      CallbackURLs: ["https://evil.example"],
    }),
    shows: "callback_urls",
  },
  {
    type: "aws_cognito_resource_server",
    service: "cognito-idp",
    operation: "UpdateResourceServer",
    input: ({ identifier, user_pool_id }) => ({
      UserPoolId: user_pool_id,
      Identifier: identifier,
      Name: "n-gateway-resource-server",
      Scopes: [{ ScopeName: "read", ScopeDescription: "Read" }],
    }),
    shows: "scope",
  },
  {
    type: "aws_iam_role",
    name: "gateway",
    service: "iam",
    operation: "UpdateAssumeRolePolicy",
    input: ({ name }) => ({
      RoleName: name,
      PolicyDocument: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "ec2.amazonaws.com" } }],
      }),
    }),
    shows: "assume_role_policy",
  },
  {
    type: "aws_iam_role_policy",
    name: "gateway",
    service: "iam",
    operation: "PutRolePolicy",
    input: ({ name, role }) => ({
      RoleName: role,
      PolicyName: name,
      PolicyDocument: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
      }),
    }),
    shows: "policy",
  },
  {
    type: "aws_lambda_function",
    service: "lambda",
    operation: "UpdateFunctionConfiguration",
    input: ({ function_name }) => ({ FunctionName: function_name, Timeout: 9 }),
    shows: "timeout",
  },
  {
    type: "aws_cloudwatch_log_group",
    service: "logs",
    operation: "PutRetentionPolicy",
    input: ({ name }) => ({ logGroupName: name, retentionInDays: 1 }),
    shows: "retention_in_days",
  },
  {
    type: "aws_ssm_parameter",
    service: "ssm",
    operation: "PutParameter",
    input: ({ name }) => ({ Name: name, Value: "us-east-1_stranger", Type: "String", Overwrite: true }),
    shows: "insecure_value",
  },
  {
    type: "aws_bedrockagentcore_gateway_target",
    service: "bedrock-agentcore-control",
    operation: "UpdateGatewayTarget",
    input: ({ gateway_identifier, target_id, name }) => ({
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
    }),
    shows: "target_configuration",
  },
];

describe("a change made behind Terraform's back", () => {
  beforeAll(() => workspace.apply({ resource }));

  test.each(BEHIND)(
    "is in the next plan: $operation",
    async ({ type, name = "it", service, operation, input, shows }) => {
      await aws.call(service, operation, input(workspace.attributes(type, name)), CONSOLE);

      const change = (await workspace.changes()).find(({ address }) => address === `${type}.${name}`)?.change;

      expect(change?.actions).toEqual(["update"]);
      const { before = {}, after = {} } = change as {
        before?: Record<string, unknown>;
        after?: Record<string, unknown>;
      };
      expect(before[shows]).not.toEqual(after[shows]);
    },
  );

  test("and one apply puts all of them back", async () => {
    await workspace.apply({ resource });

    expect(await workspace.plan()).toMatchObject({ hasChanges: false });
  });
});

test("two configurations are applied at the same time, each with its own names, without a word of the other", async () => {
  const reattach = aws.environment().TF_REATTACH_PROVIDERS ?? "";
  const parameters = (prefix: string) => ({
    resource: {
      aws_ssm_parameter: Object.fromEntries(
        [...Array(20).keys()].map((n) => [
          `p${n}`,
          { name: `/${prefix}/${n}`, type: "String", insecure_value: prefix },
        ]),
      ),
    },
  });
  const first = new Workspace(reattach, { default_tags: [{ tags: { Stack: "first" } }] });
  const second = new Workspace(reattach, { default_tags: [{ tags: { Stack: "second" } }] });

  await Promise.all([first.apply(parameters("first")), second.apply(parameters("second"))]);

  for (const [own, prefix] of [
    [first, "first"],
    [second, "second"],
  ] as const) {
    expect(own.resources()).toHaveLength(20);
    expect(own.resources().map(({ attributes }) => attributes.tags_all)).toEqual(Array(20).fill({ Stack: prefix }));
    expect(await own.plan()).toMatchObject({ hasChanges: false });
    own.remove();
  }
});

test("no type is left out", () => {
  expect(new Set(Object.keys(resource))).toEqual(new Set(Object.keys(RESOURCES)));
});
