import { connect } from "node:net";
import { exportSPKI, SignJWT, UnsecuredJWT, generateKeyPair } from "jose";
import { ISSUER, post, publicKey, request, servedGateway, token, toolCall } from "./world";

let world: Awaited<ReturnType<typeof servedGateway>>;
afterEach(() => world.close());

const CLAIMS = { client_id: "machine-client", sub: "machine-client", iss: ISSUER };
const inAnHour = () => Math.floor(Date.now() / 1000) + 3600;

describe("a token is refused", () => {
  test.each([
    ["when there is none", () => undefined],
    ["when it is no JWT", () => "opaque"],
    ["of another issuer", () => token({ iss: "https://127.0.0.1:8443/other" })],
    ["of another client", () => token({ client_id: "web-client" })],
    ["of no client", () => token({ client_id: undefined })],
    ["with the client in a list", () => token({ client_id: ["machine-client"] })],
    ["that has expired", () => token({}, "-1h")],
    ["that is not valid yet", () => token({ nbf: inAnHour() })],
    ["without a signature", () => new UnsecuredJWT(CLAIMS).setExpirationTime("1h").encode()],
    [
      "signed with the public key as a secret",
      async () =>
        new SignJWT(CLAIMS)
          .setProtectedHeader({ alg: "HS256" })
          .setExpirationTime("1h")
          .sign(new TextEncoder().encode(await exportSPKI(await publicKey()))),
    ],
    [
      "signed with another key",
      async () =>
        new SignJWT(CLAIMS)
          .setProtectedHeader({ alg: "RS256" })
          .setExpirationTime("1h")
          .sign((await generateKeyPair("RS256")).privateKey),
    ],
    [
      "with a changed claim",
      async () => (await token()).replace(/\.[^.]+\./, `.${encoded({ ...CLAIMS, exp: inAnHour() })}.`),
    ],
  ] as [string, () => string | undefined | Promise<string>][])("%s", async (_, make) => {
    world = await servedGateway();
    const answer = await post(world.at, { token: await make(), body: toolCall() });
    expect(answer.status).toBe(401);
    expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer /);
    expect(world.calls).toEqual([]);
  });

  test("before anything of the request is looked at", async () => {
    world = await servedGateway();
    expect(await post(world.at, { body: "not even JSON", headers: { "Content-Type": "text/plain" } })).toMatchObject({
      status: 401,
    });
  });
});

const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

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
  ])("%j answers %j with %i", async (members, claims, status) => {
    world = await servedGateway(undefined, authorizer(members));
    expect(await post(world.at, { token: await token(claims), body: request("ping") })).toMatchObject({ status });
  });
});

describe("a request is refused", () => {
  const call = JSON.stringify(toolCall());
  test.each([
    ["as a batch", `[${call}]`, {}, 400],
    ["as no JSON", call.slice(1), {}, 400],
    ["without a version of JSON-RPC", call.replace('"jsonrpc":"2.0",', ""), {}, 400],
    ["with null for an id", call.replace('"id":1', '"id":null'), {}, 400],
    ["with a duplicate key", call.replace('"text":"x"', '"text":"y","text":"x"'), {}, 400],
    ["with a duplicate key behind an escape", call.replace('"name"', '"\\u006eame":"other","name"'), {}, 400],
    ["with params that are a list", call.replace(/"params":.*/, '"params":[]}'), {}, 400],
    ["of another content type", call, { "Content-Type": "text/plain" }, 415],
    ["in another character set", call, { "Content-Type": "application/json; charset=utf-16" }, 415],
    ["compressed", call, { "Content-Encoding": "gzip" }, 415],
    ["by a client that takes no JSON", call, { Accept: "text/html" }, 406],
    ["in another version of MCP", call, { "MCP-Protocol-Version": "1999-01-01" }, 400],
    ["in somebody's session", call, { "Mcp-Session-Id": "of-somebody" }, 404],
    ["of more than 6 MB", `${call.slice(0, -1)},"more":"${"x".repeat(6 * 1024 * 1024)}"}`, {}, 413],
  ] as [string, string, Record<string, string>, number][])("%s", async (_, body, headers, status) => {
    world = await servedGateway();
    const answer = await post(world.at, { token: await token(), body, headers });
    expect(answer.status).toBe(status);
    expect(answer.body?.error).toBeDefined();
    expect(world.calls).toEqual([]);
  });

  test("by another method, with the one that is allowed", async () => {
    world = await servedGateway();
    const headers = { Authorization: `Bearer ${await token()}` };
    for (const method of ["GET", "DELETE", "PUT"]) {
      const { status, headers: answer } = await fetch(world.at, { method, headers });
      expect([status, answer.get("allow")]).toEqual([405, "POST"]);
    }
  });

  test("at a gateway that is not there", async () => {
    world = await servedGateway();
    const answer = await post(world.url("other-abcdefghij"), { token: await token(), body: toolCall() });
    expect(answer.status).toBe(404);
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

test.each(["tools/delete", "constructor", "toString", ""])("method %j is unknown", async (method) => {
  world = await servedGateway();
  const { status, body } = await post(world.at, { token: await token(), body: request(method) });
  expect({ status, body }).toMatchObject({ status: 200, body: { id: 1, error: { code: -32601 } } });
});
