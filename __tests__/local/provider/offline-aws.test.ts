import type { Caller } from "../../../local/core/service";
import type { OfflineAws } from "../../../local/offline-aws";
import { RESOURCES } from "../../../local/provider/resources";
import { gatewayAttributes, identity } from "./configuration";
import { Everything, everything as resource } from "./everything";
import { Workspace } from "./terraform";

const withGateway = (changes: object) => ({
  ...resource,
  aws_bedrockagentcore_gateway: { it: { ...gatewayAttributes, ...changes } },
});
const providerBlock = { default_tags: [{ tags: { Project: "n" } }] };
const AGENTCORE = "bedrock-agentcore-control";
const sdk: Caller = { arn: "arn:aws:iam::123456789012:user/test", via: "sdk" };

/** Every type against the offline AWS itself. The tests follow one deployment from its creation to its end. */
describe("all resource types, deployed to the offline AWS", () => {
  let deployed: Everything;
  let aws: OfflineAws;
  let workspace: Workspace;
  const reattach = () => aws.environment()["TF_REATTACH_PROVIDERS"] ?? "";

  beforeAll(async () => {
    deployed = await Everything.deploy(providerBlock);
    ({ aws, workspace } = deployed);
  });

  afterAll(() => deployed.close());

  test("a second plan has no changes", async () => {
    expect(await workspace.plan()).toMatchObject({ hasChanges: false });
  });

  test("the machine client's secret is in the state once: where Cognito answers it, in no copy of it", () => {
    const secret = String(workspace.attributes("aws_cognito_user_pool_client", "machine")["client_secret"]);

    expect(secret.length).toBeGreaterThan(20);
    expect(workspace.stateFile().split(secret)).toHaveLength(2);
  });

  test("each type is imported by its id, after which only what AWS does not tell is to be changed", async () => {
    const importer = new Workspace(reattach(), providerBlock);
    const imports = workspace
      .resources()
      .map(({ type, name, attributes }) => ({ to: `${type}.${name}`, id: importId(type, attributes) }));
    // AWS does not tell whether a client's secret was asked for, and the provider would replace the client.
    const clients = mapValues(identity.aws_cognito_user_pool_client, (client) => ({
      ...client,
      lifecycle: { ignore_changes: ["generate_secret"] },
    }));
    await importer.write({ resource: { ...resource, aws_cognito_user_pool_client: clients }, import: imports });

    const changes = await importer.changes();
    importer.remove();

    expect(changes.every(({ change }) => change.importing !== undefined)).toBe(true);
    expect(new Set(changes.map(({ type }) => type))).toEqual(new Set(Object.keys(RESOURCES)));
    expect(changes.filter(({ change }) => change.actions.join() !== "no-op").map(({ type }) => type)).toEqual([
      "aws_bedrockagentcore_oauth2_credential_provider", // the version of write-only arguments
      "aws_cognito_user", // how its invitation was sent
      "aws_lambda_function", // where its code lies on disk
      "aws_secretsmanager_secret", // the recovery window of a deletion to come
      "aws_secretsmanager_secret_version", // that its value was write-only
      "aws_ssm_parameter", // that its value was given as an insecure one
    ]);
  });

  test("nothing is imported by the id of something that does not exist, of any type", async () => {
    const importer = new Workspace(reattach(), providerBlock);
    const imports = workspace
      .resources()
      .map(({ type, name, attributes }) => ({ to: `${type}.${name}`, id: importId(type, attributes) }))
      .map(({ to, id }) => ({ to, id: id.replace(/.$/, (last) => (last === "a" ? "b" : "a")) }));
    await importer.write({ resource: withoutReferences(resource), import: imports });

    const { code, output } = await importer.terraform("plan");
    importer.remove();

    const refused = new Set([...output.matchAll(/existing\s+object\s+to\s+"(\w+)\./g)].map(([, type]) => type));
    expect(code).toBe(1);
    expect(refused).toEqual(new Set(Object.keys(RESOURCES)));
  });

  test("a gateway's update is one UpdateGateway without an engine, which detaches the one that is there", async () => {
    const gatewayIdentifier = String(workspace.attributes("aws_bedrockagentcore_gateway")["gateway_id"]);
    await attachEngine(aws, gatewayIdentifier);
    const calls = aws.events.calls("UpdateGateway").length;

    await workspace.apply({ resource: withGateway({ description: "after" }) });

    const answer = await aws.call<GatewayAnswer>(AGENTCORE, "GetGateway", { gatewayIdentifier }, sdk);
    expect(aws.events.calls("UpdateGateway").length).toBe(calls + 1);
    expect(answer.description).toBe("after");
    expect(answer.policyEngineConfiguration).toBeUndefined();
  });

  test("a change of a gateway's tags alone calls no UpdateGateway", async () => {
    const before = aws.events.calls("UpdateGateway").length;

    await workspace.apply({ resource: withGateway({ description: "after", tags: { A: "b" } }) });

    expect(aws.events.calls("UpdateGateway").length).toBe(before);
    expect(workspace.attributes("aws_bedrockagentcore_gateway")["tags_all"]).toEqual({ Project: "n", A: "b" });
  });

  test("another name or authorizer replaces a gateway", async () => {
    await workspace.write({ resource: withGateway({ name: "n-other" }) });

    const { output } = await workspace.plan();

    expect(output).toMatch(/~ name += "n-gateway" -> "n-other" # forces replacement/);
    expect(output).toMatch(/gateway_identifier += .* -> \(known after apply\) # forces replacement/);
  });

  test("what is deleted behind Terraform's back is created again", async () => {
    await workspace.apply({ resource });
    const { user_pool_id, identifier } = workspace.attributes("aws_cognito_resource_server");
    await aws.call("cognito-idp", "DeleteResourceServer", { UserPoolId: user_pool_id, Identifier: identifier }, sdk);

    const { output } = await workspace.plan();

    expect(output).toMatch(/# aws_cognito_resource_server\.it will be created/);
  });

  test("destroy deletes everything", async () => {
    await workspace.apply({ resource });

    const output = await workspace.succeed("destroy", "-auto-approve");

    expect(output).toContain("Destroy complete!");
    expect(workspace.resources()).toEqual([]);
  });
});

interface GatewayAnswer {
  readonly description: string;
  readonly policyEngineConfiguration?: object;
}

/** Attaches an engine to a gateway, as a script of the deployment does, and waits until it is in effect. */
async function attachEngine(aws: OfflineAws, gatewayIdentifier: string): Promise<void> {
  const created = await aws.call<Answer>(AGENTCORE, "CreatePolicyEngine", { name: "n_engine" }, sdk);
  const engine = await until(aws, "GetPolicyEngine", { policyEngineId: created["policyEngineId"] }, "ACTIVE");
  const gatewayNow = await until(aws, "GetGateway", { gatewayIdentifier }, "READY");
  const policyEngineConfiguration = { arn: engine["policyEngineArn"], mode: "ENFORCE" };
  const { name, roleArn, authorizerType, authorizerConfiguration } = gatewayNow;
  const kept = { gatewayIdentifier, name, roleArn, authorizerType, authorizerConfiguration };
  await aws.call(AGENTCORE, "UpdateGateway", { ...kept, policyEngineConfiguration }, sdk);
  const answer = await until(aws, "GetGateway", { gatewayIdentifier }, "READY");
  expect(answer["policyEngineConfiguration"]).toEqual(policyEngineConfiguration);
}

type Answer = Record<string, unknown>;

async function until(aws: OfflineAws, operation: string, input: object, status: string): Promise<Answer> {
  for (;;) {
    const answer = await aws.call<Answer>(AGENTCORE, operation, input, sdk);
    if (answer["status"] === status) return answer;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Where one resource waits for no other, each is looked at though all are refused. */
function withoutReferences(configuration: object): object {
  return JSON.parse(JSON.stringify(configuration), (name, value: unknown) => {
    if (name === "depends_on") return undefined;
    if (typeof value !== "string" || !value.includes("${")) return value;
    return name === "allowed_oauth_scopes" ? [] : value.replaceAll(/\$\{[^}]*\}/g, "other");
  }) as object;
}

const mapValues = <T, U>(record: Record<string, T>, change: (value: T) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));

/** The id that `terraform import` takes. Source: each type's documentation, section Import. */
function importId(type: string, attributes: Record<string, unknown>): string {
  const joined = (separator: string, ...names: string[]) =>
    names.map((name) => String(attributes[name])).join(separator);
  switch (type) {
    case "aws_bedrockagentcore_gateway":
      return joined("", "gateway_id");
    case "aws_bedrockagentcore_gateway_target":
      return joined(",", "gateway_identifier", "target_id");
    case "aws_cognito_managed_login_branding":
      return joined(",", "user_pool_id", "managed_login_branding_id");
    case "aws_cognito_user_pool_client":
      return joined("/", "user_pool_id", "id");
    case "aws_lambda_permission":
      return joined("/", "function_name", "statement_id");
    default:
      return String(attributes["id"] ?? attributes["name"]);
  }
}
