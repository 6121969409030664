import * as agentcore from "@aws-sdk/client-bedrock-agentcore-control";
import {
  DeleteParametersCommand,
  PutParameterCommand,
  SSMClient,
  paginateGetParametersByPath,
} from "@aws-sdk/client-ssm";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { OfflineAws } from "../../../local/offline-aws";
import { AUTHORIZER, createRole } from "../../support/gateway";

/** The AWS SDK for JavaScript as it comes: its clients, paginators and waiters. */
jest.setTimeout(60_000);

let aws: OfflineAws;
let client: agentcore.BedrockAgentCoreControlClient;
beforeAll(async () => {
  aws = await OfflineAws.start();
  Object.assign(process.env, aws.environment());
  client = new agentcore.BedrockAgentCoreControlClient({});
});
afterAll(() => aws.close());

/** Waits as short as the SDK lets one wait; its own pauses are 2 and 5 seconds. */
const soon = () => ({ client, maxWaitTime: 20, minDelay: 1, maxDelay: 1 });

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
  await agentcore.waitUntilPolicyEngineActive(soon(), { policyEngineId });
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
  await agentcore.waitUntilPolicyActive(soon(), { policyEngineId, policyId });
  await client.send(
    new agentcore.UpdatePolicyCommand({
      ...{ policyEngineId, policyId, enforcementMode: "ACTIVE", description: { optionalValue: "now in effect" } },
      definition: { cedar: { statement: STATEMENT(gatewayArn, "sales") } },
    }),
  );
  await agentcore.waitUntilPolicyActive(soon(), { policyEngineId, policyId });
  const policy = await client.send(new agentcore.GetPolicyCommand({ policyEngineId, policyId }));
  expect(policy).toMatchObject({ enforcementMode: "ACTIVE", description: "now in effect" });
  expect(policy.definition?.cedar?.statement).toContain('"sales"');

  const engines: (string | undefined)[] = [];
  for await (const page of agentcore.paginateListPolicyEngines({ client, pageSize: 1 }, {}))
    engines.push(...(page.policyEngines ?? []).map(({ name }) => name));
  expect(engines).toEqual(["sdk_engine"]);

  await client.send(new agentcore.DeleteGatewayTargetCommand(target));
  const targets = () => client.send(new agentcore.ListGatewayTargetsCommand({ gatewayIdentifier }));
  while ((await targets()).items?.length);
  await client.send(new agentcore.DeleteGatewayCommand({ gatewayIdentifier }));
  while ((await client.send(new agentcore.ListGatewaysCommand({}))).items?.length);
  await client.send(new agentcore.DeletePolicyCommand({ policyEngineId, policyId }));
  await agentcore.waitUntilPolicyDeleted(soon(), { policyEngineId, policyId });
  await client.send(new agentcore.DeletePolicyEngineCommand({ policyEngineId }));
  await agentcore.waitUntilPolicyEngineDeleted(soon(), { policyEngineId });
});

test("refusals are the SDK's own exceptions", async () => {
  const asked = client.send(new agentcore.GetPolicyEngineCommand({ policyEngineId: "nobody-abcdefghij" }));

  await expect(asked).rejects.toBeInstanceOf(agentcore.ResourceNotFoundException);
  await expect(asked).rejects.toMatchObject({ $metadata: { httpStatusCode: 404 } });
});

test("Systems Manager and STS, with their paginator", async () => {
  const ssm = new SSMClient({});
  const names = Array.from({ length: 12 }, (_, index) => `/sdk/policy/${index}`);
  for (const Name of names) await ssm.send(new PutParameterCommand({ Name, Value: "x", Type: "String" }));

  const found: (string | undefined)[] = [];
  for await (const page of paginateGetParametersByPath({ client: ssm }, { Path: "/sdk/policy" }))
    found.push(...(page.Parameters ?? []).map(({ Name }) => Name));
  await ssm.send(new DeleteParametersCommand({ Names: names.slice(0, 10) }));

  expect(found.sort()).toEqual([...names].sort());
  expect(await new STSClient({}).send(new GetCallerIdentityCommand({}))).toMatchObject({ Account: "111122223333" });
});
