import { RESOURCES } from "../../../local/provider/resources";
import { OVERLAY } from "../../../local/provider/schema/overlay";
import { everything, Everything } from "./everything";
import { Workspace } from "./terraform";

const resource: Record<string, Record<string, Record<string, unknown>>> = everything;

/** One deployment of every type, which the tests only plan against. */
let deployed: Everything;
let workspace: Workspace;

beforeAll(async () => {
  deployed = await Everything.deploy();
  workspace = deployed.workspace;
});
afterAll(() => deployed.close());

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

test("two configurations are applied at the same time, each with its own names, without a word of the other", async () => {
  const reattach = deployed.aws.environment().TF_REATTACH_PROVIDERS ?? "";
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
