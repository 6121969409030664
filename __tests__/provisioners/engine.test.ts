import { AwsError } from "../../local/core/errors";
import { OfflineAws } from "../../local/offline-aws";
import { destroyEngine, ensureEngine } from "../../provisioners/engine";
import type { Context } from "../../provisioners/context";
import {
  AUTHORIZER,
  NAME,
  OWNERSHIP,
  byHand,
  contextFor,
  createRole,
  deployByScripts,
  engineParameters,
  settledGateway,
  until,
} from "../support/gateway";

let aws: OfflineAws;
let context: Context;
let lines: string[];

beforeEach(async () => {
  aws = await OfflineAws.start();
  ({ context, lines } = contextFor(aws));
});
afterEach(() => aws.close());

const PERMIT =
  'permit(principal, action == AgentCore::Action::"sample-tool-target___read", resource == AgentCore::Gateway::"ARN") when { context.input.text == "x" };';

const engines = async () =>
  (await byHand<{ policyEngines: { name: string }[] }>(aws, "ListPolicyEngines", {})).policyEngines;
const published = async () => {
  const caller = { arn: "test", via: "sdk" } as const;
  const answer = await aws.call<{ Parameters: { Name: string; Value: string }[] }>(
    "ssm",
    "GetParametersByPath",
    { Path: `/${NAME}/policy` },
    caller,
  );
  return Object.fromEntries(answer.Parameters.map(({ Name, Value }) => [Name, JSON.parse(Value) as unknown]));
};
const waitFor = (policyEngineId: string) =>
  until(async () => (await byHand<{ status: string }>(aws, "GetPolicyEngine", { policyEngineId })).status === "ACTIVE");
/** An engine that somebody else made under our name. */
async function foreignEngine(): Promise<string> {
  const { policyEngineId } = await byHand<{ policyEngineId: string }>(aws, "CreatePolicyEngine", {
    name: engineParameters.ENGINE_NAME,
    tags: { Project: "other" },
  });
  await waitFor(policyEngineId);
  return policyEngineId;
}

describe("engine ensure", () => {
  test("creates the engine with its tags, waits until it is ACTIVE, and publishes its id", async () => {
    const engine = await ensureEngine(context, engineParameters);

    expect(engine).toMatchObject({ name: engineParameters.ENGINE_NAME, status: "ACTIVE" });
    expect((await byHand<{ tags: object }>(aws, "ListTagsForResource", { resourceArn: engine.arn })).tags).toEqual({
      ManagedBy: "Terraform",
      ...OWNERSHIP,
    });
    expect(await published()).toEqual({ [`/${NAME}/policy/engine`]: { id: engine.id, arn: engine.arn } });
  });

  test("adopts its own engine: the second run makes nothing", async () => {
    const first = await ensureEngine(context, engineParameters);
    const second = await ensureEngine(context, engineParameters);

    expect(second.id).toBe(first.id);
    expect(await engines()).toHaveLength(1);
  });

  test("finds its engine behind more than a page of others", async () => {
    const mine = await ensureEngine(context, engineParameters);
    for (let index = 0; index < 120; index += 1) await byHand(aws, "CreatePolicyEngine", { name: `other_${index}` });

    expect((await ensureEngine(context, engineParameters)).id).toBe(mine.id);
  });

  test("refuses an engine of that name that bears other tags, and says how to take it over", async () => {
    await foreignEngine();
    await expect(ensureEngine(context, engineParameters)).rejects.toThrow(
      /does not bear this deployment's tags[\s\S]*policyEngine\.takeOver/,
    );
  });

  test("takes an engine over when told to, and one that holds permits of others only if they are to be replaced", async () => {
    const policyEngineId = await foreignEngine();
    const taken = await ensureEngine(context, { ...engineParameters, TAKE_OVER: true });
    expect(taken.id).toBe(policyEngineId);

    await byHand(aws, "UntagResource", { resourceArn: taken.arn, tagKeys: ["Deployment"] });
    const { gatewayArn } = await byHand<{ gatewayArn: string }>(aws, "CreateGateway", await gatewayInput());
    await byHand(aws, "CreatePolicy", {
      policyEngineId,
      name: "theirs",
      definition: { cedar: { statement: PERMIT.replace("ARN", gatewayArn) } },
    });

    await expect(ensureEngine(context, { ...engineParameters, TAKE_OVER: true })).rejects.toThrow(
      /holds permits that are not this deployment's[\s\S]*theirs[\s\S]*policyEngine\.replacePolicies/,
    );
    const replacing = { ...engineParameters, TAKE_OVER: true, REPLACE_POLICIES: ["theirs"] };
    expect(await ensureEngine(context, replacing)).toMatchObject({ id: policyEngineId });
  });

  test("does not take over an engine with a policy that cannot be read: it may permit anything", async () => {
    await foreignEngine();
    const policy = { policyId: "generated-0123456789", name: "generated", status: "ACTIVE", definition: {} };
    aws.intercept = async ({ operation }, proceed) =>
      operation === "ListPolicies" ? { policies: [policy] } : proceed();

    await expect(ensureEngine(context, { ...engineParameters, TAKE_OVER: true })).rejects.toThrow(
      /holds permits that are not this deployment's[\s\S]*generated/,
    );
  });

  test("marks an engine that it takes over as the deployment's", async () => {
    await foreignEngine();
    const { arn } = await ensureEngine(context, { ...engineParameters, TAGS: {}, TAKE_OVER: true });

    const { tags } = await byHand<{ tags: object }>(aws, "ListTagsForResource", { resourceArn: arn });
    expect(tags).toMatchObject(OWNERSHIP);
  });

  test("asks again under the same client token, and under another one in another run", async () => {
    const tokens: unknown[] = [];
    let failures = 1;
    aws.intercept = ({ operation, input }, proceed) => {
      if (operation !== "CreatePolicyEngine") return proceed();
      tokens.push((input as { clientToken?: string }).clientToken);
      if (failures-- > 0) throw new AwsError("InternalServerException", "not now", 500);
      return proceed();
    };

    await ensureEngine(context, engineParameters);
    await destroyEngine(context, engineParameters);
    await ensureEngine(context, engineParameters);

    expect(tokens[0]).toBe(tokens[1]);
    expect(new Set(tokens).size).toBe(2);
  });

  test.each(["ThrottlingException", "InternalServerException"])("tries again after %s, and says so", async (code) => {
    let failures = 2;
    aws.intercept = ({ operation }, proceed) => {
      if (operation === "CreatePolicyEngine" && failures-- > 0)
        throw new AwsError(code, "not now", code.startsWith("T") ? 429 : 500);
      return proceed();
    };

    await ensureEngine(context, engineParameters);

    expect(lines.filter((line) => line.includes(code))).toHaveLength(2);
  });
});

async function gatewayInput() {
  return {
    name: `${NAME}-gateway`,
    roleArn: await createRole(aws),
    protocolType: "MCP",
    authorizerType: "CUSTOM_JWT",
    authorizerConfiguration: AUTHORIZER,
  };
}

describe("engine destroy", () => {
  test("tells AWS's reasons where a policy cannot be deleted", async () => {
    const { engine, gateway } = await deployByScripts(aws, context);
    await byHand(aws, "CreatePolicy", {
      policyEngineId: engine.id,
      name: `${NAME}_own_01234567`,
      definition: { cedar: { statement: PERMIT.replace("ARN", gateway.gatewayArn ?? "") } },
    });
    await deleteGateway(gateway.gatewayId ?? "");
    aws.intercept = async ({ operation }, proceed) => {
      if (operation === "DeletePolicy") return {};
      const answer = (await proceed()) as { policies?: object[] };
      if (operation !== "ListPolicies") return answer;
      const failed = { status: "DELETE_FAILED", statusReasons: ["it is held"] };
      return { ...answer, policies: (answer.policies ?? []).map((policy) => ({ ...policy, ...failed })) };
    };

    await expect(destroyEngine(context, engineParameters)).rejects.toThrow(/could not be deleted[\s\S]*it is held/);
  });

  test("finds the gateway that uses the engine behind more than a page of others", async () => {
    const { gateway } = await deployByScripts(aws, context);
    const items = Array.from({ length: 100 }, () => ({ gatewayId: "gone-0123456789" }));
    aws.intercept = async ({ operation, input }, proceed) => {
      if (operation !== "ListGateways") return proceed();
      return "nextToken" in input ? { items: [{ gatewayId: gateway.gatewayId }] } : { items, nextToken: "more" };
    };

    await expect(destroyEngine(context, engineParameters)).rejects.toThrow(/a gateway uses the engine/);
  });

  test("refuses while a gateway uses the engine, and changes nothing", async () => {
    const { gateway } = await deployByScripts(aws, context);
    const before = aws.events.changes().length;

    await expect(destroyEngine(context, engineParameters)).rejects.toThrow(
      new RegExp(`a gateway uses the engine[\\s\\S]*${gateway.gatewayId}`),
    );

    expect(aws.events.changes()).toHaveLength(before);
  });

  test.each(["theirs", "theirs_0123abcd", `${NAME}_theirs`])(
    "refuses while a policy %s is in it that the deployment did not make",
    async (name) => {
      const { engine, gateway } = await deployByScripts(aws, context);
      await byHand(aws, "CreatePolicy", {
        policyEngineId: engine.id,
        name,
        definition: { cedar: { statement: PERMIT.replace("ARN", gateway.gatewayArn ?? "") } },
      });
      await deleteGateway(gateway.gatewayId ?? "");

      await expect(destroyEngine(context, engineParameters)).rejects.toThrow(
        new RegExp(`policies that this deployment did not make[\\s\\S]*: ${name}\n`),
      );
      expect(await engines()).toHaveLength(1);
    },
  );

  test("deletes policies, engine and what was published, and is content when all is gone", async () => {
    await ensureEngine(context, engineParameters);

    await destroyEngine(context, engineParameters);
    await destroyEngine(context, engineParameters);

    expect(await engines()).toEqual([]);
    expect(await published()).toEqual({});
  });

  test("leaves an engine of that name alone that is not the deployment's", async () => {
    await foreignEngine();
    await destroyEngine(context, engineParameters);
    expect(await engines()).toHaveLength(1);
  });
});

async function deleteGateway(gatewayIdentifier: string): Promise<void> {
  const { items } = await byHand<{ items: { targetId: string }[] }>(aws, "ListGatewayTargets", { gatewayIdentifier });
  for (const { targetId } of items) await byHand(aws, "DeleteGatewayTarget", { gatewayIdentifier, targetId });
  await until(
    async () =>
      (await byHand<{ items: unknown[] }>(aws, "ListGatewayTargets", { gatewayIdentifier })).items.length === 0,
  );
  await settledGateway(aws, gatewayIdentifier);
  await byHand(aws, "DeleteGateway", { gatewayIdentifier });
  await until(async () => (await byHand<{ items: unknown[] }>(aws, "ListGateways", {})).items.length === 0);
}
