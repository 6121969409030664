import { createHash } from "node:crypto";
import { groupOf, type ClaimsDirectory } from "./directory";

/** The trigger of a machine's token. All others are people signing in. Source: Cognito's V3 trigger event. */
const MACHINE_TRIGGER = "TokenGeneration_ClientCredentials";

/** A Cognito `sub` is a UUID of 36 characters; other identity providers' subjects have at most 128. */
export const USER_ID_LENGTH = 128;

/** The part of Cognito's V3 event that is read. Cognito sends null for what is not there. */
export interface PreTokenRequest {
  readonly triggerSource?: string;
  readonly request?: {
    readonly scopes?: readonly string[] | null;
    readonly clientMetadata?: Readonly<Record<string, unknown>> | null;
  } | null;
}

/** The claims that say who the user is, in the machine token of a user whom the directory knows. */
export const USER_CLAIMS = ["user_id", "department", "role"] as const;

/** Claims that Cognito itself puts into access tokens. Source: Cognito's guide, "Understanding the access token". */
export const COGNITO_CLAIMS = [
  ...["sub", "client_id", "iss", "token_use", "scope", "auth_time", "exp", "iat", "jti", "version"],
  // Not in a machine's token.
  ...["username", "cognito:groups", "aud", "device_key", "event_id", "origin_jti"],
] as const;

export type Claims = Readonly<Record<(typeof USER_CLAIMS)[number], string>>;

/** Claims, or the reason why there are none. The reason holds nothing of the request. */
export type Verdict =
  { readonly claims: Claims; readonly reason: string } | { readonly claims: null; readonly reason: string };

/**
 * Which claims a token request gets. None at all when anything is missing, unknown or malformed: a token
 * without claims matches no permit that asks for one.
 *
 * Other flows bring `clientMetadata` of the caller's own making to this trigger, so claims are given for
 * client credentials alone, and only where every scope asked for is the gateway's.
 */
export function decideClaims(event: PreTokenRequest | null, directory: ClaimsDirectory): Verdict {
  if (event?.triggerSource !== MACHINE_TRIGGER) return none("not a machine's token");
  if (!areGatewayScopes(event.request?.scopes, directory)) return none("the scopes are not the gateway's");
  const userId = verifiedUserId(event.request?.clientMetadata);
  if (userId === undefined) return none("no usable verified_user_id");
  const group = groupOf(directory, userId);
  if (!group) return none("the user is not in the directory");
  return { claims: { user_id: userId, department: group.department, role: group.role }, reason: "claims added" };
}

const areGatewayScopes = (scopes: unknown, { gatewayScopes }: ClaimsDirectory) =>
  Array.isArray(scopes) && scopes.length > 0 && scopes.every((scope) => gatewayScopes.includes(scope as string));

function verifiedUserId(metadata: Readonly<Record<string, unknown>> | null | undefined): string | undefined {
  if (typeof metadata !== "object" || metadata === null) return undefined;
  const value = Object.hasOwn(metadata, "verified_user_id") ? metadata.verified_user_id : undefined;
  const isUsable = typeof value === "string" && value.length > 0 && value.length <= USER_ID_LENGTH;
  return isUsable && !(value in Object.prototype) ? value : undefined;
}

const none = (reason: string): Verdict => ({ claims: null, reason });

/** Tells two users apart in a log without naming either: the start of the identifier's SHA-256. */
export const fingerprint = (userId: string) => createHash("sha256").update(userId).digest("hex").slice(0, 8);
