import { createHmac } from "node:crypto";
import { AwsError } from "../../core/errors";
import type { Environment } from "../../core/service";
import type { LambdaInvoker } from "../lambda";
import type { Client, Pools } from "./pool";
import type { Signing } from "./signing";
import { runTrigger, TriggerError } from "./trigger";
import { lookUp, nameOf } from "./users";

interface InitiateAuth {
  readonly AuthFlow: string;
  readonly ClientId: string;
  readonly AuthParameters?: AuthParameters | null;
}

interface AuthParameters {
  readonly USERNAME?: string;
  readonly PASSWORD?: string;
  /** Of a client with a secret: HMAC-SHA256 of user name and client id by the secret, in Base64. */
  readonly SECRET_HASH?: string;
}

const HOUR = 3_600;

/** InitiateAuth with USER_PASSWORD_AUTH: how a person signs in. */
export const signInOperations = (
  pools: Pools,
  signing: Signing,
  services: { lambda: LambdaInvoker; environment: Environment },
) => ({
  InitiateAuth: async ({ AuthFlow, ClientId, AuthParameters }: InitiateAuth) => {
    const pool = [...pools.pools.values()].find(({ clients }) => clients.has(ClientId));
    const client = pool?.clients.get(ClientId);
    if (!pool || !client)
      throw new AwsError("ResourceNotFoundException", `User pool client ${ClientId} does not exist.`);
    if (AuthFlow !== "USER_PASSWORD_AUTH" || !client.ExplicitAuthFlows?.includes("ALLOW_USER_PASSWORD_AUTH")) {
      throw new AwsError("InvalidParameterException", `${AuthFlow} flow not enabled for this client`);
    }
    const { USERNAME = "", PASSWORD, SECRET_HASH } = AuthParameters ?? {};
    if (SECRET_HASH !== secretHashOf(client, USERNAME))
      throw new AwsError("NotAuthorizedException", `Unable to verify secret hash for client ${ClientId}`);
    const user = lookUp(pool, USERNAME);
    const isGood = user?.enabled && user.password !== undefined && user.password === PASSWORD;
    if (!user || !isGood) throw new AwsError("NotAuthorizedException", "Incorrect username or password.");
    if (user.status !== "CONFIRMED") return { ChallengeName: "NEW_PASSWORD_REQUIRED", ChallengeParameters: {} };
    const userName = nameOf(pool, user);
    const userAttributes = { sub: user.sub, ...Object.fromEntries(user.attributes) };
    const scopes = ["aws.cognito.signin.user.admin"];
    const request = {
      triggerSource: "TokenGeneration_Authentication",
      userName,
      scopes,
      clientMetadata: null,
      userAttributes,
    };
    const { claims } = await runTrigger(pool, client, request, services).catch(asAwsError);
    const common = { sub: user.sub, event_id: user.sub, auth_time: Math.floor(Date.now() / 1_000) };
    const access = {
      ...claims,
      ...common,
      token_use: "access",
      client_id: ClientId,
      username: userName,
      scope: scopes.join(" "),
    };
    const identity = {
      ...Object.fromEntries(user.attributes),
      ...common,
      token_use: "id",
      aud: ClientId,
      "cognito:username": userName,
    };
    return {
      AuthenticationResult: {
        AccessToken: await signing.sign(pool.id, access, HOUR),
        IdToken: await signing.sign(pool.id, identity, HOUR),
        ExpiresIn: HOUR,
        TokenType: "Bearer",
      },
    };
  },
});

/** Undefined for a client without a secret, which must send none. Source: Cognito's guide, "Computing secret hash values". */
const secretHashOf = ({ ClientId, ClientSecret }: Client, userName: string): string | undefined =>
  ClientSecret === undefined
    ? undefined
    : createHmac("sha256", ClientSecret).update(`${userName}${ClientId}`).digest("base64");

function asAwsError(error: unknown): never {
  if (error instanceof TriggerError)
    throw new AwsError("UserLambdaValidationException", `PreTokenGeneration failed: ${error.message}.`);
  throw error;
}
