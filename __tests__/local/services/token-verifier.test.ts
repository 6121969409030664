import { Cognito } from "../../../local/services/cognito";
import type { LambdaInvoker } from "../../../local/services/lambda";
import { environment } from "./world";

/** No pool here has a trigger. */
const noFunctions: LambdaInvoker = { invoke: () => Promise.reject(new Error()), permits: () => false };

type Operations = Record<string, (input: object) => { UserPool: { Id: string }; UserPoolClient: Client }>;
interface Client {
  readonly ClientId: string;
  readonly ClientSecret: string;
}

const DISCOVERY = ".well-known/openid-configuration";
const cognito = new Cognito(environment(), noFunctions);
const operations = cognito.operations as unknown as Operations;
const call = (operation: string, input: object) => {
  const run = operations[operation];
  if (!run) throw new Error(operation);
  return run(input);
};

/** A pool with a machine client, and a token of its. */
async function issued(domain: string) {
  const { Id: UserPoolId } = call("CreateUserPool", { PoolName: domain }).UserPool;
  call("CreateUserPoolDomain", { Domain: domain, UserPoolId });
  const Scopes = [{ ScopeName: "read", ScopeDescription: "read" }];
  call("CreateResourceServer", { UserPoolId, Identifier: "n", Name: "n", Scopes });
  const { ClientId, ClientSecret } = call("CreateUserPoolClient", {
    UserPoolId,
    ClientName: "machine",
    GenerateSecret: true,
    AllowedOAuthFlows: ["client_credentials"],
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthScopes: ["n/read"],
  }).UserPoolClient;
  const credentials = { client_id: ClientId, client_secret: ClientSecret };
  const form = new URLSearchParams({ grant_type: "client_credentials", ...credentials });
  const { access_token: token } = await cognito.token(domain, { authorization: undefined, form });
  return { UserPoolId, ClientId, token, discoveryUrl: `https://127.0.0.1:8443/${UserPoolId}/${DISCOVERY}` };
}

test("a token of the pool behind the discovery URL is good, and its claims are given", async () => {
  const { token, discoveryUrl, ClientId } = await issued("good");

  expect(await cognito.verify(token, discoveryUrl)).toMatchObject({ client_id: ClientId, token_use: "access" });
});

test("another pool's, a tampered, an unsigned and a re-labelled token are not good", async () => {
  const [own, other] = [await issued("own"), await issued("other")];
  const [header = "", payload = "", signature = ""] = own.token.split(".");
  const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as object;
  const tampered = [header, encoded({ ...claims, department: "finance" }), signature].join(".");
  const unsigned = [encoded({ alg: "none" }), payload, ""].join(".");
  const relabelled = [encoded({ alg: "HS256" }), payload, signature].join(".");

  for (const token of [other.token, tampered, unsigned, relabelled, "", "no.jwt.here"])
    await expect(cognito.verify(token, own.discoveryUrl)).rejects.toThrow();
});

test("a discovery URL of another host or of no pool makes every token bad", async () => {
  const { token, discoveryUrl, UserPoolId } = await issued("host");

  for (const url of [
    discoveryUrl.replace("127.0.0.1", "localhost"),
    discoveryUrl.replace(UserPoolId, "us-east-1_nobody"),
    "https://example.com",
  ])
    await expect(cognito.verify(token, url)).rejects.toThrow();
});

test("a token that is over is not good", async () => {
  const { token, discoveryUrl } = await issued("expired");
  jest.useFakeTimers({ now: Date.now() + 3_601_000, doNotFake: ["nextTick", "setImmediate", "queueMicrotask"] });

  const verdict = cognito.verify(token, discoveryUrl);

  await expect(verdict)
    .rejects.toThrow()
    .finally(() => jest.useRealTimers());
});

test("the tokens of a pool that was deleted are not good any more", async () => {
  const { token, discoveryUrl, UserPoolId } = await issued("deleted");
  call("DeleteUserPoolDomain", { Domain: "deleted", UserPoolId });
  call("DeleteUserPool", { UserPoolId });

  await expect(cognito.verify(token, discoveryUrl)).rejects.toThrow();
});
