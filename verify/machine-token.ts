import { decodeJwt } from "jose";
import { ClientSecretBasic, clientCredentialsGrant, discovery, type Configuration } from "openid-client";
import type { Deployment } from "./deployment";

/** A machine token for one user, and the claims in it. It is held in memory only. */
export interface MachineToken {
  readonly accessToken: string;
  readonly claims: Readonly<Record<string, unknown>>;
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

  /** Reads the discovery document. Throws what the OpenID client throws when it is not to be had. */
  static async open(deployment: Deployment, scopes: readonly string[]): Promise<TokenSource> {
    const { discoveryUrl, machineClientId, machineClientSecret } = deployment;
    const authentication = ClientSecretBasic(machineClientSecret);
    return new TokenSource(await discovery(new URL(discoveryUrl), machineClientId, undefined, authentication), scopes);
  }

  async tokenFor(userId: string): Promise<MachineToken> {
    const answer = await clientCredentialsGrant(this.configuration, {
      scope: this.scopes.join(" "),
      aws_client_metadata: JSON.stringify({ verified_user_id: userId }),
    });
    return { accessToken: answer.access_token, claims: decodeJwt(answer.access_token) };
  }
}
