import { timingSafeEqual } from "node:crypto";
import { parseStrictly } from "../../core/json";
import type { Environment } from "../../core/service";
import type { LambdaInvoker } from "../lambda";
import type { Client, Pool, Pools } from "./pool";
import type { Signing } from "./signing";
import { runTrigger, TriggerError } from "./trigger";

/** An OAuth error as the token endpoint answers it: HTTP 400 with a code in the body. */
export class OAuthError extends Error {
  override readonly name = "OAuthError";
  constructor(
    readonly code:
      | "invalid_request"
      | "invalid_client"
      | "invalid_grant"
      | "unsupported_grant_type"
      | "invalid_scope"
      | "unauthorized_client",
  ) {
    super(code);
  }
}

export interface TokenRequest {
  readonly authorization: string | undefined;
  readonly form: URLSearchParams;
}

export interface TokenAnswer {
  readonly access_token: string;
  readonly expires_in: number;
  readonly token_type: "Bearer";
}

const UNIT_SECONDS: Readonly<Record<string, number>> = { seconds: 1, minutes: 60, hours: 3_600, days: 86_400 };

/** `/oauth2/token` of a user pool's domain, for client credentials. */
export class TokenEndpoint {
  constructor(
    private readonly pools: Pools,
    private readonly signing: Signing,
    private readonly services: { lambda: LambdaInvoker; environment: Environment },
  ) {}

  /** Throws OAuthError. */
  async answer(domain: string, request: TokenRequest): Promise<TokenAnswer> {
    const { form } = request;
    const poolId = this.pools.domains.get(domain)?.UserPoolId;
    const pool = poolId === undefined ? undefined : this.pools.pools.get(poolId);
    if (!pool || hasRepeats(form)) throw new OAuthError("invalid_request");
    const client = authenticate(pool, request);
    if (form.get("grant_type") !== "client_credentials") throw new OAuthError("unsupported_grant_type");
    if (!client.AllowedOAuthFlowsUserPoolClient || !client.AllowedOAuthFlows?.includes("client_credentials")) {
      throw new OAuthError("unauthorized_client");
    }
    const scopes = scopesOf(client, form.get("scope"));
    return this.issue(pool, client, scopes, metadataOf(form.get("aws_client_metadata")));
  }

  private async issue(
    pool: Pool,
    client: Client,
    scopes: readonly string[],
    clientMetadata: Record<string, string> | null,
  ): Promise<TokenAnswer> {
    const changes = await this.changes(pool, client, scopes, clientMetadata);
    const unit = UNIT_SECONDS[client.TokenValidityUnits?.AccessToken ?? "hours"] ?? 3_600;
    const expires_in = (client.AccessTokenValidity ?? 1) * unit;
    const granted = [...scopes, ...changes.scopesAdded].filter((scope) => !changes.scopesSuppressed.includes(scope));
    const claims = {
      ...changes.claims,
      sub: client.ClientId,
      token_use: "access",
      scope: granted.join(" "),
      auth_time: Math.floor(Date.now() / 1_000),
      version: 2,
      client_id: client.ClientId,
    };
    const kept = Object.entries(claims).filter(([name]) => !changes.suppressed.includes(name));
    const access_token = await this.signing.sign(pool.id, Object.fromEntries(kept), expires_in);
    return { access_token, expires_in, token_type: "Bearer" };
  }

  private async changes(
    pool: Pool,
    client: Client,
    scopes: readonly string[],
    clientMetadata: Record<string, string> | null,
  ) {
    const triggerSource = "TokenGeneration_ClientCredentials";
    try {
      return await runTrigger(
        pool,
        client,
        { triggerSource, userName: "ClientCredentials", scopes, clientMetadata, userAttributes: {} },
        this.services,
      );
    } catch (error) {
      // The exact answer for a failing trigger is not documented.
      if (error instanceof TriggerError) throw new OAuthError("invalid_request");
      throw error;
    }
  }
}

function authenticate(pool: Pool, { authorization, form }: TokenRequest): Client {
  const [id, secret] = credentialsOf(authorization, form);
  const client = pool.clients.get(id);
  if (!client?.ClientSecret || !equal(client.ClientSecret, secret)) throw new OAuthError("invalid_client");
  return client;
}

/** HTTP Basic, or both in the form. Both ways at once are refused. Source: RFC 6749, section 2.3. */
function credentialsOf(authorization: string | undefined, form: URLSearchParams): [string, string] {
  if (authorization === undefined) return [form.get("client_id") ?? "", form.get("client_secret") ?? ""];
  const basic = /^Basic ([A-Za-z0-9+/]+=*)$/.exec(authorization)?.[1];
  if (basic === undefined || form.has("client_secret")) throw new OAuthError("invalid_request");
  const text = Buffer.from(basic, "base64").toString();
  const [id = "", secret = ""] = [text.slice(0, text.indexOf(":")), text.slice(text.indexOf(":") + 1)].map(formDecoded);
  if ((form.get("client_id") ?? id) !== id) throw new OAuthError("invalid_request");
  return [id, secret];
}

function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    throw new OAuthError("invalid_client");
  }
}

function equal(a: string, b: string): boolean {
  const [x, y] = [Buffer.from(a), Buffer.from(b)];
  return x.length === y.length && timingSafeEqual(x, y);
}

function scopesOf({ AllowedOAuthScopes = [] }: Client, asked: string | null): readonly string[] {
  if (asked === null || asked === "") return AllowedOAuthScopes;
  const scopes = asked.split(" ").filter(Boolean);
  if (scopes.length === 0 || !scopes.every((scope) => AllowedOAuthScopes.includes(scope)))
    throw new OAuthError("invalid_scope");
  return scopes;
}

/** A JSON object of strings without a key twice, or nothing. */
function metadataOf(text: string | null): Record<string, string> | null {
  if (text === null) return null;
  try {
    const value = parseStrictly(text);
    const isMap =
      typeof value === "object" &&
      value !== null &&
      !Array.isArray(value) &&
      Object.values(value).every((item) => typeof item === "string");
    if (isMap) return value as Record<string, string>;
  } catch {
    // Answered below, like any other text that is no such object.
  }
  throw new OAuthError("invalid_request");
}

const hasRepeats = (form: URLSearchParams) => new Set(form.keys()).size !== [...form.keys()].length;
