import { z } from "zod";
import { mapOf, oneOf, text } from "../check";
import { privateEndpoint, privateEndpointOverrides } from "./private-endpoint";

export const providerName = text(/[a-zA-Z0-9\-_]+/, 1, 128);
const clientId = text(undefined, 1, 256);
const clientSecret = text(undefined, 1, 2048);
const tokenExchange = z.object({
  grantType: z.enum(["TOKEN_EXCHANGE", "JWT_AUTHORIZATION_GRANT"]),
  tokenExchangeGrantTypeConfig: z
    .object({
      actorTokenContent: z.enum(["NONE", "M2M", "AWS_IAM_ID_TOKEN_JWT"]),
      actorTokenScopes: z.array(text(undefined, 1, 128)).optional(),
    })
    .optional(),
});

const claims = mapOf(text(/[A-Za-z0-9_.:#-]+/, 1, 255), text(undefined, 1, 2048), 0, 10).optional();
const privateKeyJwt = z.object({
  privateKeySource: oneOf({ kmsKeySource: z.object({ kmsKeyArn: z.string() }) }).optional(),
  signingAlgorithm: z.enum(["RS256", "PS256", "ES256"]).optional(),
  additionalHeaderClaims: claims,
  additionalPayloadClaims: claims,
});

/** The API's CustomOauth2ProviderConfigInput and what stands around it. */
export const oauth2Provider = {
  name: providerName,
  // Of the vendors only the one whose configuration names everything itself.
  credentialProviderVendor: z.enum(["CustomOauth2"]),
  oauth2ProviderConfigInput: oneOf({
    customOauth2ProviderConfig: z.object({
      oauthDiscovery: oneOf({
        discoveryUrl: text(/.+\/\.well-known\/(openid-configuration|oauth-authorization-server)/),
        authorizationServerMetadata: z.object({
          issuer: z.string(),
          authorizationEndpoint: z.string(),
          tokenEndpoint: z.string(),
          responseTypes: z.array(z.string()).optional(),
          tokenEndpointAuthMethods: z
            .array(text(/(client_secret_post|client_secret_basic)/))
            .min(1)
            .max(2)
            .optional(),
        }),
      }),
      clientId,
      clientSecret,
      clientSecretConfig: z.object({ secretId: text(undefined, 1, 2048), jsonKey: text(undefined, 1, 128) }).optional(),
      clientSecretSource: z.enum(["MANAGED", "EXTERNAL"]).optional(),
      clientAuthenticationMethod: z
        .enum(["CLIENT_SECRET_BASIC", "CLIENT_SECRET_POST", "AWS_IAM_ID_TOKEN_JWT", "PRIVATE_KEY_JWT"])
        .optional(),
      onBehalfOfTokenExchangeConfig: tokenExchange.optional(),
      privateKeyJwtConfig: privateKeyJwt.optional(),
      privateEndpoint: privateEndpoint.optional(),
      privateEndpointOverrides: privateEndpointOverrides.optional(),
    }),
  }),
};
