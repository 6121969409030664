import { connect } from "node:net";
import { ISSUER, post, request, servedGateway, token, toolCall } from "./world";

let world: Awaited<ReturnType<typeof servedGateway>>;
afterEach(() => world.close());

test("a token is asked for before anything of the request is looked at", async () => {
  world = await servedGateway();
  expect(await post(world.at, { body: "not even JSON", headers: { "Content-Type": "text/plain" } })).toMatchObject({
    status: 401,
  });
});

describe("an authorizer with further demands", () => {
  const authorizer = (members: object) => ({
    authorizerConfiguration: {
      customJWTAuthorizer: { discoveryUrl: `${ISSUER}/.well-known/openid-configuration`, ...members },
    },
  });
  const custom = (value: object, operator: string, type = "STRING") => ({
    customClaims: [
      {
        inboundTokenClaimName: "role",
        inboundTokenClaimValueType: type,
        authorizingClaimMatchValue: { claimMatchValue: value, claimMatchOperator: operator },
      },
    ],
  });

  test.each([
    [{ allowedAudience: ["gateway"] }, {}, 401],
    [{ allowedAudience: ["gateway"] }, { aud: ["other", "gateway"] }, 200],
    [{ allowedScopes: ["demo/read"] }, { scope: "demo/write" }, 403],
    [{ allowedScopes: ["demo/read"] }, { scope: "demo/write demo/read" }, 200],
    [custom({ matchValueString: "admin" }, "EQUALS"), { role: "admin" }, 200],
    [custom({ matchValueString: "admin" }, "EQUALS"), { role: "administrator" }, 403],
    [custom({ matchValueString: "admin" }, "EQUALS"), {}, 403],
    [custom({ matchValueString: "admin" }, "CONTAINS", "STRING_ARRAY"), { role: ["viewer", "admin"] }, 200],
    [custom({ matchValueStringList: ["a", "b"] }, "CONTAINS_ANY", "STRING_ARRAY"), { role: ["b"] }, 200],
    [custom({ matchValueStringList: ["a", "b"] }, "CONTAINS_ANY", "STRING_ARRAY"), { role: ["c"] }, 403],
    [custom({ matchValueStringList: ["a", "b"] }, "CONTAINS_ANY", "STRING_ARRAY"), { role: "b" }, 403],
    [custom({ matchValueStringList: ["a", "b"] }, "CONTAINS", "STRING_ARRAY"), { role: ["b"] }, 403],
    [custom({ matchValueStringList: ["a"] }, "EQUALS", "STRING_ARRAY"), { role: ["a", "b"] }, 403],
  ])("%j answers %j with %i", async (members, claims, status) => {
    world = await servedGateway(undefined, authorizer(members));
    expect(await post(world.at, { token: await token(claims), body: request("ping") })).toMatchObject({ status });
  });
});

test("a session is its caller's alone", async () => {
  const allowedClients = ["machine-client", "other-client"];
  const discoveryUrl = `${ISSUER}/.well-known/openid-configuration`;
  world = await servedGateway(undefined, {
    authorizerConfiguration: { customJWTAuthorizer: { discoveryUrl, allowedClients } },
    protocolConfiguration: { mcp: { sessionConfiguration: { sessionTimeoutInSeconds: 900 } } },
  });
  const mine = await token();
  const other = await token({ client_id: "other-client", sub: "other-client" });
  const { headers } = await fetch(world.at, {
    method: "POST",
    headers: { Authorization: `Bearer ${mine}`, "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify(request("initialize", { protocolVersion: "2025-03-26", capabilities: {}, clientInfo: {} })),
  });
  const session = { "Mcp-Session-Id": headers.get("mcp-session-id") ?? "" };
  const ping = (bearer: string) => post(world.at, { token: bearer, body: request("ping"), headers: session });

  expect(await ping(mine)).toMatchObject({ status: 200 });
  expect(await ping(other)).toMatchObject({ status: 404 });
});

describe("a request is refused", () => {
  test("by another method, with the one that is allowed", async () => {
    world = await servedGateway();
    const headers = { Authorization: `Bearer ${await token()}` };
    for (const method of ["GET", "DELETE", "PUT"]) {
      const { status, headers: answer } = await fetch(world.at, { method, headers });
      expect([status, answer.get("allow")]).toEqual([405, "POST"]);
    }
  });

  test("when its body has no end, at the limit", async () => {
    world = await servedGateway();
    const { port } = new URL(world.at);
    const socket = connect(Number(port), "127.0.0.1");
    const answered = new Promise<string>((resolve) => socket.once("data", (data) => resolve(data.toString())));
    socket.on("error", () => undefined);
    const chunk = `${(64 * 1024).toString(16)}\r\n${"x".repeat(64 * 1024)}\r\n`;
    socket.write(
      `POST ${new URL(world.at).pathname} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${await token()}\r\n` +
        "Content-Type: application/json\r\nAccept: application/json\r\nTransfer-Encoding: chunked\r\n\r\n",
    );
    const endless = setInterval(() => socket.write(chunk.repeat(8)), 1);
    expect(await answered).toMatch(/^HTTP\/1.1 413 /);
    clearInterval(endless);
    socket.destroy();
  });
});

test("a notification is taken and not answered, whatever it says", async () => {
  world = await servedGateway();
  const { id: _, ...notification } = toolCall();
  expect(await post(world.at, { token: await token(), body: notification })).toMatchObject({ status: 202 });
  expect(world.calls).toEqual([]);
});
