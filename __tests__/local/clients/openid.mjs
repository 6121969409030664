// A machine's token by openid-client, checked by jose: nothing of this project.
import { writeFileSync } from "node:fs";
import process from "node:process";
import { URL } from "node:url";
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
const { access_token: jwt, token_type: type, expires_in: expires } = tokens;
writeFileSync(process.env.RESULT ?? "", JSON.stringify({ type, expires, jwt, payload }), { mode: 0o600 });
