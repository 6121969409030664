import { RESOURCES } from "../../../local/provider/resources";
import { OVERLAY } from "../../../local/provider/schema/overlay";
import { everything, Everything } from "./everything";
import { Workspace } from "./terraform";

const resource: Record<string, Record<string, Record<string, unknown>>> = everything;

/** One deployment of every type, which the tests plan against. */
let deployed: Everything;
let workspace: Workspace;

beforeAll(async () => {
  deployed = await Everything.deploy();
  workspace = deployed.workspace;
});
afterAll(() => deployed.close());

/** A change of one attribute, and the attributes that have to go for it: null. */
type Replacing = Readonly<Record<string, unknown>>;

/**
 * What replaces a resource, and another value for it: written down from the provider's side, once more than in the
 * overlay. Source: `ForceNew`, or a plan modifier that requires replacement, in the type's schema in the provider's public
 * repository, less what its CHANGELOG up to 6.25 has taken back.
 */
const FORCES_NEW: Readonly<Record<string, readonly Replacing[]>> = {
  aws_cognito_user_pool: [
    { alias_attributes: ["preferred_username"], username_attributes: null },
    { username_attributes: ["phone_number"] },
    { username_configuration: [{ case_sensitive: true }] },
  ],
  aws_cognito_user_pool_domain: [{ domain: "other" }, { user_pool_id: "us-east-1_other" }],
  aws_cognito_managed_login_branding: [
    { asset: [{ category: "FORM_LOGO", color_mode: "LIGHT", extension: "PNG" }] },
    { client_id: "other" },
    { user_pool_id: "us-east-1_other" },
  ],
  aws_cognito_resource_server: [{ identifier: "other" }, { user_pool_id: "us-east-1_other" }],
  aws_cognito_user_pool_client: [{ generate_secret: true }, { user_pool_id: "us-east-1_other" }],
  aws_cognito_user: [{ username: "other@example.com" }, { user_pool_id: "us-east-1_other" }],
  aws_bedrockagentcore_oauth2_credential_provider: [{ name: "other" }, { credential_provider_vendor: "GithubOauth2" }],
  aws_secretsmanager_secret: [{ name: "other" }, { name_prefix: "other", name: null }],
  aws_secretsmanager_secret_version: [
    { secret_id: "other" },
    { secret_binary: "b3RoZXI=", secret_string_wo: null, secret_string_wo_version: null },
    { secret_string: "other", secret_string_wo: null, secret_string_wo_version: null },
    { secret_string_wo_version: 2 },
  ],
  aws_ssm_parameter: [{ name: "/other" }, { data_type: "aws:ec2:image" }],
  aws_lambda_function: [
    { durable_config: [{ execution_timeout: 60 }] },
    { function_name: "other" },
    { package_type: "Image" },
    { tenancy_config: [{ tenant_isolation_mode: "PER_TENANT" }] },
  ],
  aws_lambda_permission: [
    { action: "lambda:GetFunction" },
    { event_source_token: "other" },
    { function_name: "other" },
    { function_url_auth_type: "AWS_IAM" },
    { principal: "apigateway.amazonaws.com" },
    { principal_org_id: "o-other" },
    { qualifier: "1" },
    { source_account: "444455556666" },
    { source_arn: "arn:aws:s3:::other" },
    { statement_id: "other" },
    { statement_id_prefix: "other", statement_id: null },
  ],
  aws_cloudwatch_log_group: [
    { name: "other" },
    { name_prefix: "other", name: null },
    { log_group_class: "INFREQUENT_ACCESS" },
  ],
  aws_iam_role: [{ name: "other" }, { name_prefix: "other", name: null }, { path: "/other/" }],
  aws_iam_role_policy: [{ role: "other" }, { name: "other" }, { name_prefix: "other", name: null }],
  aws_bedrockagentcore_gateway: [{ name: "other" }, { authorizer_type: "AWS_IAM" }],
  aws_bedrockagentcore_gateway_target: [{ gateway_identifier: "other-0123456789" }, { name: "other" }],
  aws_cloudwatch_log_delivery_source: [
    { log_type: "APPLICATION_LOGS" },
    { name: "other" },
    { resource_arn: "arn:aws:s3:::other" },
  ],
  aws_cloudwatch_log_delivery_destination: [
    // [field]: the schema that was read is older than the attribute, which came with X-Ray in 6.21.
    { delivery_destination_type: "S3" },
    { name: "other" },
    { output_format: "json" },
  ],
  aws_cloudwatch_log_delivery: [{ delivery_destination_arn: "other" }, { delivery_source_name: "other" }],
};

/** What replaces on AWS, but cannot be configured on the offline AWS, which says so. */
const REFUSED = [
  "aws_cognito_managed_login_branding.asset",
  "aws_lambda_function.durable_config",
  "aws_lambda_function.tenancy_config",
];

const replacing = Object.entries(FORCES_NEW).flatMap(([type, changes]) =>
  changes.map((change) => {
    const [attribute = ""] = Object.keys(change);
    const [name = ""] = Object.keys(resource[type] ?? {});
    return { type, name, attribute, change, path: `${type}.${attribute}` };
  }),
);
const plannable = replacing.filter(({ path }) => !REFUSED.includes(path));

function changed(rows: typeof replacing): typeof resource {
  const configuration = structuredClone(resource);
  for (const { type, name, change } of rows) Object.assign(configuration[type]?.[name] ?? {}, change);
  return configuration;
}

test("what replaces a resource is known of every type, and the overlay has it", () => {
  const paths = Object.keys(RESOURCES).flatMap((type) =>
    (OVERLAY[type]?.forceNew ?? []).map((attribute) => `${type}.${attribute}`),
  );

  expect(Object.keys(FORCES_NEW).sort()).toEqual(Object.keys(RESOURCES).sort());
  expect(paths.sort()).toEqual(replacing.map(({ path }) => path).sort());
});

test("every attribute that AWS cannot change replaces its resource, and the plan says so", async () => {
  const missed: string[] = [];
  // One attribute of each type at a time; types do not disturb one another, as each change is looked for by its path.
  const rounds = Math.max(...Object.values(FORCES_NEW).map(({ length }) => length));
  for (let round = 0; round < rounds; round += 1) {
    const chosen = Object.keys(FORCES_NEW).flatMap((type) => plannable.filter((one) => one.type === type)[round] ?? []);
    await workspace.write({ resource: changed(chosen) });
    const changes = await workspace.changes();
    for (const { type, name, attribute, path } of chosen) {
      const change = changes.find(({ address }) => address === `${type}.${name}`)?.change;
      const paths = change?.replace_paths ?? [];
      if (!paths.some((found) => found.join() === attribute))
        missed.push(`${path}: ${change?.actions.join()} ${JSON.stringify(paths)}`);
    }
  }

  expect(missed).toEqual([]);
});

test.each(REFUSED)("%s is refused, as the offline AWS does not have it", async (path) => {
  await workspace.write({ resource: changed(replacing.filter((one) => one.path === path)) });

  const { output } = await workspace.terraform("plan");

  const [type, attribute] = path.split(".");
  expect(output.replaceAll(/[\s│╷]+/g, " ")).toContain(`${attribute} of ${type} is not supported by the offline AWS`);
});

/** What replaces only where it goes from one value to another. */
const parameter = (tier: string) => ({ name: `/from/${tier}`, type: "String", insecure_value: "v", tier });
const destination = (arn: string) => ({
  name: "n-moved",
  delivery_destination_configuration: [{ destination_resource_arn: arn }],
});
const LOG_GROUP = "arn:aws:logs:us-east-1:111122223333:log-group:two";
test.each([
  ["aws_ssm_parameter", parameter("Advanced"), { tier: "Standard" }, "delete,create"],
  ["aws_ssm_parameter", parameter("Standard"), { tier: "Advanced" }, "update"],
  ["aws_cloudwatch_log_delivery_destination", destination("arn:aws:s3:::one"), destination(LOG_GROUP), "delete,create"],
  [
    "aws_cloudwatch_log_delivery_destination",
    destination("arn:aws:s3:::one"),
    destination("arn:aws:s3:::two"),
    "update",
  ],
])("%s from %j to %j: %s", async (type, from, change, actions) => {
  const own = new Workspace(deployed.aws.environment().TF_REATTACH_PROVIDERS ?? "");
  await own.apply({ resource: { [type]: { it: from } } });
  await own.write({ resource: { [type]: { it: { ...from, ...change } } } });

  const changes = await own.changes();
  await own.succeed("destroy", "-auto-approve");
  own.remove();

  expect(changes.map((one) => one.change.actions.join())).toEqual([actions]);
});

test("a pool and a resource server are renamed in place", async () => {
  const { id } = workspace.attributes("aws_cognito_user_pool");
  const renamed = structuredClone(resource);
  for (const type of ["aws_cognito_user_pool", "aws_cognito_resource_server"])
    Object.assign(renamed[type]?.["it"] ?? {}, { name: "renamed" });
  await workspace.write({ resource: renamed });
  const changes = await workspace.changes();

  await workspace.apply({ resource: renamed });

  const actions = changes.map(({ type, change }) => `${type} ${change.actions.join()}`);
  expect(actions).toContain("aws_cognito_resource_server update");
  expect(actions).toContain("aws_cognito_user_pool update");
  expect(actions.filter((action) => !/ (no-op|update)$/.test(action))).toEqual([]);
  expect(workspace.attributes("aws_cognito_user_pool")).toMatchObject({ id, name: "renamed" });
  expect(await workspace.plan()).toMatchObject({ hasChanges: false });
});

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
