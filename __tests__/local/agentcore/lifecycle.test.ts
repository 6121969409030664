import { LATENCY } from "../../../local/core/latency";
import { controlPlane, gateway, statement, target } from "./world";

const world = () => controlPlane();
const CONFLICT = { code: "ConflictException", status: 409 };

describe("a policy engine", () => {
  test("is CREATING in the answer and ACTIVE after that, with an id of its name and ten characters", async () => {
    const { call, settled } = world();
    const created = await call("CreatePolicyEngine", { name: "demo", tags: { Project: "demo" } });
    expect(created).toMatchObject({
      status: "CREATING",
      policyEngineId: expect.stringMatching(/^demo-[a-z0-9_]{10}$/),
    });
    expect(await settled("GetPolicyEngine", created)).toMatchObject({ status: "ACTIVE", name: "demo" });
    const { tags } = await call("ListTagsForResource", { resourceArn: created.policyEngineArn });
    expect(tags).toEqual({ Project: "demo" });
  });

  test("has a name of its own, which is not free again at once", async () => {
    const { call, createEngine, environment } = controlPlane({ ...LATENCY.none, emptyEngine: 60_000 });
    const { policyEngineId } = await createEngine("demo");
    await expect(call("CreatePolicyEngine", { name: "demo" })).rejects.toMatchObject(CONFLICT);
    await call("DeletePolicyEngine", { policyEngineId });
    await expect(call("GetPolicyEngine", { policyEngineId })).resolves.toMatchObject({ status: "DELETING" });
    await gone(() => call("GetPolicyEngine", { policyEngineId }));
    await expect(call("CreatePolicyEngine", { name: "demo" })).rejects.toMatchObject(CONFLICT);
    expect(environment.events.changes("policy-engine").at(-1)?.state).toBe("deleted");
  });

  test("can be deleted a while after its last policy is gone", async () => {
    const latency = { ...LATENCY.none, emptyEngine: 80 };
    const { call, createEngine, createGateway, createTarget, createPolicy } = controlPlane(latency);
    const engine = await createEngine();
    const { gatewayId, gatewayArn } = await createGateway();
    await createTarget(gatewayId);
    const policy = await createPolicy(engine.policyEngineId, "p", statement(gatewayArn, "read", "sales"));
    await call("DeletePolicy", policy);
    await gone(() => call("GetPolicy", policy));
    await expect(call("DeletePolicyEngine", engine)).rejects.toMatchObject(CONFLICT);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await expect(call("DeletePolicyEngine", engine)).resolves.toMatchObject({ status: "DELETING" });
  });

  test("keeps its description unless an update wraps another one or none", async () => {
    const { call, settled, createEngine } = world();
    const { policyEngineId } = await createEngine();
    const update = async (members: object) => {
      await call("UpdatePolicyEngine", { policyEngineId, ...members });
      return (await settled("GetPolicyEngine", { policyEngineId })).description;
    };
    expect(await update({ description: { optionalValue: "first" } })).toBe("first");
    expect(await update({})).toBe("first");
    expect(await update({ description: {} })).toBeUndefined();
  });
});

describe("a client token", () => {
  const clientToken = "0123456789-0123456789-0123456789-0123";

  test("gets the first answer again, even for an engine that is gone", async () => {
    const { call, settled } = world();
    const first = await call("CreatePolicyEngine", { name: "demo", clientToken });
    await settled("GetPolicyEngine", first);
    await call("DeletePolicyEngine", first);
    await gone(() => call("GetPolicyEngine", first));
    expect(await call("CreatePolicyEngine", { clientToken, name: "demo" })).toEqual(first);
  });

  test.each(["CreatePolicy", "CreateGateway", "CreateGatewayTarget"])(
    "gets the first answer of %s again",
    async (operation) => {
      const { call, createEngine, createGateway } = world();
      const { policyEngineId } = await createEngine();
      const { gatewayId, gatewayArn } = await createGateway();
      const requests: Record<string, object> = {
        CreatePolicy: {
          policyEngineId,
          name: "p",
          definition: { cedar: { statement: statement(gatewayArn, "read", "sales") } },
        },
        CreateGateway: { ...gateway(), name: "another-gateway" },
        CreateGatewayTarget: { ...target(), gatewayIdentifier: gatewayId },
      };
      const request = { ...requests[operation], clientToken };
      expect(await call(operation, request)).toEqual(await call(operation, request));
    },
  );

  test("of a request that failed can be used again", async () => {
    const { call, createEngine } = world();
    await createEngine("demo");
    await expect(call("CreatePolicyEngine", { name: "demo", clientToken })).rejects.toMatchObject(CONFLICT);
    await expect(call("CreatePolicyEngine", { name: "other", clientToken })).resolves.toMatchObject({ name: "other" });
  });
});

describe("a list", () => {
  test("has ten entries a page, a hundred at most, and neither repeats nor skips", async () => {
    const { call } = world();
    const names = Array.from({ length: 120 }, (_, index) => `engine_${index}`);
    for (const name of names) await call("CreatePolicyEngine", { name });
    const sizes: number[] = [];
    const seen: string[] = [];
    let nextToken: string | undefined;
    do {
      const page = await call("ListPolicyEngines", { nextToken, ...(sizes.length === 1 && { maxResults: 100 }) });
      const engines = page.policyEngines as { name: string }[];
      sizes.push(engines.length);
      seen.push(...engines.map(({ name }) => name));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    expect(sizes).toEqual([10, 100, 10]);
    expect(seen).toEqual(names);
  });
});

describe("a gateway", () => {
  const attachedTo = (engine: { policyEngineArn: string }, mode = "ENFORCE") => ({
    policyEngineConfiguration: { arn: engine.policyEngineArn, mode },
  });

  test("loses by an update whatever the update leaves out, its policy engine first", async () => {
    const { call, settled, createEngine, createGateway, events } = world();
    const engine = await createEngine();
    const { gatewayId } = await createGateway({ ...attachedTo(engine), description: "text", exceptionLevel: "DEBUG" });
    await call("UpdateGateway", { ...gateway(), gatewayIdentifier: gatewayId });
    const updated = await settled("GetGateway", { gatewayIdentifier: gatewayId });
    for (const member of ["policyEngineConfiguration", "description", "exceptionLevel"]) {
      expect(updated[member]).toBeUndefined();
    }
    const states = events.changes("gateway").map(({ state }) => state);
    expect(states.at(-2)).toMatchObject({
      status: "UPDATING",
      policyEngineArn: engine.policyEngineArn,
      mode: "ENFORCE",
    });
    expect(states.at(-1)).toMatchObject({ status: "READY", policyEngineArn: null, mode: null });
  });

  test("is deleted with an engine attached, once its targets are gone", async () => {
    const { call, createEngine, createGateway, createTarget } = world();
    const { gatewayId: gatewayIdentifier } = await createGateway(attachedTo(await createEngine()));
    const { targetId } = await createTarget(gatewayIdentifier);
    await call("DeleteGatewayTarget", { gatewayIdentifier, targetId });
    await gone(() => call("GetGatewayTarget", { gatewayIdentifier, targetId }));
    await expect(call("DeleteGateway", { gatewayIdentifier })).resolves.toMatchObject({ status: "DELETING" });
  });

  test("gets an engine in LOG_ONLY though its role lacks GetPolicyEngine", async () => {
    const { createEngine, createGateway, denied } = world();
    denied.add("bedrock-agentcore:GetPolicyEngine");
    expect(await createGateway(attachedTo(await createEngine(), "LOG_ONLY"))).toMatchObject({ status: "READY" });
  });
});

test("a credential provider never gives its secret away", async () => {
  const { call } = world();
  const discoveryUrl = "https://example.com/.well-known/openid-configuration";
  const config = { oauthDiscovery: { discoveryUrl }, clientId: "client", clientSecret: "s3cr3t-value" };
  const request = {
    name: "demo",
    credentialProviderVendor: "CustomOauth2",
    oauth2ProviderConfigInput: { customOauth2ProviderConfig: config },
  };
  const answers = [
    await call("CreateOauth2CredentialProvider", request),
    await call("UpdateOauth2CredentialProvider", request),
    await call("GetOauth2CredentialProvider", { name: "demo" }),
    await call("ListOauth2CredentialProviders"),
  ];
  expect(JSON.stringify(answers)).not.toContain("s3cr3t");
  expect(answers[2]).toMatchObject({
    oauth2ProviderConfigOutput: { customOauth2ProviderConfig: { clientId: "client" } },
  });
  await expect(call("CreateOauth2CredentialProvider", request)).rejects.toMatchObject(CONFLICT);
});

async function gone(read: () => Promise<unknown>): Promise<void> {
  for (;;) {
    const refused = await read().then(
      () => undefined,
      (error: { code?: string }) => error.code,
    );
    if (refused === "ResourceNotFoundException") return;
    if (refused !== undefined) throw new Error(refused);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
