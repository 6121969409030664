import type { GetGatewayCommandOutput } from "@aws-sdk/client-bedrock-agentcore-control";
import { OfflineAws } from "../../local/offline-aws";
import { loadDeployment, type Deployment } from "../../operations/deployment";
import { retire } from "../../operations/retire";
import { takeSnapshot } from "../../operations/snapshot";
import { findEngine } from "../../provisioners/aws/engines";
import type { Context } from "../../provisioners/context";
import { namesFor } from "../../settings/names";
import {
  ENGINE_NAME,
  NAME,
  byHand,
  contextFor,
  createGateway,
  deployByScripts,
  settledGateway,
  until,
} from "../support/gateway";
import { openMoments } from "../support/openness";

let aws: OfflineAws;
let context: Context;
let gateway: GetGatewayCommandOutput;
let deployment: Deployment;

beforeEach(async () => {
  aws = await OfflineAws.start();
  ({ context } = contextFor(aws));
  ({ gateway } = await deployByScripts(aws, context));
  const { settings, ...rest } = loadDeployment();
  deployment = { ...rest, settings: { ...settings, name: NAME, environment: "test" }, names: namesFor(NAME) };
});
afterEach(() => aws.close());

const retireNow = async (confirmed = ENGINE_NAME) =>
  retire(context, deployment, await takeSnapshot(context, deployment.names), confirmed);

async function deleteTargets(): Promise<void> {
  const gatewayIdentifier = gateway.gatewayId;
  const list = () =>
    byHand<{ items: { targetId: string }[] }>(aws, "ListGatewayTargets", { gatewayIdentifier }).then(
      ({ items }) => items,
    );
  for (const { targetId } of await list()) await byHand(aws, "DeleteGatewayTarget", { gatewayIdentifier, targetId });
  await until(async () => (await list()).length === 0);
}

test("refuses while a target would be reachable, and says which; nothing is changed", async () => {
  await expect(retireNow()).rejects.toThrow(/reachable without a decision: sample-tool-target/);

  expect((await settledGateway(aws, gateway.gatewayId ?? "")).policyEngineConfiguration?.mode).toBe("ENFORCE");
  expect(await findEngine(context, ENGINE_NAME)).toMatchObject({ status: "ACTIVE" });
});

test("detaches and deletes the engine of a gateway without targets; the gateway stays as it was otherwise", async () => {
  await deleteTargets();

  await retireNow();

  expect(await findEngine(context, ENGINE_NAME)).toBeUndefined();
  const { policyEngineConfiguration, authorizerConfiguration, roleArn, name, status } = await settledGateway(
    aws,
    gateway.gatewayId ?? "",
  );
  expect(policyEngineConfiguration).toBeUndefined();
  expect({ authorizerConfiguration, roleArn, name, status }).toEqual({
    authorizerConfiguration: gateway.authorizerConfiguration,
    roleArn: gateway.roleArn,
    name: gateway.name,
    status: "READY",
  });
  expect(openMoments(aws.events.all())).toEqual([]);
});

test("refuses for an engine that others use, that is another's, or that was not named, with every reason at once", async () => {
  await deleteTargets();
  const { policyEngineConfiguration } = await settledGateway(aws, gateway.gatewayId ?? "");
  await createGateway(aws, gateway.roleArn ?? "", { name: "another-gateway", policyEngineConfiguration });
  const resourceArn = policyEngineConfiguration?.arn;
  await byHand(aws, "TagResource", { resourceArn, tags: { Project: "somebody-else" } });

  await expect(retireNow("something")).rejects.toThrow(
    /is not the engine's name[\s\S]*does not bear this deployment's tags[\s\S]*another-gateway-\w+: uses the engine/,
  );
});

test("refuses before it detaches while a policy is in the engine that the deployment did not make", async () => {
  await deleteTargets();
  const { id: policyEngineId } = (await findEngine(context, ENGINE_NAME)) ?? { id: "" };
  const statement = `permit(principal, action, resource == AgentCore::Gateway::"${gateway.gatewayArn}") when { false };`;
  const definition = { cedar: { statement } };
  await byHand(aws, "CreatePolicy", { policyEngineId, name: "theirs", definition });

  await expect(retireNow()).rejects.toThrow(/nothing was changed[\s\S]*theirs/);

  expect((await settledGateway(aws, gateway.gatewayId ?? "")).policyEngineConfiguration?.mode).toBe("ENFORCE");
});

test("says so where there is nothing to retire", async () => {
  await deleteTargets();
  await retireNow();

  await expect(retireNow()).rejects.toThrow(/policy engine demo_policy_engine: does not exist/);
});

test("does not delete the engine of a gateway that AWS still shows it on", async () => {
  await deleteTargets();
  const { policyEngineConfiguration } = await settledGateway(aws, gateway.gatewayId ?? "");
  aws.intercept = async ({ operation }, proceed) => {
    const answer = await proceed();
    return operation === "GetGateway" ? { ...answer, policyEngineConfiguration } : answer;
  };

  await expect(retireNow()).rejects.toThrow(/not as it was written: .*different: policyEngineConfiguration/);

  expect(await findEngine(context, ENGINE_NAME)).toMatchObject({ status: "ACTIVE" });
});
