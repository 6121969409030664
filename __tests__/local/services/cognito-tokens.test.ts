import { createRemoteJWKSet, createLocalJWKSet, jwtVerify, type JSONWebKeySet } from "jose";
import { COGNITO_CLAIMS } from "../../../lambdas/pre-token/claims";
import { askToken, claimsOf, cognitoWorld, issuerOf, machineOf, SCOPES, type Machine } from "./cognito-world";
import { overTls } from "./world";

let world: Awaited<ReturnType<typeof cognitoWorld>>;
let plain: Machine;
beforeAll(async () => {
  world = await cognitoWorld();
  plain = await machineOf(world);
});
afterAll(() => world.aws.close());

describe("a machine token", () => {
  test("is signed by the key that discovery leads to, by the issuer of the pool", async () => {
    const { body } = await askToken(world, plain);
    const discovery = await overTls(world.aws, "GET", `${issuerOf(world, plain)}/.well-known/openid-configuration`);
    const keys = await overTls(world.aws, "GET", String(discovery.body.jwks_uri));

    const { payload, protectedHeader } = await jwtVerify(
      String(body.access_token),
      createLocalJWKSet(keys.body as unknown as JSONWebKeySet),
      { issuer: issuerOf(world, plain) },
    );

    expect(protectedHeader.alg).toBe("RS256");
    expect(discovery.body.issuer).toBe(payload.iss);
    expect(keys.body.keys).toMatchObject([{ kty: "RSA", use: "sig" }]);
    expect(JSON.stringify(keys.body)).not.toContain('"d"');
  });

  test("carries what Cognito puts into one, and no audience and no groups", async () => {
    const { body } = await askToken(world, plain);
    const claims = await claimsOf(world, plain);

    expect(Object.keys(body).sort()).toEqual(["access_token", "expires_in", "token_type"]);
    expect(body).toMatchObject({ expires_in: 3_600, token_type: "Bearer" });
    expect(claims).toMatchObject({
      sub: plain.clientId,
      client_id: plain.clientId,
      token_use: "access",
      scope: SCOPES.join(" "),
      version: 2,
    });
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(3_600);
    expect(claims.jti).toBeDefined();
    expect(claims.aud).toBeUndefined();
    expect(COGNITO_CLAIMS).toEqual(expect.arrayContaining(Object.keys(claims)));
  });

  test("is given for the secret in the form as well, and for some of the scopes", async () => {
    const form = { client_id: plain.clientId, client_secret: plain.secret, scope: "n-gateway/read" };

    expect((await claimsOf(world, plain, { basic: null, form })).scope).toBe("n-gateway/read");
  });

  test("lives as long as the client says", async () => {
    const client = { AccessTokenValidity: 10, TokenValidityUnits: { AccessToken: "minutes" } };

    expect((await askToken(world, await machineOf(world, { client }))).body.expires_in).toBe(600);
  });
});

test("no keys are read over a connection whose certificate is not trusted", async () => {
  const url = new URL(`${issuerOf(world, plain)}/.well-known/jwks.json`);

  await expect(
    jwtVerify((await askToken(world, plain)).body.access_token as string, createRemoteJWKSet(url)),
  ).rejects.toThrow();
});

test("no token and no secret reaches the event log", async () => {
  const { body } = await askToken(world, plain);

  const log = JSON.stringify(world.aws.events.all());

  expect(log).not.toContain(plain.secret);
  expect(log).not.toContain(String(body.access_token));
});
