import { setTimeout as sleep } from "node:timers/promises";
import { LATENCY } from "../../../local/core/latency";
import { controlPlane, gateway, statement, target } from "./world";

/** A gateway with the sample target, and an engine that is attached to it. */
async function guarded(latency = LATENCY.none as Parameters<typeof controlPlane>[0]) {
  const world = controlPlane(latency);
  const { policyEngineId, policyEngineArn } = await world.createEngine();
  const attached = { policyEngineConfiguration: { arn: policyEngineArn, mode: "ENFORCE" } };
  const { gatewayId, gatewayArn } = await world.createGateway(attached);
  await world.createTarget(gatewayId);
  const permit = (department: string) => statement(gatewayArn, "read", department);
  const key = (policyId: string) => ({ policyEngineId, policyId });
  return { ...world, policyEngineId, gatewayId, gatewayArn, permit, key };
}

const effective = ({ agentcore, policyEngineId }: Awaited<ReturnType<typeof guarded>>) =>
  agentcore.effects.of(policyEngineId).map(({ name, enforcementMode }) => `${name} ${enforcementMode}`);

describe("a statement is refused after the fact, with AWS's reason", () => {
  test("when the caller may not call the gateway", async () => {
    const world = await guarded();
    world.agentcore.callerMay = (_, action) => action !== "bedrock-agentcore:InvokeGateway";
    const created = await world.createPolicy(world.policyEngineId, "p", world.permit("sales"));
    expect(created).toMatchObject({
      status: "CREATE_FAILED",
      statusReasons: ["Insufficient permissions to call gateway"],
    });
  });
});

describe("an update", () => {
  test("keeps id and name, and leaves what it does not mention", async () => {
    const world = await guarded();
    const { policyId } = await world.createPolicy(world.policyEngineId, "p", world.permit("sales"), {
      description: "text",
      enforcementMode: "LOG_ONLY",
    });
    await world.call("UpdatePolicy", { ...world.key(policyId), enforcementMode: "ACTIVE" });
    expect(await world.settled("GetPolicy", world.key(policyId))).toMatchObject({
      policyId,
      name: "p",
      description: "text",
      status: "ACTIVE",
      enforcementMode: "ACTIVE",
      definition: { cedar: { statement: world.permit("sales") } },
    });
  });

  test("validates the stored text anew, under the default mode when it names none", async () => {
    const world = await guarded();
    const all = `permit(principal, action, resource is AgentCore::Gateway);`;
    const lax = { validationMode: "IGNORE_ALL_FINDINGS" };
    const { policyId } = await world.createPolicy(world.policyEngineId, "p", all, lax);
    await world.call("UpdatePolicy", { ...world.key(policyId), enforcementMode: "LOG_ONLY" });
    expect(await world.settled("GetPolicy", world.key(policyId))).toMatchObject({
      status: "UPDATE_FAILED",
      enforcementMode: "ACTIVE",
    });
    await sleep(5);
    expect(effective(world)).toEqual(["p ACTIVE"]);
  });
});

describe("the effect of a policy lags its status", () => {
  const latency = { ...LATENCY.none, policyEffect: 60 };

  test("when it is created, changed and deleted", async () => {
    const world = await guarded(latency);
    const { policyId } = await world.createPolicy(world.policyEngineId, "p", world.permit("sales"));
    expect(effective(world)).toEqual([]);
    await sleep(100);
    expect(effective(world)).toEqual(["p ACTIVE"]);

    await world.call("UpdatePolicy", { ...world.key(policyId), enforcementMode: "LOG_ONLY" });
    await world.settled("GetPolicy", world.key(policyId));
    expect(effective(world)).toEqual(["p ACTIVE"]);
    await sleep(100);
    expect(effective(world)).toEqual(["p LOG_ONLY"]);

    await world.call("DeletePolicy", world.key(policyId));
    await expect(world.settled("GetPolicy", world.key(policyId))).rejects.toMatchObject({ status: 404 });
    expect(effective(world)).toEqual(["p LOG_ONLY"]);
    await sleep(100);
    expect(effective(world)).toEqual([]);
  });

  test("and the log tells both, in the order in which they came to pass", async () => {
    const world = await guarded(latency);
    await world.createPolicy(world.policyEngineId, "p", world.permit("sales"));
    await sleep(100);
    const states = world.events.changes("policy").map(({ state }) => state);
    expect(states).toMatchObject([
      { status: "CREATING", effective: false },
      { status: "ACTIVE", effective: false },
      { status: "ACTIVE", effective: true, enforcementMode: "ACTIVE" },
    ]);
  });
});

test("policies can be listed by the gateway that they name", async () => {
  const world = await guarded();
  const other = await world.createGateway({ ...gateway(), name: "other-gateway" });
  await world.createTarget(other.gatewayId, target());
  await world.createPolicy(world.policyEngineId, "p", world.permit("sales"));
  await world.createPolicy(world.policyEngineId, "q", statement(other.gatewayArn, "read", "sales"));
  const listed = await world.call("ListPolicies", {
    policyEngineId: world.policyEngineId,
    targetResourceScope: other.gatewayArn,
  });
  expect(listed.policies).toMatchObject([{ name: "q" }]);
});
