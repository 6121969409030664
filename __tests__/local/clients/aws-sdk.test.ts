import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import * as agentcore from "@aws-sdk/client-bedrock-agentcore-control";
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import * as systemsManager from "@aws-sdk/client-ssm";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import { OfflineAws } from "../../../local/offline-aws";
import { AUTHORIZER, createGateway, createRole, createTarget } from "../../support/gateway";

/** The AWS SDK for JavaScript as it comes: its clients, paginators and waiters. */

/** Whose keys the environment holds. What the tests' helpers do by hand is somebody else's. */
const SDK_CALLER = "arn:aws:iam::111122223333:user/platform-engineer";

let aws: OfflineAws;
let client: agentcore.BedrockAgentCoreControlClient;
beforeAll(async () => {
  aws = await OfflineAws.start();
  Object.assign(process.env, aws.environment());
  client = new agentcore.BedrockAgentCoreControlClient({});
});
afterAll(() => aws.close());

/** Paginators that were seen to turn a page, and waiters that waited, as `name of package`. */
const tried = new Set<string>();

/** What a paginator finds, which must take it more than one page. */
async function everyPage<Page, Item>(
  [name, pages]: readonly [keyof typeof agentcore | keyof typeof systemsManager, AsyncIterable<Page>],
  items: (page: Page) => readonly Item[] | undefined,
): Promise<Item[]> {
  const found: (readonly Item[])[] = [];
  for await (const page of pages) found.push(items(page) ?? []);
  expect(found.filter(({ length }) => length > 0).length).toBeGreaterThan(1);
  tried.add(`${name} of @aws-sdk/client-${name in agentcore ? "bedrock-agentcore-control" : "ssm"}`);
  return found.flat();
}

/** Waits as short as the SDK lets one wait; its own pauses are 2 and 5 seconds. */
const soon = () => ({ client, maxWaitTime: 20, minDelay: 1, maxDelay: 1 });

type Waiter =
  "waitUntilPolicyEngineActive" | "waitUntilPolicyEngineDeleted" | "waitUntilPolicyActive" | "waitUntilPolicyDeleted";

async function wait(name: Waiter, input: agentcore.GetPolicyCommandInput | agentcore.GetPolicyEngineCommandInput) {
  // Each waiter takes the input of its own operation.
  await agentcore[name](soon(), input as agentcore.GetPolicyCommandInput);
  tried.add(`${name} of @aws-sdk/client-bedrock-agentcore-control`);
}

const STATEMENT = (gatewayArn: string, department: string) =>
  `permit(principal is AgentCore::OAuthUser, action == AgentCore::Action::"echo___say", resource == AgentCore::Gateway::"${gatewayArn}")
   when { principal.hasTag("department") && principal.getTag("department") == "${department}" };`;

async function readyGateway(gatewayIdentifier: string) {
  for (;;) {
    const gateway = await client.send(new agentcore.GetGatewayCommand({ gatewayIdentifier }));
    if (gateway.status === "READY") return gateway;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test("every operation that the scripts use, from an engine's creation to its deletion, with the SDK's waiters", async () => {
  const created = await client.send(
    new agentcore.CreatePolicyEngineCommand({
      name: "sdk_engine",
      tags: { Project: "sdk" },
      clientToken: "x".repeat(40),
    }),
  );
  const policyEngineId = created.policyEngineId;
  await wait("waitUntilPolicyEngineActive", { policyEngineId });
  const engine = await client.send(new agentcore.GetPolicyEngineCommand({ policyEngineId }));
  const resourceArn = engine.policyEngineArn;
  await client.send(new agentcore.TagResourceCommand({ resourceArn, tags: { Deployment: "test" } }));
  const { tags } = await client.send(new agentcore.ListTagsForResourceCommand({ resourceArn }));
  expect(tags).toEqual({ Project: "sdk", Deployment: "test" });
  expect(engine.createdAt).toBeInstanceOf(Date);

  const roleArn = await createRole(aws);
  const gateway = {
    name: "sdk-gateway",
    roleArn,
    authorizerType: "CUSTOM_JWT",
    authorizerConfiguration: AUTHORIZER,
  } as const;
  const { gatewayId: gatewayIdentifier } = await client.send(
    new agentcore.CreateGatewayCommand({ ...gateway, protocolType: "MCP" }),
  );
  const { gatewayArn = "" } = await readyGateway(gatewayIdentifier ?? "");
  const policyEngineConfiguration = { arn: resourceArn, mode: "ENFORCE" } as const;
  await client.send(new agentcore.UpdateGatewayCommand({ ...gateway, gatewayIdentifier, policyEngineConfiguration }));
  expect((await readyGateway(gatewayIdentifier ?? "")).policyEngineConfiguration).toEqual(policyEngineConfiguration);
  const { targetId } = await client.send(
    new agentcore.CreateGatewayTargetCommand({
      gatewayIdentifier,
      name: "echo",
      credentialProviderConfigurations: [{ credentialProviderType: "GATEWAY_IAM_ROLE" }],
      targetConfiguration: {
        mcp: {
          lambda: {
            lambdaArn: "arn:aws:lambda:us-east-1:111122223333:function:demo-echo",
            toolSchema: {
              inlinePayload: [{ name: "say", description: "says it", inputSchema: { type: "object", properties: {} } }],
            },
          },
        },
      },
    }),
  );
  const target = { gatewayIdentifier, targetId };
  while ((await client.send(new agentcore.GetGatewayTargetCommand(target))).status !== "READY");

  const { policyId } = await client.send(
    new agentcore.CreatePolicyCommand({
      policyEngineId,
      name: "sdk_policy",
      definition: { cedar: { statement: STATEMENT(gatewayArn, "finance") } },
      enforcementMode: "LOG_ONLY",
      validationMode: "FAIL_ON_ANY_FINDINGS",
    }),
  );
  await wait("waitUntilPolicyActive", { policyEngineId, policyId });
  await client.send(
    new agentcore.UpdatePolicyCommand({
      ...{ policyEngineId, policyId, enforcementMode: "ACTIVE", description: { optionalValue: "now in effect" } },
      definition: { cedar: { statement: STATEMENT(gatewayArn, "sales") } },
    }),
  );
  await wait("waitUntilPolicyActive", { policyEngineId, policyId });
  const policy = await client.send(new agentcore.GetPolicyCommand({ policyEngineId, policyId }));
  expect(policy).toMatchObject({ enforcementMode: "ACTIVE", description: "now in effect" });
  expect(policy.definition?.cedar?.statement).toContain('"sales"');

  await client.send(new agentcore.DeleteGatewayTargetCommand(target));
  const targets = () => client.send(new agentcore.ListGatewayTargetsCommand({ gatewayIdentifier }));
  while ((await targets()).items?.length);
  await client.send(new agentcore.DeleteGatewayCommand({ gatewayIdentifier }));
  while ((await client.send(new agentcore.ListGatewaysCommand({}))).items?.length);
  await client.send(new agentcore.DeletePolicyCommand({ policyEngineId, policyId }));
  await wait("waitUntilPolicyDeleted", { policyEngineId, policyId });
  await client.send(new agentcore.DeletePolicyEngineCommand({ policyEngineId }));
  await wait("waitUntilPolicyEngineDeleted", { policyEngineId });
});

test("refusals are the SDK's own exceptions", async () => {
  const asked = client.send(new agentcore.GetPolicyEngineCommand({ policyEngineId: "nobody-abcdefghij" }));

  await expect(asked).rejects.toBeInstanceOf(agentcore.ResourceNotFoundException);
  await expect(asked).rejects.toMatchObject({ $metadata: { httpStatusCode: 404 } });
});

test("the control plane's paginators, over more than one page", async () => {
  const policyEngineIds: string[] = [];
  for (const name of ["paged_one", "paged_two", "paged_three"]) {
    const { policyEngineId = "" } = await client.send(new agentcore.CreatePolicyEngineCommand({ name }));
    policyEngineIds.push(policyEngineId);
  }
  const [policyEngineId = ""] = policyEngineIds;
  await wait("waitUntilPolicyEngineActive", { policyEngineId });
  const roleArn = "arn:aws:iam::111122223333:role/demo-gateway-role";
  const { gatewayId: gatewayIdentifier = "", gatewayArn = "" } = await createGateway(aws, roleArn, { name: "paged-a" });
  await createGateway(aws, roleArn, { name: "paged-b" });
  await createTarget(aws, gatewayIdentifier, ["say"], "echo");
  await createTarget(aws, gatewayIdentifier, ["say"], "echo-too");
  const policyEngineConfiguration = {
    arn: `arn:aws:bedrock-agentcore:us-east-1:111122223333:policy-engine/${policyEngineId}`,
    mode: "ENFORCE",
  } as const;
  const gateway = {
    name: "paged-a",
    roleArn,
    authorizerType: "CUSTOM_JWT",
    authorizerConfiguration: AUTHORIZER,
  } as const;
  await client.send(new agentcore.UpdateGatewayCommand({ ...gateway, gatewayIdentifier, policyEngineConfiguration }));
  await readyGateway(gatewayIdentifier);
  for (const name of ["paged_finance", "paged_sales", "paged_legal"]) {
    const definition = { cedar: { statement: STATEMENT(gatewayArn, name) } };
    await client.send(new agentcore.CreatePolicyCommand({ policyEngineId, name, definition }));
  }
  const config = { client, pageSize: 1 };

  const engines = await everyPage(
    ["paginateListPolicyEngines", agentcore.paginateListPolicyEngines(config, {})],
    (page) => page.policyEngines,
  );
  const gateways = await everyPage(
    ["paginateListGateways", agentcore.paginateListGateways(config, {})],
    (page) => page.items,
  );
  const targets = await everyPage(
    ["paginateListGatewayTargets", agentcore.paginateListGatewayTargets(config, { gatewayIdentifier })],
    (page) => page.items,
  );
  const policies = await everyPage(
    ["paginateListPolicies", agentcore.paginateListPolicies(config, { policyEngineId })],
    (page) => page.policies,
  );

  const names = (items: readonly { name?: string }[]) => items.map(({ name }) => name).sort();
  expect(names(engines)).toEqual(["paged_one", "paged_three", "paged_two"]);
  expect(names(gateways)).toEqual(["paged-a", "paged-b"]);
  expect(names(targets)).toEqual(["echo", "echo-too"]);
  expect(names(policies)).toEqual(["paged_finance", "paged_legal", "paged_sales"]);
});

test("Systems Manager, with its paginator", async () => {
  const ssm = new systemsManager.SSMClient({});
  const names = Array.from({ length: 12 }, (_, index) => `/sdk/policy/${index}`);
  for (const Name of names)
    await ssm.send(new systemsManager.PutParameterCommand({ Name, Value: "x", Type: "String" }));

  const found = await everyPage(
    [
      "paginateGetParametersByPath",
      systemsManager.paginateGetParametersByPath({ client: ssm }, { Path: "/sdk/policy" }),
    ],
    (page) => page.Parameters,
  );
  const one = await ssm.send(new systemsManager.GetParameterCommand({ Name: "/sdk/policy/3" }));
  const some = await ssm.send(
    new systemsManager.GetParametersCommand({ Names: ["/sdk/policy/3", "/sdk/policy/4", "/sdk/none"] }),
  );
  const deleted = await ssm.send(new systemsManager.DeleteParametersCommand({ Names: names.slice(0, 10) }));

  expect(found.map(({ Name }) => Name).sort()).toEqual([...names].sort());
  expect(one.Parameter).toMatchObject({ Name: "/sdk/policy/3", Value: "x", Type: "String", Version: 1 });
  expect(some.Parameters?.map(({ Name }) => Name)).toEqual(["/sdk/policy/3", "/sdk/policy/4"]);
  expect(some.InvalidParameters).toEqual(["/sdk/none"]);
  expect(deleted.DeletedParameters?.sort()).toEqual(names.slice(0, 10).sort());
  await expect(ssm.send(new systemsManager.GetParameterCommand({ Name: "/sdk/policy/3" }))).rejects.toBeInstanceOf(
    systemsManager.ParameterNotFound,
  );
});

test("Secrets Manager: the newest value, and its own exception where there is no secret", async () => {
  const secrets = new SecretsManagerClient({});
  await secrets.send(new CreateSecretCommand({ Name: "/sdk/secret", SecretString: "whisper" }));
  const { VersionId } = await secrets.send(
    new PutSecretValueCommand({ SecretId: "/sdk/secret", SecretString: "louder" }),
  );

  const found = await secrets.send(new GetSecretValueCommand({ SecretId: "/sdk/secret" }));

  expect(found).toMatchObject({ SecretString: "louder", VersionId, VersionStages: ["AWSCURRENT"] });
  await expect(secrets.send(new GetSecretValueCommand({ SecretId: "/sdk/none" }))).rejects.toBeInstanceOf(
    ResourceNotFoundException,
  );
});

test("STS, and credentials that it gives for a role", async () => {
  const Statement = [
    { Effect: "Allow", Principal: { AWS: "arn:aws:iam::111122223333:root" }, Action: "sts:AssumeRole" },
  ];
  const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
  const caller = { arn: "arn:aws:iam::111122223333:user/console", via: "sdk" } as const;
  await aws.call("iam", "CreateRole", { RoleName: "deployer", AssumeRolePolicyDocument }, caller);
  const params = { RoleArn: "arn:aws:iam::111122223333:role/deployer", RoleSessionName: "sdk" };

  const own = await new STSClient({}).send(new GetCallerIdentityCommand({}));
  const sts = new STSClient({ credentials: fromTemporaryCredentials({ params }) });
  const assumed = await sts.send(new GetCallerIdentityCommand({}));

  expect(own.Arn).toBe(SDK_CALLER);
  expect(assumed.Arn).toBe("arn:aws:sts::111122223333:assumed-role/deployer/sdk");
});

/** What a source imports of the SDK and calls: an operation, a paginator, a waiter. */
const CALLED = /\b(\w+Command|paginate\w+|waitUntil\w+)\b/g;
const FROM_SDK = /import\s+(?!type\b)([^;]+?)\s+from\s+"(@aws-sdk\/client-[^"]+)"/g;
const ROOT = path.resolve(__dirname, "../../..");

/** Of everything that is no test, as `name of package`. */
function usedBySources(): string[] {
  const folders = readdirSync(ROOT, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !/^(\.|node_modules|cdktf\.out|coverage|__tests__)/.test(entry.name))
    .map(({ name }) => name);
  const sources = folders
    .flatMap((folder) =>
      readdirSync(path.join(ROOT, folder), { recursive: true, encoding: "utf8" }).map((file) =>
        path.join(folder, file),
      ),
    )
    .filter((file) => file.endsWith(".ts"));
  const used = sources.flatMap((file) =>
    [...readFileSync(path.join(ROOT, file), "utf8").matchAll(FROM_SDK)].flatMap(([, imported = "", from = ""]) => {
      // What is reached through such a name would not be found here.
      if (imported.startsWith("*")) throw new Error(`${file} imports the whole of ${from}`);
      return [...imported.matchAll(CALLED)].map(([name]) => `${name} of ${from}`);
    }),
  );
  return [...new Set(used)].sort();
}

test("whatever the sources call of the SDK was called above, and answered", () => {
  const packages: Readonly<Record<string, string>> = { secretsmanager: "secrets-manager" };
  const answered = aws.events
    .calls()
    .filter(({ caller, error }) => caller === SDK_CALLER && error === undefined)
    .map(({ service, operation }) => `${operation}Command of @aws-sdk/client-${packages[service] ?? service}`);
  const known = new Set([...answered, ...tried]);
  const used = usedBySources();

  expect(used.length).toBeGreaterThan(20);
  expect(used.filter((name) => !known.has(name))).toEqual([]);
});
