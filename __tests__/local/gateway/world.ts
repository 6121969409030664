import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { generateKeyPair, jwtVerify, SignJWT, type JWTPayload } from "jose";
import { GatewayDataPlane } from "../../../local/gateway";
import type { LambdaInvoker, TokenVerifier } from "../../../local/agentcore/ports";
import { controlPlane } from "../agentcore/world";

export const ISSUER = "https://127.0.0.1:8443/pool";
const keys = generateKeyPair("RS256", { extractable: true });

/** A machine token as the pool signs it; `claims` come on top. */
export async function token(claims: JWTPayload = {}, expires = "1h"): Promise<string> {
  const { privateKey } = await keys;
  return new SignJWT({ client_id: "machine-client", sub: "machine-client", token_use: "access", ...claims })
    .setProtectedHeader({ alg: "RS256" })
    .setIssuer(typeof claims.iss === "string" ? claims.iss : ISSUER)
    .setIssuedAt()
    .setExpirationTime(expires)
    .sign(privateKey);
}

export const publicKey = async () => (await keys).publicKey;

const tokens: TokenVerifier = {
  verify: async (jwt) => (await jwtVerify(jwt, await publicKey(), { issuer: ISSUER, algorithms: ["RS256"] })).payload,
};

export interface LambdaCall {
  readonly functionArn: string;
  readonly payload: unknown;
  readonly clientContext: unknown;
}

/** A gateway over real HTTP with the sample target; every call that reaches its function is kept. */
export async function served(options: { toolTimeoutMs?: number } = {}) {
  const world = controlPlane();
  const calls: LambdaCall[] = [];
  const behaviour: { answer: () => unknown } = { answer: () => ({ done: true }) };
  const lambda: LambdaInvoker = {
    invoke: async (functionArn, payload, { clientContext } = {}) => {
      calls.push({ functionArn, payload, clientContext });
      const answer = await behaviour.answer();
      return answer instanceof Error ? { payload: {}, functionError: "Unhandled" } : { payload: answer };
    },
  };
  const plane = new GatewayDataPlane(world.environment, world.agentcore, tokens, lambda, options);
  const server = createServer((request, response) => {
    void plane.handle(request, response, (request.url ?? "").split("/")[2] ?? "");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = () => {
    world.agentcore.close();
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return {
    ...world,
    plane,
    calls,
    behaviour,
    close,
    url: (gatewayId: string) => `${origin}/gateways/${gatewayId}/mcp`,
  };
}

export type Served = Awaited<ReturnType<typeof served>>;

/** A served gateway with a target; its engine, where one is asked for, is attached in that mode. */
export async function servedGateway(mode?: "ENFORCE" | "LOG_ONLY", members: object = {}, options = {}) {
  const world = await served(options);
  const engine = await world.createEngine();
  const attached = mode && { policyEngineConfiguration: { arn: engine.policyEngineArn, mode } };
  const { gatewayId, gatewayArn } = await world.createGateway({ ...attached, ...members });
  await world.createTarget(gatewayId);
  return { ...world, engine, gatewayId, gatewayArn, at: world.url(gatewayId) };
}

interface Post {
  readonly token?: string | undefined;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One POST as it stands; a body that is no string is written as JSON. */
export async function post(url: string, { token: bearer, body, headers }: Post) {
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      Accept: "application/json, text/event-stream",
      ...(bearer === undefined ? {} : { Authorization: `Bearer ${bearer}` }),
      ...headers,
    },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text ? (JSON.parse(text) as Answer) : undefined };
}

interface Answer {
  readonly id: string | number | null;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly code: number; readonly message: string };
}

export const request = (method: string, params: object = {}) => ({ jsonrpc: "2.0", id: 1, method, params });
export const toolCall = (tool = "sample-tool-target___read", input: object = { text: "x" }) =>
  request("tools/call", { name: tool, arguments: input });
