import {
  BedrockAgentCoreControlClient,
  CreateGatewayCommand,
  CreateGatewayTargetCommand,
  CreateOauth2CredentialProviderCommand,
  CreatePolicyCommand,
  CreatePolicyEngineCommand,
  DeleteOauth2CredentialProviderCommand,
  DeletePolicyCommand,
  DeletePolicyEngineCommand,
  GetGatewayCommand,
  GetPolicyEngineCommand,
  ListTagsForResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
  paginateListPolicyEngines,
  waitUntilPolicyActive,
  waitUntilPolicyDeleted,
  waitUntilPolicyEngineActive,
  waitUntilPolicyEngineDeleted,
  type CreateGatewayCommandInput,
  type CreateGatewayTargetCommandInput,
} from "@aws-sdk/client-bedrock-agentcore-control";
import { setTimeout as sleep } from "node:timers/promises";
import { OfflineAws } from "../../../local/offline-aws";
import { createRole } from "../../support/gateway";
import { gateway, statement, target } from "./world";

let aws: OfflineAws;
let client: BedrockAgentCoreControlClient;

beforeAll(async () => {
  aws = await OfflineAws.start();
  const environment = aws.environment();
  const credentials = {
    accessKeyId: environment.AWS_ACCESS_KEY_ID ?? "",
    secretAccessKey: environment.AWS_SECRET_ACCESS_KEY ?? "",
  };
  client = new BedrockAgentCoreControlClient({
    region: "us-east-1",
    endpoint: aws.endpoint,
    credentials,
    maxAttempts: 1,
  });
});

afterAll(async () => {
  client.destroy();
  await aws.close();
});

const waiting = () => ({ client, maxWaitTime: 10, minDelay: 0.01, maxDelay: 0.02 });

test("AWS's own client makes an engine and a policy, waits for both, and takes them away", async () => {
  const roleArn = await createRole(aws);
  const members = { ...gateway(), roleArn } as CreateGatewayCommandInput;
  const { gatewayId: gatewayIdentifier } = await client.send(new CreateGatewayCommand(members));
  const read = () => client.send(new GetGatewayCommand({ gatewayIdentifier }));
  while ((await read()).status !== "READY") await sleep(5);
  const { gatewayArn = "", gatewayUrl, createdAt } = await read();
  expect(createdAt).toBeInstanceOf(Date);
  expect(gatewayUrl).toMatch(/^https:\/\//);
  await client.send(
    new CreateGatewayTargetCommand({ ...target(), gatewayIdentifier } as CreateGatewayTargetCommandInput),
  );
  await sleep(10);

  const { policyEngineId } = await client.send(new CreatePolicyEngineCommand({ name: "by_sdk" }));
  await waitUntilPolicyEngineActive(waiting(), { policyEngineId });
  const created = await client.send(
    new CreatePolicyCommand({
      policyEngineId,
      name: "by_sdk_policy",
      definition: { cedar: { statement: statement(gatewayArn, "read", "sales") } },
      enforcementMode: "LOG_ONLY",
    }),
  );
  expect(created).toMatchObject({ status: "CREATING", enforcementMode: "LOG_ONLY" });
  const policy = { policyEngineId, policyId: created.policyId };
  await waitUntilPolicyActive(waiting(), policy);
  await client.send(new DeletePolicyCommand(policy));
  await waitUntilPolicyDeleted(waiting(), policy);
  await client.send(new DeletePolicyEngineCommand({ policyEngineId }));
  await waitUntilPolicyEngineDeleted(waiting(), { policyEngineId });
});

test("its errors are AWS's classes", async () => {
  const missing = client.send(new GetPolicyEngineCommand({ policyEngineId: "demo-abcdefghij" }));
  await expect(missing).rejects.toMatchObject({
    name: "ResourceNotFoundException",
    $metadata: { httpStatusCode: 404 },
  });
  const wrong = client.send(new CreatePolicyEngineCommand({ name: "with-hyphen" }));
  await expect(wrong).rejects.toMatchObject({
    name: "ValidationException",
    message: expect.stringContaining("'name'"),
  });
});

test("its paginator gets every engine once", async () => {
  const names = Array.from({ length: 23 }, (_, index) => `paged_${index}`);
  for (const name of names) await client.send(new CreatePolicyEngineCommand({ name }));
  const seen: (string | undefined)[] = [];
  for await (const page of paginateListPolicyEngines({ client, pageSize: 7 }, {})) {
    seen.push(...(page.policyEngines ?? []).map(({ name }) => name));
  }
  expect(seen.filter((name) => name?.startsWith("paged_"))).toEqual(names);
});

test("tags are written, read and taken away by ARN", async () => {
  const { policyEngineArn: resourceArn } = await client.send(
    new CreatePolicyEngineCommand({ name: "tagged", tags: { a: "1", b: "2" } }),
  );
  await client.send(new TagResourceCommand({ resourceArn, tags: { b: "3", c: "4" } }));
  await client.send(new UntagResourceCommand({ resourceArn, tagKeys: ["a", "c"] }));
  const { tags } = await client.send(new ListTagsForResourceCommand({ resourceArn }));
  expect(tags).toEqual({ b: "3" });
});

test("a credential provider is there at once, and gone at once", async () => {
  const discoveryUrl = "https://example.com/.well-known/openid-configuration";
  const config = { oauthDiscovery: { discoveryUrl }, clientId: "client", clientSecret: "s3cr3t-value" };
  const { credentialProviderArn } = await client.send(
    new CreateOauth2CredentialProviderCommand({
      name: "by-sdk",
      credentialProviderVendor: "CustomOauth2",
      oauth2ProviderConfigInput: { customOauth2ProviderConfig: config },
    }),
  );
  expect(credentialProviderArn).toMatch(/token-vault\/default\/oauth2credentialprovider\/by-sdk$/);
  await client.send(new DeleteOauth2CredentialProviderCommand({ name: "by-sdk" }));
  expect(JSON.stringify(aws.events.all())).not.toContain("s3cr3t");
});
