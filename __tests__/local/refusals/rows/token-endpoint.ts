import type { Mutant } from "../../../support/mutant";
import { machineOf } from "../../services/cognito-world";
import { overTls } from "../../services/world";
import { closeMachineWorld, openMachineWorld, type MachineWorld } from "../machine-world";
import type { Answer, Refusal, Surface } from "../refusal";

type Row = Refusal<MachineWorld>;

const FLOW = "RFC 6749, section 5.2; Cognito developer guide, token endpoint";
const METADATA =
  "[open] in its answer; Cognito developer guide, token endpoint: aws_client_metadata is a JSON object of strings";
const CLIENT_CREDENTIALS = { grant_type: "client_credentials" };

const endpoint = (find: string, replace: string): Mutant => ({
  file: "local/services/cognito/token-endpoint.ts",
  find,
  replace,
});
const trigger = (find: string, replace: string): Mutant => ({
  file: "local/services/cognito/trigger.ts",
  find,
  replace,
});
const oidc = (find: string, replace: string): Mutant => ({ file: "local/http/oidc.ts", find, replace });

const answered = (error: string): Answer => ({ status: 400, type: error, text: `{"error":"${error}"}` });

function refused(request: string, error: string, send: Row["send"], takenOut: Mutant, source: string = FLOW): Row {
  return { request, send, answer: answered(error), source, takenOut };
}

const SECRET_CHECK = endpoint("!client?.ClientSecret || !equal(client.ClientSecret, secret)", "!client?.ClientSecret");

const credentials: Row[] = [
  refused(
    "a token with a wrong secret",
    "invalid_client",
    ({ token, machine }) => token(CLIENT_CREDENTIALS, { basic: `${machine.clientId}:wrong` }),
    SECRET_CHECK,
  ),
  refused(
    "a token with the secret of another client",
    "invalid_client",
    ({ token, machine, other }) => token(CLIENT_CREDENTIALS, { basic: `${machine.clientId}:${other.secret}` }),
    SECRET_CHECK,
  ),
  refused(
    "a token with the secret of another client, in the form",
    "invalid_client",
    ({ token, machine, other }) =>
      token({ ...CLIENT_CREDENTIALS, client_id: machine.clientId, client_secret: other.secret }, { basic: null }),
    SECRET_CHECK,
  ),
  refused(
    "a token for a client of another pool",
    "invalid_client",
    ({ token, machine, other }) => token(CLIENT_CREDENTIALS, { basic: `${other.clientId}:${other.secret}`, machine }),
    endpoint(
      'if (!client?.ClientSecret || !equal(client.ClientSecret, secret)) throw new OAuthError("invalid_client");',
      "if (!client) return pool.clients.values().next().value as Client;",
    ),
  ),
  refused(
    "a token without credentials",
    "invalid_client",
    ({ token }) => token(CLIENT_CREDENTIALS, { basic: null }),
    endpoint(
      'if (!client?.ClientSecret || !equal(client.ClientSecret, secret)) throw new OAuthError("invalid_client");',
      "if (!client) return pool.clients.values().next().value as Client;",
    ),
  ),
  refused(
    "a token with the secret in header and form at once",
    "invalid_request",
    ({ token, machine }) => token({ ...CLIENT_CREDENTIALS, client_secret: machine.secret }),
    endpoint('basic === undefined || form.has("client_secret")', "basic === undefined"),
    "RFC 6749, section 2.3",
  ),
  refused(
    "a token with the secret and something behind it",
    "invalid_client",
    ({ token, machine }) => token(CLIENT_CREDENTIALS, { basic: `${machine.clientId}:${machine.secret}&junk=1` }),
    endpoint('decodeURIComponent(text.replaceAll("+", " "))', 'new URLSearchParams(`x=${text}`).get("x") ?? ""'),
  ),
  refused(
    "a token with a secret that is not encoded as it should be",
    "invalid_client",
    ({ token, machine }) => token(CLIENT_CREDENTIALS, { basic: `${machine.clientId}:%` }),
    endpoint(
      '} catch {\n    throw new OAuthError("invalid_client");',
      '} catch {\n    throw new OAuthError("invalid_grant");',
    ),
  ),
  refused(
    "a token with another client's id in the form",
    "invalid_request",
    ({ token, other }) => token({ ...CLIENT_CREDENTIALS, client_id: other.clientId }),
    endpoint('if ((form.get("client_id") ?? id) !== id) throw new OAuthError("invalid_request");', ""),
    "[open] in its answer; RFC 6749, section 2.3",
  ),
];

const requests: Row[] = [
  refused(
    "a token by an unknown grant",
    "unsupported_grant_type",
    ({ token }) => token({ grant_type: "password" }),
    endpoint(
      'if (form.get("grant_type") !== "client_credentials") throw new OAuthError("unsupported_grant_type");',
      "",
    ),
  ),
  refused(
    "a token of a scope that the client was not granted",
    "invalid_scope",
    ({ token }) => token({ ...CLIENT_CREDENTIALS, scope: "n-gateway/read n-gateway/admin" }),
    endpoint(
      "scopes.length === 0 || !scopes.every((scope) => AllowedOAuthScopes.includes(scope))",
      "scopes.length === 0",
    ),
  ),
  refused(
    "a token of a scope that is blank",
    "invalid_scope",
    ({ token }) => token({ ...CLIENT_CREDENTIALS, scope: " " }),
    endpoint("scopes.length === 0 || ", ""),
    "RFC 6749, section 3.3",
  ),
  refused(
    "a token for a client without the client credentials flow",
    "unauthorized_client",
    async ({ token, started }) => {
      const machine = await machineOf(started, { client: { AllowedOAuthFlowsUserPoolClient: false } });
      return token(CLIENT_CREDENTIALS, { machine });
    },
    endpoint('throw new OAuthError("unauthorized_client");', ""),
  ),
  refused(
    "a parameter that stands twice",
    "invalid_request",
    ({ token }) => token("grant_type=client_credentials&grant_type=client_credentials"),
    endpoint("if (!pool || hasRepeats(form))", "if (!pool)"),
    "RFC 6749, section 3.2",
  ),
  refused(
    "a body that is no form",
    "invalid_request",
    ({ token }) => token("grant_type=client_credentials", { contentType: "application/json" }),
    oidc('if (!isForm) throw new OAuthError("invalid_request");', ""),
    "RFC 6749, section 4.4.2",
  ),
  refused(
    "a body that says to be of almost the form's type",
    "invalid_request",
    ({ token }) => token("grant_type=client_credentials", { contentType: "application/x-www-form-urlencodedx" }),
    oidc("\\s*(;|$)/i", "/i"),
    "RFC 6749, section 4.4.2",
  ),
  refused(
    "aws_client_metadata with a key twice",
    "invalid_request",
    ({ token }) =>
      token({
        ...CLIENT_CREDENTIALS,
        aws_client_metadata: '{"verified_user_id":"guest","verified_user_id":"finance"}',
      }),
    endpoint("parseStrictly(text)", "JSON.parse(text) as unknown"),
    METADATA,
  ),
  refused(
    "aws_client_metadata that is no JSON",
    "invalid_request",
    ({ token }) => token({ ...CLIENT_CREDENTIALS, aws_client_metadata: "{" }),
    endpoint("// Answered below, like any other text that is no such object.", "return {};"),
    METADATA,
  ),
  refused(
    "aws_client_metadata that is an array",
    "invalid_request",
    ({ token }) => token({ ...CLIENT_CREDENTIALS, aws_client_metadata: '["finance"]' }),
    endpoint("!Array.isArray(value) &&", ""),
    METADATA,
  ),
  refused(
    "aws_client_metadata with an object in it",
    "invalid_request",
    ({ token }) => token({ ...CLIENT_CREDENTIALS, aws_client_metadata: '{"user":{"verified_user_id":"finance"}}' }),
    endpoint('Object.values(value).every((item) => typeof item === "string")', "true"),
    METADATA,
  ),
  refused(
    "aws_client_metadata with a number in it",
    "invalid_request",
    ({ token }) => token({ ...CLIENT_CREDENTIALS, aws_client_metadata: '{"verified_user_id":7}' }),
    endpoint('Object.values(value).every((item) => typeof item === "string")', "true"),
    METADATA,
  ),
  refused(
    "aws_client_metadata of two megabytes",
    "invalid_request",
    ({ token }) =>
      token({
        ...CLIENT_CREDENTIALS,
        aws_client_metadata: JSON.stringify({ verified_user_id: "x".repeat(2_000_000) }),
      }),
    oidc("const MOST_FORM_BYTES = 1024 * 1024;", "const MOST_FORM_BYTES = 64 * 1024 * 1024;"),
    "[open]: the limit is unknown; one megabyte is read here",
  ),
];

const LAMBDA = "Cognito developer guide, Lambda triggers: an error fails the request; the body is [open]";
const details = (text: string) => `exports.handler = async (event) => {
  event.response = { claimsAndScopeOverrideDetails: { accessTokenGeneration: ${text} } };
  return event;
};`;

/** A token of a pool with this trigger. */
const triggered =
  (source: string, timeout = 5): Row["send"] =>
  async ({ started, token }) =>
    token(CLIENT_CREDENTIALS, { machine: await machineOf(started, { trigger: source, timeout }) });

const triggers: Row[] = [
  refused(
    "a trigger that throws",
    "invalid_request",
    triggered("exports.handler = async () => { throw new Error('no'); };"),
    trigger(
      'if (attempt === TRIES) throw new TriggerError("the trigger failed");',
      "if (attempt === TRIES) return NO_CHANGES;",
    ),
    LAMBDA,
  ),
  refused(
    "a trigger that times out, three times",
    "invalid_request",
    triggered("exports.handler = () => new Promise(() => {});", 1),
    trigger(
      'if (attempt === TRIES) throw new TriggerError("the trigger failed");',
      "if (attempt === TRIES) return NO_CHANGES;",
    ),
    LAMBDA,
  ),
  refused(
    "a trigger that answers a text",
    "invalid_request",
    triggered("exports.handler = async () => 'fine';"),
    trigger(
      'if (!isRecord(payload) || !isRecord(payload.response)) throw new TriggerError("unrecognizable answer");',
      "if (!isRecord(payload) || !isRecord(payload.response)) return NO_CHANGES;",
    ),
    LAMBDA,
  ),
  refused(
    "a trigger that answers claims as a list",
    "invalid_request",
    triggered(details("{ claimsToAddOrOverride: ['department'] }")),
    trigger('if (!isRecord(claims)) throw new TriggerError("unrecognizable answer");', ""),
    LAMBDA,
  ),
  refused(
    "a trigger that answers scopes as a text",
    "invalid_request",
    triggered(details("{ scopesToAdd: 'n-gateway/admin' }")),
    trigger(
      'if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value;\n  throw new TriggerError("unrecognizable answer");',
      "return Array.isArray(value) ? value : [value as string];",
    ),
    LAMBDA,
  ),
  refused(
    "a trigger that does not permit Cognito to call it",
    "invalid_request",
    async ({ started, token }) => {
      const machine = await machineOf(started, { trigger: details("{}") });
      const FunctionName = started.aws.events.changes("function").at(-1)?.id;
      await started.call("lambda", "RemovePermission", { FunctionName, StatementId: "cognito" });
      return token(CLIENT_CREDENTIALS, { machine });
    },
    trigger('if (!isPermitted(lambda, config.LambdaArn, pool)) throw new TriggerError("access denied");', ""),
    "AWS documentation: a trigger's function needs a resource-based policy for cognito-idp.amazonaws.com",
  ),
];

const RESERVED =
  "acr amr at_hash auth_time azp exp iat iss jti nbf nonce origin_jti token_use client_id event_id version sub " +
  "username device_key identities";

/** Which of these claims hold what the trigger put there. */
const overridden =
  (names: readonly string[]): Row["send"] =>
  async (world) => {
    const claims = Object.fromEntries(names.map((name) => [name, "forged"]));
    const answer = await triggered(details(`{ claimsToAddOrOverride: ${JSON.stringify(claims)} }`))(world);
    const [, payload = ""] = (JSON.parse(answer.text) as { access_token: string }).access_token.split(".");
    const seen = JSON.parse(Buffer.from(payload, "base64url").toString()) as Record<string, unknown>;
    const forged = names.filter((name) => seen[name] === "forged");
    return { status: answer.status, type: answer.type, text: `overridden: ${forged.join(" ") || "none"}` };
  };

const UNCHANGED: Answer = { status: 200, type: "token", text: "overridden: none" };
const OVERRIDES = "Cognito developer guide, pre token generation: claims that cannot be changed";

const overrides: Row[] = [
  {
    request: `a trigger that overrides each of ${RESERVED}`,
    send: overridden(RESERVED.split(" ")),
    answer: UNCHANGED,
    source: OVERRIDES,
    takenOut: trigger("!FIXED.has(name) && !name.startsWith", "!name.startsWith"),
  },
  {
    request: "a trigger that sets cognito:groups",
    send: overridden(["cognito:groups"]),
    answer: UNCHANGED,
    source: OVERRIDES,
    takenOut: trigger(' && !name.startsWith("cognito:")', ""),
  },
];

const wellKnown =
  (file: string): Row["send"] =>
  async ({ aws }) => {
    const url = `${aws.endpoint.replace("http:", "https:")}/us-east-1_nobody000/.well-known/${file}`;
    const { status, body } = await overTls(aws, "GET", url);
    return { status, type: String(body.message), text: JSON.stringify(body) };
  };
const NOT_FOUND: Answer = { status: 404, type: "not found", text: '{"message":"not found"}' };
const UNKNOWN_POOL = "[open]: the body of the answer; a pool that is not there has no documents";
const cognito = (find: string, replace: string): Mutant => ({ file: "local/services/cognito/index.ts", find, replace });

const documents: Row[] = [
  {
    request: "the discovery document of an unknown pool",
    send: wellKnown("openid-configuration"),
    answer: NOT_FOUND,
    source: UNKNOWN_POOL,
    takenOut: cognito("if (!this.pools.pools.has(poolId)) return undefined;", ""),
  },
  {
    request: "the keys of an unknown pool",
    send: wellKnown("jwks.json"),
    answer: NOT_FOUND,
    source: UNKNOWN_POOL,
    takenOut: cognito(
      "this.pools.pools.has(poolId) ? this.signing.jwks(poolId) : undefined",
      "this.signing.jwks(poolId)",
    ),
  },
];

export const surface: Surface<MachineWorld> = {
  name: "Cognito: the token endpoint, the trigger and the documents of a pool",
  test: "__tests__/local/refusals/token-endpoint.test.ts",
  open: () => openMachineWorld(),
  close: closeMachineWorld,
  refusals: [...credentials, ...requests, ...triggers, ...overrides, ...documents],
};
