import type { IncomingMessage, ServerResponse } from "node:http";
import { AwsError } from "../core/errors";
import { OAuthError, type Cognito } from "../services/cognito";
import { readBody } from "./body";
import { sendJson } from "./server";

const WELL_KNOWN = /^\/([\w-]+_[A-Za-z0-9]+)\/\.well-known\/(openid-configuration|jwks\.json)$/;
const TOKEN = /^\/domains\/([a-z0-9-]+)\/oauth2\/token$/;

/** Room for a token request with its metadata many times over; nobody has to prove who they are to send one. */
const MOST_FORM_BYTES = 1024 * 1024;

/** Answers discovery, key set and token requests. Returns false for a path that is none of them. */
export async function handleOidc(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  cognito: Cognito,
): Promise<boolean> {
  const [, poolId, what] = WELL_KNOWN.exec(url.pathname) ?? [];
  if (poolId !== undefined && request.method === "GET") {
    const found = what === "jwks.json" ? await cognito.jwks(poolId) : cognito.discovery(poolId);
    sendJson(response, found ?? { message: "not found" }, found ? 200 : 404);
    return true;
  }
  const domain = TOKEN.exec(url.pathname)?.[1];
  if (domain === undefined || request.method !== "POST") return false;
  await token(request, response, domain, cognito);
  return true;
}

async function token(
  request: IncomingMessage,
  response: ServerResponse,
  domain: string,
  cognito: Cognito,
): Promise<void> {
  try {
    const isForm = /^application\/x-www-form-urlencoded\s*(;|$)/i.test(request.headers["content-type"] ?? "");
    const form = new URLSearchParams((await readForm(request)).toString());
    if (!isForm) throw new OAuthError("invalid_request");
    sendJson(response, await cognito.token(domain, { authorization: request.headers.authorization, form }));
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    sendJson(response, { error: error.code }, 400);
  }
}

/** Whoever asks for a token is answered in OAuth's words, also where the body is too large. */
async function readForm(request: IncomingMessage): Promise<Buffer> {
  try {
    return await readBody(request, MOST_FORM_BYTES);
  } catch (error) {
    if (error instanceof AwsError) throw new OAuthError("invalid_request");
    throw error;
  }
}
