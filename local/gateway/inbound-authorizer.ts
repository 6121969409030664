import type { IncomingMessage } from "node:http";
import type { TokenVerifier } from "../agentcore/ports";
import type { JwtAuthorizer } from "../agentcore/rules/gateway";
import type { GatewayConfiguration } from "../agentcore/state";
import { Refusal } from "./http";

export type Claims = Readonly<Record<string, unknown>>;

/** Error code of a refused token, as observed in the gateway's answers. */
const UNAUTHORIZED = -32001;

/** The claims of the caller's token. Throws Refusal where the gateway's authorizer does not let the caller in. */
export async function authenticate(
  request: IncomingMessage,
  { authorizerType, authorizerConfiguration }: GatewayConfiguration,
  tokens: TokenVerifier,
): Promise<Claims> {
  switch (authorizerType) {
    case "NONE":
      return {};
    case "CUSTOM_JWT": {
      const authorizer = authorizerConfiguration?.customJWTAuthorizer;
      if (!authorizer) throw unauthorized("The gateway has no authorizer");
      const claims = await verified(bearerToken(request), authorizer, tokens);
      return refuseUnlessAllowed(claims, authorizer);
    }
    default:
      throw new Refusal(403, `Requests authorized by ${authorizerType} are not supported here`, { code: UNAUTHORIZED });
  }
}

function bearerToken({ headers }: IncomingMessage): string {
  const [, token] = /^Bearer ([A-Za-z0-9._~+/=-]+)$/i.exec(headers.authorization ?? "") ?? [];
  if (token === undefined) throw unauthorized("Missing Bearer token");
  return token;
}

async function verified(token: string, { discoveryUrl }: JwtAuthorizer, tokens: TokenVerifier): Promise<Claims> {
  try {
    return await tokens.verify(token, discoveryUrl);
  } catch {
    // Why exactly is nothing that whoever forged it should learn.
    throw unauthorized("Invalid Bearer token");
  }
}

/** Every list that the authorizer has must agree. Source: AgentCore's documents on inbound authorization. */
function refuseUnlessAllowed(claims: Claims, authorizer: JwtAuthorizer): Claims {
  const { allowedClients, allowedAudience, allowedScopes, customClaims = [] } = authorizer;
  if (allowedClients && !isAmong(allowedClients, claims.client_id)) throw unauthorized("Invalid Bearer token");
  if (allowedAudience && !listOf(claims.aud).some((audience) => isAmong(allowedAudience, audience))) {
    throw unauthorized("Invalid Bearer token");
  }
  const scopes = typeof claims.scope === "string" ? claims.scope.split(" ") : [];
  const hasScope = !allowedScopes || scopes.some((scope) => isAmong(allowedScopes, scope));
  if (!hasScope || !customClaims.every((rule) => matches(claims, rule))) {
    throw new Refusal(403, "The token lacks a required scope or claim", {
      code: UNAUTHORIZED,
      headers: { "WWW-Authenticate": 'Bearer error="insufficient_scope"' },
    });
  }
  return claims;
}

type CustomClaim = NonNullable<JwtAuthorizer["customClaims"]>[number];

function matches(claims: Claims, rule: CustomClaim): boolean {
  const { inboundTokenClaimName: name, inboundTokenClaimValueType: type, authorizingClaimMatchValue: match } = rule;
  const claim = claims[name];
  const values = listOf(claim);
  if (Array.isArray(claim) !== (type === "STRING_ARRAY")) return false;
  const { matchValueString, matchValueStringList } = match.claimMatchValue;
  const wanted = matchValueStringList ?? [matchValueString];
  const isSame = values.length === wanted.length && wanted.every((value) => values.includes(value));
  switch (match.claimMatchOperator) {
    case "EQUALS":
      return isSame;
    case "CONTAINS":
      return wanted.every((value) => values.includes(value));
    case "CONTAINS_ANY":
      return wanted.some((value) => values.includes(value));
  }
}

const listOf = (claim: unknown): unknown[] => (Array.isArray(claim) ? claim : claim === undefined ? [] : [claim]);

const isAmong = (allowed: readonly string[], value: unknown) => typeof value === "string" && allowed.includes(value);

const unauthorized = (message: string) =>
  new Refusal(401, message, { code: UNAUTHORIZED, headers: { "WWW-Authenticate": 'Bearer error="invalid_token"' } });
