import { request as httpRequest } from "node:http";
import { text as textOf } from "node:stream/consumers";
import { exportSPKI, generateKeyPair, importJWK, SignJWT, UnsecuredJWT, type CryptoKey, type JWK } from "jose";
import type { Signing } from "../../../local/services/cognito/signing";
import { createGateway, createRole, settledGateway } from "../../support/gateway";
import { machineOf, type Machine } from "../services/cognito-world";
import { functionOf, overTls, type Started } from "../services/world";
import type { Answer } from "./refusal";
import { closeAws, openAws, type AwsWorld } from "./world";

/** How the gateway decides while the rows are asked. */
export const KINDS = [
  "ENFORCE",
  "ENFORCE without a policy",
  "LOG_ONLY",
  "without a policy engine",
  "in the middle of a rollout",
] as const;
export type Kind = (typeof KINDS)[number];

/** Who is allowed at which kind of gateway. */
const ALLOWED: Readonly<Record<Kind, readonly string[]>> = {
  ENFORCE: ["finance"],
  "ENFORCE without a policy": [],
  LOG_ONLY: ["finance", "guest"],
  "without a policy engine": ["finance", "guest"],
  "in the middle of a rollout": ["finance"],
};

export const TOOL = "sample-tool-target___read";

/** A user pool with two machine clients, and a gateway with a tool that lets the first of them in. */
export interface MachineWorld extends AwsWorld {
  readonly started: Started;
  readonly machine: Machine;
  readonly other: Machine;
  readonly gatewayId: string;
  /** Asks the token endpoint; a string is the body as it stands. */
  token(form: Record<string, string> | string, options?: TokenOptions): Promise<Answer>;
  /** A good machine token of a user of this department. */
  machineToken(department: string): Promise<string>;
  /** A token with the pool's own key: what leaked keys or another client's tokens would look like. */
  forged(claims: Record<string, unknown>, forgery?: Forgery): Promise<string>;
  mcp(request: McpRequest): Promise<Answer>;
  /** What `mcp` cannot send: a header twice, a body without end. No answer within two seconds counts as none. */
  raw(request: RawRequest): Promise<Answer>;
  /** Path of a gateway that has sessions, and no tools. */
  readonly sessionPath: string;
  /** Path of a gateway that asks for the scope `demo/invoke` and the department finance, and has no tools. */
  readonly demandingPath: string;
  /** The id of a session that this token opened there. */
  session(token: string): Promise<string>;
  /** How often the tool ran. */
  runs(): Promise<number>;
}

interface TokenOptions {
  /** `id:secret`; null for none. */
  readonly basic?: string | null;
  readonly contentType?: string;
  readonly machine?: Machine;
}

type Forgery = "expired" | "not yet valid" | "unsigned" | "public key as secret" | "another key" | "another pool";

interface McpRequest {
  readonly token?: string | undefined;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  readonly method?: string;
  readonly path?: string;
}

interface RawRequest {
  /** Beside those of every good request; a list is sent as so many headers. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  /** Sent in one chunk. */
  readonly body: string | Buffer;
  /** The body's end is never sent. */
  readonly endless?: boolean;
}

const TRIGGER = `exports.handler = async (event) => {
  const department = (event.request.clientMetadata ?? {}).verified_user_id ?? "none";
  event.response = { claimsAndScopeOverrideDetails: { accessTokenGeneration: { claimsToAddOrOverride: { department } } } };
  return event;
};`;

export const toolCall = (name = TOOL, input: unknown = { text: "x" }) => ({
  jsonrpc: "2.0",
  id: 1,
  method: "tools/call",
  params: { name, arguments: input },
});

export async function openMachineWorld(kind: Kind = "ENFORCE"): Promise<MachineWorld> {
  const world = await openAws();
  const { aws, prepare } = world;
  const started = { aws, call: prepare } as unknown as Started;
  const machine = await machineOf(started, { trigger: TRIGGER });
  const other = await machineOf(started);
  const base = { ...world, started, machine, other };
  const gatewayId = await furnish(base, kind);
  const sessionPath = await sessionGateway(base, gatewayId);
  const demandingPath = await demandingGateway(base, gatewayId);
  const token = tokenOf(base);
  // The pool's keys are there from its first token on.
  await token({ grant_type: "client_credentials" });
  const machineToken = async (department: string) => {
    const { text } = await token({
      grant_type: "client_credentials",
      aws_client_metadata: JSON.stringify({ verified_user_id: department }),
    });
    return (JSON.parse(text) as { access_token: string }).access_token;
  };
  return {
    ...base,
    gatewayId,
    token,
    machineToken,
    forged: forgedBy(base),
    mcp: mcpOf(base, gatewayId),
    raw: rawOf(base, gatewayId),
    sessionPath,
    demandingPath,
    session: sessionOf(base, sessionPath),
    runs: runsOf(base),
  };
}

export const closeMachineWorld = closeAws;

/** Nothing reached the tool, and users are decided on as before. */
export const unharmedAt =
  (kind: Kind) =>
  async (world: MachineWorld): Promise<void> => {
    const runs = await world.runs();
    expect(runs).toBe(expectedRuns.get(world) ?? 0);
    for (const department of ["finance", "guest"]) {
      const { text } = await world.mcp({ token: await world.machineToken(department), body: toolCall() });
      expect([department, text === "done"]).toEqual([department, ALLOWED[kind].includes(department)]);
    }
    expectedRuns.set(world, await world.runs());
  };

/** Runs by the check above, which are no harm. */
const expectedRuns = new WeakMap<MachineWorld, number>();

type Base = AwsWorld & { readonly started: Started; readonly machine: Machine; readonly other: Machine };

async function furnish({ aws, prepare, started, machine }: Base, kind: Kind): Promise<string> {
  const lambdaArn = await functionOf(
    started,
    "demo-tool",
    `exports.handler = async () => { console.log("ran"); return "done"; };`,
  );
  const roleArn = await createRole(aws);
  const agentcore = <Output extends object>(operation: string, input: object) =>
    prepare<Output>("bedrock-agentcore-control", operation, input);
  const settled = async (operation: string, input: object) => {
    while (/ING$/.test((await agentcore<{ status: string }>(operation, input)).status))
      await new Promise((resolve) => setTimeout(resolve, 1));
  };
  const engine = await agentcore<{ policyEngineId: string; policyEngineArn: string }>("CreatePolicyEngine", {
    name: "demo_policy_engine",
  });
  const { policyEngineId, policyEngineArn: arn } = engine;
  await settled("GetPolicyEngine", { policyEngineId });
  const mode = kind === "LOG_ONLY" ? "LOG_ONLY" : "ENFORCE";
  const { gatewayId = "", gatewayArn = "" } = await createGateway(aws, roleArn, {
    ...(kind !== "without a policy engine" && { policyEngineConfiguration: { arn, mode } }),
    authorizerConfiguration: authorizerOf(aws, machine),
  });
  const { targetId } = await agentcore<{ targetId: string }>("CreateGatewayTarget", {
    gatewayIdentifier: gatewayId,
    name: "sample-tool-target",
    credentialProviderConfigurations: [{ credentialProviderType: "GATEWAY_IAM_ROLE" }],
    targetConfiguration: { mcp: { lambda: { lambdaArn, toolSchema: { inlinePayload: [READ] } } } },
  });
  await settled("GetGatewayTarget", { gatewayIdentifier: gatewayId, targetId });
  const policy = async (name: string, effect: string, department: string, enforcementMode = "ACTIVE") => {
    const definition = { cedar: { statement: statement(gatewayArn, effect, department) } };
    const input = { policyEngineId, name, definition, enforcementMode };
    const { policyId } = await agentcore<{ policyId: string }>("CreatePolicy", input);
    await settled("GetPolicy", { policyEngineId, policyId });
  };
  if (kind !== "ENFORCE without a policy") await policy("live_permit", "permit", "finance");
  if (kind === "in the middle of a rollout") {
    await policy("new_forbid", "forbid", "interns");
    await policy("staged_permit", "permit", "guest", "LOG_ONLY");
  }
  return gatewayId;
}

const authorizerOf = (aws: Base["aws"], { poolId, clientId }: Machine) => ({
  customJWTAuthorizer: {
    discoveryUrl: `${aws.endpoint.replace("http:", "https:")}/${poolId}/.well-known/openid-configuration`,
    allowedClients: [clientId],
  },
});

async function sessionGateway({ aws, machine }: Base, otherId: string): Promise<string> {
  const { roleArn = "" } = await settledGateway(aws, otherId);
  const { gatewayId = "" } = await createGateway(aws, roleArn, {
    name: "gateway-with-sessions",
    authorizerConfiguration: authorizerOf(aws, machine),
    protocolConfiguration: {
      mcp: { supportedVersions: ["2025-06-18"], sessionConfiguration: { sessionTimeoutInSeconds: 900 } },
    },
  });
  return `/gateways/${gatewayId}/mcp`;
}

async function demandingGateway({ aws, machine }: Base, otherId: string): Promise<string> {
  const { roleArn = "" } = await settledGateway(aws, otherId);
  const { customJWTAuthorizer } = authorizerOf(aws, machine);
  const department = {
    inboundTokenClaimName: "department",
    inboundTokenClaimValueType: "STRING",
    authorizingClaimMatchValue: {
      claimMatchValue: { matchValueString: "finance" },
      claimMatchOperator: "EQUALS",
    },
  } as const;
  const { gatewayId = "" } = await createGateway(aws, roleArn, {
    name: "gateway-with-demands",
    authorizerConfiguration: {
      customJWTAuthorizer: { ...customJWTAuthorizer, allowedScopes: ["demo/invoke"], customClaims: [department] },
    },
  });
  return `/gateways/${gatewayId}/mcp`;
}

const READ = {
  name: "read",
  description: "a tool",
  inputSchema: {
    type: "object",
    properties: { text: { type: "string" }, count: { type: "integer" } },
    required: ["text"],
  },
};

const statement = (gatewayArn: string, effect: string, department: string) =>
  `${effect}(principal is AgentCore::OAuthUser, action == AgentCore::Action::"${TOOL}", resource == AgentCore::Gateway::"${gatewayArn}")
   when { principal.hasTag("department") && principal.getTag("department") == "${department}" };`;

const tokenOf =
  ({ aws, machine: first }: Base): MachineWorld["token"] =>
  async (form, { machine = first, basic = `${machine.clientId}:${machine.secret}`, contentType } = {}) => {
    const url = `${aws.endpoint.replace("http:", "https:")}/domains/${machine.domain}/oauth2/token`;
    const headers = {
      "content-type": contentType ?? "application/x-www-form-urlencoded",
      ...(basic !== null && { authorization: `Basic ${Buffer.from(basic).toString("base64")}` }),
    };
    const body = typeof form === "string" ? form : new URLSearchParams(form).toString();
    const answer = await overTls(aws, "POST", url, { headers, body });
    const type =
      typeof answer.body.error === "string" ? answer.body.error : ((answer.body.message as string) ?? "token");
    return { status: answer.status, type, text: JSON.stringify(answer.body) };
  };

function forgedBy({ aws, machine, other }: Base): MachineWorld["forged"] {
  // The keys are nobody's business, and so there is no way to them but this.
  const { signing } = (aws as unknown as { services: { "cognito-idp": { signing: Signing } } }).services["cognito-idp"];
  return async (given, forgery) => {
    const claims = {
      sub: machine.clientId,
      client_id: machine.clientId,
      token_use: "access",
      department: "finance",
      ...given,
    };
    const issuer = signing.issuerOf(machine.poolId);
    const jwt = () => new SignJWT(claims).setIssuer(issuer).setIssuedAt().setExpirationTime("1h");
    switch (forgery) {
      case "expired":
        return signing.sign(machine.poolId, claims, -3_600);
      case "not yet valid":
        return signing.sign(machine.poolId, { ...claims, nbf: Math.floor(Date.now() / 1_000) + 1_800 }, 3_600);
      case "unsigned":
        return new UnsecuredJWT(claims).setIssuer(issuer).setIssuedAt().setExpirationTime("1h").encode();
      case "public key as secret": {
        const [jwk = {}] = (await signing.jwks(machine.poolId)).keys;
        const spki = await exportSPKI((await importJWK(jwk as JWK, "RS256")) as CryptoKey);
        return jwt().setProtectedHeader({ alg: "HS256", kid: jwk.kid }).sign(new TextEncoder().encode(spki));
      }
      case "another key": {
        const { privateKey } = await generateKeyPair("RS256");
        return jwt().setProtectedHeader({ alg: "RS256" }).sign(privateKey);
      }
      case "another pool":
        return signing.sign(other.poolId, claims, 3_600);
      default:
        return signing.sign(machine.poolId, claims, 3_600);
    }
  };
}

const fetchMcp = ({ aws }: Base, path: string, { token, body, headers, method = "POST" }: McpRequest) =>
  fetch(`${aws.endpoint}${path}`, {
    method,
    headers: {
      "Content-Type": "application/json",
      Accept: "application/json, text/event-stream",
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(method === "GET" ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });

const mcpOf =
  (base: Base, gatewayId: string): MachineWorld["mcp"] =>
  async ({ path = `/gateways/${gatewayId}/mcp`, ...request }) => {
    const response = await fetchMcp(base, path, request);
    return answerOf(response.status, await response.text());
  };

function answerOf(status: number, text: string): Answer {
  const { error, result } = (text ? JSON.parse(text) : {}) as {
    error?: { code: number; message: string };
    result?: { content?: { text: string }[] };
  };
  if (error) return { status, type: `JSON-RPC error ${error.code}`, text: error.message };
  return { status, type: "JSON-RPC result", text: result?.content?.[0]?.text ?? JSON.stringify(result) };
}

const rawOf =
  ({ aws }: Base, gatewayId: string): MachineWorld["raw"] =>
  ({ headers, body, endless = false }) =>
    new Promise((resolve, reject) => {
      const none = setTimeout(() => {
        outgoing.destroy();
        resolve({ status: 0, type: "no answer", text: "" });
      }, 2_000);
      const outgoing = httpRequest(`${aws.endpoint}/gateways/${gatewayId}/mcp`, {
        method: "POST",
        agent: false,
        headers: { "Content-Type": "application/json", Accept: "application/json", ...headers },
      });
      outgoing.once("response", (response) => {
        textOf(response).then((text) => resolve(answerOf(response.statusCode ?? 0, text)), reject);
      });
      // Whoever does not end is cut off after the answer.
      outgoing.on("error", () => undefined);
      outgoing.once("close", () => clearTimeout(none));
      outgoing.write(body);
      if (!endless) outgoing.end();
    });

const sessionOf =
  (base: Base, path: string): MachineWorld["session"] =>
  async (token) => {
    const params = { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "x", version: "1" } };
    const body = { jsonrpc: "2.0", id: 1, method: "initialize", params };
    const { headers } = await fetchMcp(base, path, { token, body });
    return headers.get("mcp-session-id") ?? "";
  };

const runsOf =
  ({ aws }: Base): MachineWorld["runs"] =>
  async () => {
    const logs = (await (await fetch(`${aws.endpoint}/_offline/logs`)).json()) as Record<string, string[]>;
    return Object.entries(logs)
      .filter(([name]) => name.includes("demo-tool"))
      .flatMap(([, lines]) => lines)
      .filter((line) => line.includes("ran")).length;
  };
