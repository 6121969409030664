import { setTimeout as sleep } from "node:timers/promises";
import { LATENCY } from "../../../local/core/latency";
import { controlPlane, gateway, inexpressible, statement, target } from "./world";

/** A gateway with the sample target, and an engine that is attached to it. */
async function guarded(latency = LATENCY.none as Parameters<typeof controlPlane>[0]) {
  const world = controlPlane(latency);
  const { policyEngineId, policyEngineArn } = await world.createEngine();
  const attached = { policyEngineConfiguration: { arn: policyEngineArn, mode: "ENFORCE" } };
  const { gatewayId, gatewayArn } = await world.createGateway(attached);
  await world.createTarget(gatewayId);
  const permit = (department: string) => statement(gatewayArn, "read", department);
  const resource = `resource == AgentCore::Gateway::"${gatewayArn}"`;
  const action = 'action == AgentCore::Action::"sample-tool-target___read"';
  const key = (policyId: string) => ({ policyEngineId, policyId });
  return { ...world, policyEngineId, gatewayId, gatewayArn, permit, resource, action, key };
}

const effective = ({ agentcore, policyEngineId }: Awaited<ReturnType<typeof guarded>>) =>
  agentcore.effects.of(policyEngineId).map(({ name, enforcementMode }) => `${name} ${enforcementMode}`);

describe("a statement is refused after the fact, with AWS's reason", () => {
  const DEPARTMENT = 'principal.hasTag("department") && principal.getTag("department") == "sales"';

  test.each([
    ["does not parse", () => `permit(principal, action, resource) when { ${DEPARTMENT} `, /failed to parse/],
    ["is two", ({ permit }: World) => `${permit("a")} ${permit("b")}`, /exactly one statement/],
    [
      "has a bare resource",
      ({ action }: World) => `permit(principal, ${action}, resource) when { ${DEPARTMENT} };`,
      /wildcard resource/,
    ],
    [
      "names no tool",
      ({ permit }: World) => permit("a").replace("___read", "___Read"),
      /unrecognized action .*___Read/,
    ],
    [
      "reads an optional argument unguarded",
      ({ action, resource }: World) => `permit(principal, ${action}, ${resource}) when { context.input.N > 1 };`,
      /unable to guarantee safety of access to optional attribute/,
    ],
    [
      "compares what cannot be compared",
      ({ action, resource }: World) => `permit(principal, ${action}, ${resource}) when { context.input.text > 1 };`,
      /./,
    ],
    [
      "names a gateway that is not there",
      ({ permit, gatewayArn }: World) => permit("a").replaceAll(gatewayArn, `${gatewayArn}x`),
      /Insufficient permissions to call gateway/,
    ],
  ] as [string, (world: World) => string, RegExp][])("when it %s", async (_, text, reason) => {
    const world = await guarded();
    const created = await world.createPolicy(world.policyEngineId, "p", text(world), {
      validationMode: "IGNORE_ALL_FINDINGS",
    });
    expect(created.status).toBe("CREATE_FAILED");
    expect(created.statusReasons.join()).toMatch(reason);
    expect(effective(world)).toEqual([]);
  });

  test("when the caller may not call the gateway", async () => {
    const world = await guarded();
    world.agentcore.callerMay = (_, action) => action !== "bedrock-agentcore:InvokeGateway";
    const created = await world.createPolicy(world.policyEngineId, "p", world.permit("sales"));
    expect(created).toMatchObject({
      status: "CREATE_FAILED",
      statusReasons: ["Insufficient permissions to call gateway"],
    });
  });

  test("when there is a finding, unless findings are ignored", async () => {
    const world = await guarded();
    const all = `permit(principal, action, resource is AgentCore::Gateway);`;
    const strict = await world.createPolicy(world.policyEngineId, "strict", all);
    expect(strict).toMatchObject({ status: "CREATE_FAILED" });
    expect(strict.statusReasons.join()).toMatch(/^Overly Permissive: .*Any Future Tools/);
    const members = { validationMode: "IGNORE_ALL_FINDINGS" };
    expect(await world.createPolicy(world.policyEngineId, "lax", all, members)).toMatchObject({ status: "ACTIVE" });
  });

  test("when no Cedar schema can be made from the tools", async () => {
    const world = await guarded();
    await world.createTarget(world.gatewayId, inexpressible());
    const created = await world.createPolicy(world.policyEngineId, "p", world.permit("sales"));
    expect(created).toMatchObject({
      status: "CREATE_FAILED",
      statusReasons: ["Unable to generate a Cedar schema from the tools of the gateway"],
    });
  });

  test("when its target comes later", async () => {
    const { createEngine, createGateway, createPolicy } = controlPlane();
    const { policyEngineId } = await createEngine();
    const { gatewayArn } = await createGateway();
    const created = await createPolicy(policyEngineId, "p", statement(gatewayArn, "read", "sales"));
    expect(created.statusReasons.join()).toMatch(/unrecognized action/);
  });
});

type World = Awaited<ReturnType<typeof guarded>>;

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

  test("in mid-transition is a conflict, and so is a deletion", async () => {
    const world = await guarded();
    const definition = { cedar: { statement: world.permit("sales") } };
    const { policyEngineId } = world;
    const { policyId } = await world.call("CreatePolicy", { policyEngineId, name: "p", definition });
    for (const operation of ["UpdatePolicy", "DeletePolicy"]) {
      await expect(world.call(operation, world.key(policyId))).rejects.toMatchObject({ code: "ConflictException" });
    }
  });
});

test("a policy's name is taken in the whole account, not in its engine alone", async () => {
  const world = await guarded();
  const other = await world.createEngine("other_engine");
  await world.createPolicy(world.policyEngineId, "p", world.permit("sales"));
  await expect(world.createPolicy(other.policyEngineId, "p", world.permit("sales"))).rejects.toMatchObject({
    code: "ConflictException",
    message: "Policy with the same name already exists",
  });
});

test("a policy is not found through another engine", async () => {
  const world = await guarded();
  const other = await world.createEngine("other_engine");
  const { policyId } = await world.createPolicy(world.policyEngineId, "p", world.permit("sales"));
  const elsewhere = { policyEngineId: other.policyEngineId, policyId };
  await expect(world.call("DeletePolicy", elsewhere)).rejects.toMatchObject({ code: "ResourceNotFoundException" });
});

describe("an engine holds at most", () => {
  const QUOTA = { code: "ServiceQuotaExceededException", status: 402 };
  const create = (world: World, index: number, text: string) =>
    world.call("CreatePolicy", {
      policyEngineId: world.policyEngineId,
      name: `p${index}`,
      definition: { cedar: { statement: text } },
    });

  test("1,000 policies", async () => {
    const world = await guarded({ ...LATENCY.none, transition: { ...LATENCY.none.transition, policy: 600_000 } });
    for (let index = 0; index < 1_000; index++) await create(world, index, "permit(principal, action, resource);");
    await expect(create(world, 1_000, "permit(principal, action, resource);")).rejects.toMatchObject(QUOTA);
    world.agentcore.close();
  });

  test("200 KB of policies", async () => {
    const world = await guarded({ ...LATENCY.none, transition: { ...LATENCY.none.transition, policy: 600_000 } });
    for (let index = 0; index < 20; index++) await create(world, index, "x".repeat(10_000));
    await expect(create(world, 20, "x".repeat(10_000))).rejects.toMatchObject(QUOTA);
    world.agentcore.close();
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
