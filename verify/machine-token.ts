import { decodeJwt } from "jose";
import {
  ClientError,
  ClientSecretBasic,
  ResponseBodyError,
  WWWAuthenticateChallengeError,
  clientCredentialsGrant,
  discovery,
  type Configuration,
} from "openid-client";
import { messageOf } from "../reporting/command";
import type { Deployment } from "./deployment";

export type Claims = Readonly<Record<string, unknown>>;

/** A machine token for one user, and the claims in it. It is held in memory only. */
export interface MachineToken {
  readonly accessToken: string;
  readonly claims: Claims;
}

/**
 * Takes machine tokens as an agent does: client credentials, with the user named in
 * `aws_client_metadata`. The token endpoint comes from the discovery document, and must be https.
 */
export class TokenSource {
  private constructor(
    private readonly configuration: Configuration,
    private readonly scopes: readonly string[],
  ) {}

  /** Reads the discovery document. Throws Error that says why when it is not to be had. */
  static async open(deployment: Deployment, scopes: readonly string[]): Promise<TokenSource> {
    const { discoveryUrl, machineClientId, machineClientSecret } = deployment;
    const authentication = ClientSecretBasic(machineClientSecret);
    try {
      const url = new URL(discoveryUrl);
      return new TokenSource(await discovery(url, machineClientId, undefined, authentication), scopes);
    } catch (error) {
      throw new Error(`the discovery document ${discoveryUrl} is not to be had: ${reasonOf(error)}`, { cause: error });
    }
  }

  /** Throws Error with the token endpoint's reason when it gives none. */
  async tokenFor(userId: string): Promise<MachineToken> {
    try {
      const { access_token: accessToken } = await clientCredentialsGrant(this.configuration, {
        scope: this.scopes.join(" "),
        aws_client_metadata: JSON.stringify({ verified_user_id: userId }),
      });
      return { accessToken, claims: decodeJwt(accessToken) };
    } catch (error) {
      throw new Error(`the token endpoint gave no machine token: ${reasonOf(error)}`, { cause: error });
    }
  }
}

/** The server's own words; nothing of the request, which holds the secret. */
function reasonOf(error: unknown): string {
  if (error instanceof ResponseBodyError) return [error.error, error.error_description].filter(Boolean).join(": ");
  if (error instanceof WWWAuthenticateChallengeError) return `HTTP ${error.status}`;
  const isFromNetwork = error instanceof ClientError || error instanceof TypeError;
  const { cause } = error as { cause?: unknown };
  return isFromNetwork && cause instanceof Error ? `${messageOf(error)}: ${cause.message}` : messageOf(error);
}
