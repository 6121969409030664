// A machine's token by openid-client, checked by jose: nothing of this project.
import { createRemoteJWKSet, jwtVerify } from "jose";
import * as openid from "openid-client";

const {
  DISCOVERY_URL = "",
  CLIENT_ID = "",
  CLIENT_SECRET = "",
  METHOD = "",
  VERIFIED_USER = "",
  SCOPE = "",
} = process.env;
const authentication =
  METHOD === "post" ? openid.ClientSecretPost(CLIENT_SECRET) : openid.ClientSecretBasic(CLIENT_SECRET);
const configuration = await openid.discovery(new URL(DISCOVERY_URL), CLIENT_ID, undefined, authentication);
const tokens = await openid.clientCredentialsGrant(configuration, {
  scope: SCOPE,
  aws_client_metadata: JSON.stringify({ verified_user_id: VERIFIED_USER }),
});
const { issuer, jwks_uri } = configuration.serverMetadata();
const { payload } = await jwtVerify(tokens.access_token, createRemoteJWKSet(new URL(jwks_uri ?? "")), { issuer });
process.stdout.write(
  JSON.stringify({ type: tokens.token_type, expires: tokens.expires_in, token: tokens.access_token, payload }),
);
