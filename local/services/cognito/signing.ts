import { randomUUID } from "node:crypto";
import { SignJWT, createLocalJWKSet, exportJWK, generateKeyPair, jwtVerify, type CryptoKey, type JWK } from "jose";
import type { Environment } from "../../core/service";

/** What others ask of an identity provider: the claims of a token that is good. */
export interface TokenVerifier {
  /** Rejects, saying nothing of the token, when signature, issuer or times do not hold. */
  verify(token: string, discoveryUrl: string): Promise<Record<string, unknown>>;
}

interface Keys {
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
}

const DISCOVERY = "/.well-known/openid-configuration";

/** The keys of every user pool, made at the first use. */
export class Signing implements TokenVerifier {
  private readonly keys = new Map<string, Promise<Keys>>();

  constructor(private readonly environment: Environment) {}

  issuerOf(poolId: string): string {
    return `${this.environment.endpoint()}/${poolId}`;
  }

  async jwks(poolId: string): Promise<{ keys: JWK[] }> {
    return { keys: [(await this.keysOf(poolId)).jwk] };
  }

  async sign(poolId: string, claims: Readonly<Record<string, unknown>>, seconds: number): Promise<string> {
    const { privateKey, jwk } = await this.keysOf(poolId);
    return new SignJWT({ ...claims })
      .setProtectedHeader({ alg: "RS256", kid: jwk.kid })
      .setIssuer(this.issuerOf(poolId))
      .setIssuedAt()
      .setExpirationTime(`${seconds} s`)
      .setJti(randomUUID())
      .sign(privateKey);
  }

  async verify(token: string, discoveryUrl: string): Promise<Record<string, unknown>> {
    const issuer = discoveryUrl.replace(DISCOVERY, "");
    const poolId = issuer.slice(issuer.lastIndexOf("/") + 1);
    const known = this.keys.get(poolId);
    if (!known || issuer !== this.issuerOf(poolId)) throw new Error("the issuer is unknown");
    const keySet = createLocalJWKSet({ keys: [(await known).jwk] });
    const { payload } = await jwtVerify(token, keySet, { issuer, algorithms: ["RS256"], requiredClaims: ["exp"] });
    return payload;
  }

  private keysOf(poolId: string): Promise<Keys> {
    const keys = this.keys.get(poolId) ?? makeKeys();
    this.keys.set(poolId, keys);
    return keys;
  }
}

async function makeKeys(): Promise<Keys> {
  const { publicKey, privateKey } = await generateKeyPair("RS256");
  return { privateKey, jwk: { ...(await exportJWK(publicKey)), kid: randomUUID(), alg: "RS256", use: "sig" } };
}
