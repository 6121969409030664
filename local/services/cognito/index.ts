import type { Environment, Service } from "../../core/service";
import type { LambdaInvoker } from "../lambda";
import { clientOperations } from "./clients";
import { loginOperations } from "./login";
import { Pools } from "./pool";
import { signInOperations } from "./sign-in";
import { Signing, type TokenVerifier } from "./signing";
import { OAuthError, TokenEndpoint, type TokenAnswer, type TokenRequest } from "./token-endpoint";
import { userOperations } from "./users";
import { userPoolOperations } from "./user-pools";

export { OAuthError };

/** User pools, their clients and users, and the OpenID Connect endpoints in front of them. */
export class Cognito implements Service, TokenVerifier {
  private readonly pools = new Pools();
  private readonly signing: Signing;
  private readonly tokenEndpoint: TokenEndpoint;
  readonly operations: Service["operations"];

  constructor(
    private readonly environment: Environment,
    lambda: LambdaInvoker,
  ) {
    this.signing = new Signing(environment);
    this.tokenEndpoint = new TokenEndpoint(this.pools, this.signing, { lambda, environment });
    this.operations = {
      ...userPoolOperations(this.pools, environment),
      ...clientOperations(this.pools, environment),
      ...loginOperations(this.pools, environment),
      ...userOperations(this.pools, environment),
      ...signInOperations(this.pools, this.signing, { lambda, environment }),
    };
  }

  /** Rejects every token of a pool that is gone: its discovery document answers no more. */
  async verify(token: string, discoveryUrl: string): Promise<Record<string, unknown>> {
    const isKnown = [...this.pools.pools.keys()].some((poolId) => discoveryUrl.includes(`/${poolId}/`));
    if (!isKnown) throw new Error("the issuer is unknown");
    return this.signing.verify(token, discoveryUrl);
  }

  /** The discovery document of a pool, or undefined where there is none. */
  discovery(poolId: string): object | undefined {
    if (!this.pools.pools.has(poolId)) return undefined;
    const issuer = this.signing.issuerOf(poolId);
    const domain = this.pools.domainOf(poolId)?.Domain;
    const base = `${this.environment.endpoint()}/domains/${domain ?? "none"}`;
    return {
      issuer,
      jwks_uri: `${issuer}/.well-known/jwks.json`,
      ...(domain && { token_endpoint: `${base}/oauth2/token`, authorization_endpoint: `${base}/oauth2/authorize` }),
      id_token_signing_alg_values_supported: ["RS256"],
      response_types_supported: ["code", "token"],
      scopes_supported: ["openid", "email", "phone", "profile"],
      subject_types_supported: ["public"],
      token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
    };
  }

  async jwks(poolId: string): Promise<object | undefined> {
    return this.pools.pools.has(poolId) ? this.signing.jwks(poolId) : undefined;
  }

  /** Throws OAuthError. */
  token(domain: string, request: TokenRequest): Promise<TokenAnswer> {
    return this.tokenEndpoint.answer(domain, request);
  }
}
