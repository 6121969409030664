import { askToken, claimsOf, cognitoWorld, machineOf } from "./cognito-world";

let world: Awaited<ReturnType<typeof cognitoWorld>>;
beforeAll(async () => (world = await cognitoWorld()));
afterAll(() => world.aws.close());

const adding = (claims: string) => `exports.handler = async (event) => {
  event.response = { claimsAndScopeOverrideDetails: { accessTokenGeneration: { claimsToAddOrOverride: ${claims} } } };
  return event;
};`;
const metadata = (value: object) => ({ form: { aws_client_metadata: JSON.stringify(value) } });

test("the trigger's event is Cognito's for client credentials, with null where there is nothing", async () => {
  const machine = await machineOf(world, { trigger: adding("{ event: JSON.stringify(event) }") });

  const { event } = await claimsOf(world, machine, metadata({ verified_user_id: "u-1" }));

  expect(JSON.parse(String(event))).toMatchObject({
    version: "3",
    triggerSource: "TokenGeneration_ClientCredentials",
    region: "us-east-1",
    userPoolId: machine.poolId,
    userName: "ClientCredentials",
    callerContext: { clientId: machine.clientId },
    request: {
      userAttributes: {},
      groupConfiguration: null,
      scopes: ["n-gateway/read", "n-gateway/write"],
      clientMetadata: { verified_user_id: "u-1" },
    },
  });
});

test("without metadata the trigger sees null", async () => {
  const machine = await machineOf(world, { trigger: adding("{ was: String(event.request.clientMetadata) }") });

  expect((await claimsOf(world, machine)).was).toBe("null");
});

test("claims of every kind arrive in the token", async () => {
  const machine = await machineOf(world, {
    trigger: adding(`{ department: "finance", n: 1, b: true, l: [1], o: {} }`),
  });

  expect(await claimsOf(world, machine)).toMatchObject({ department: "finance", n: 1, b: true, l: [1], o: {} });
});

test("claims that a trigger cannot set stay as they are", async () => {
  const machine = await machineOf(world, {
    trigger: adding(
      `{ sub: "x", iss: "x", exp: 1, client_id: "x", token_use: "id", scope: "all", aud: "x", "cognito:groups": ["x"] }`,
    ),
  });

  const claims = await claimsOf(world, machine);

  expect(claims).toMatchObject({ sub: machine.clientId, client_id: machine.clientId, token_use: "access" });
  expect(claims.scope).toBe("n-gateway/read n-gateway/write");
  expect(claims.iss).not.toBe("x");
  expect(claims.exp).not.toBe(1);
  expect(claims["cognito:groups"]).toBeUndefined();
});

test("a trigger can take scopes away", async () => {
  const trigger = `exports.handler = async (event) => ({ ...event, response: { claimsAndScopeOverrideDetails: {
    accessTokenGeneration: { scopesToSuppress: ["n-gateway/write"] } } } });`;

  expect((await claimsOf(world, await machineOf(world, { trigger }))).scope).toBe("n-gateway/read");
});

test("a trigger cannot take away what it cannot set", async () => {
  const trigger = `exports.handler = async (event) => ({ ...event, response: { claimsAndScopeOverrideDetails: {
    accessTokenGeneration: { claimsToSuppress: ["sub", "client_id", "token_use"] } } } });`;
  const machine = await machineOf(world, { trigger });

  expect(await claimsOf(world, machine)).toMatchObject({
    sub: machine.clientId,
    client_id: machine.clientId,
    token_use: "access",
  });
});

test("a trigger that fails once is tried again, three times at most", async () => {
  const failing = (times: number) => `let calls = 0; exports.handler = async (event) => {
    if (++calls <= ${times}) throw new Error('no');
    return { ...event, response: { claimsAndScopeOverrideDetails: {
      accessTokenGeneration: { claimsToAddOrOverride: { calls } } } } };
  };`;

  expect(await claimsOf(world, await machineOf(world, { trigger: failing(2) }))).toMatchObject({ calls: 3 });
  expect(await askToken(world, await machineOf(world, { trigger: failing(3) }))).toMatchObject({ status: 400 });
});

test("a trigger that the pool may not invoke, or that is gone, fails the token request", async () => {
  const forbidden = await machineOf(world, { trigger: adding("{}") });
  const name = world.aws.events.changes("function").at(-1)?.id;
  await world.call("lambda", "RemovePermission", { FunctionName: name, StatementId: "cognito" });
  expect(await askToken(world, forbidden)).toMatchObject({ status: 400, body: { error: "invalid_request" } });

  await world.call("lambda", "DeleteFunction", { FunctionName: name });
  expect(await askToken(world, forbidden)).toMatchObject({ status: 400, body: { error: "invalid_request" } });
});

test("a trigger that does not answer is given up after five seconds and tried again", async () => {
  const trigger = `let calls = 0; exports.handler = (event) => (++calls === 1 ? new Promise(() => {}) : event);`;
  const machine = await machineOf(world, { trigger, timeout: 60 });
  const before = Date.now();

  expect((await askToken(world, machine)).status).toBe(200);
  expect(Date.now() - before).toBeGreaterThanOrEqual(5_000);
});
