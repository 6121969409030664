import { z } from "zod";
import { mapOf, oneOf, text } from "../check";
import { privateEndpoint, privateEndpointOverrides } from "./private-endpoint";

/** Versions of MCP that a gateway can be told to speak. Source: AgentCore's documents. */
export const MCP_VERSIONS = ["2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"] as const;

export const protocol = oneOf({
  mcp: z.object({
    supportedVersions: z.array(z.enum(MCP_VERSIONS)).optional(),
    instructions: text(undefined, 1, 2048).optional(),
    searchType: z.enum(["SEMANTIC"]).optional(),
    sessionConfiguration: z
      .object({ sessionTimeoutInSeconds: z.number().int().min(900).max(28_800).optional() })
      .optional(),
    streamingConfiguration: z.object({ enableResponseStreaming: z.boolean().optional() }).optional(),
    disableMcpListToolsPagination: z.boolean().optional(),
  }),
});

const matchText = text(/[A-Za-z0-9_.-]+/, 1, 255);
const customClaim = z.object({
  inboundTokenClaimName: text(/[A-Za-z0-9_.-:]+/, 1, 255),
  inboundTokenClaimValueType: z.enum(["STRING", "STRING_ARRAY"]),
  authorizingClaimMatchValue: z.object({
    claimMatchValue: oneOf({ matchValueString: matchText, matchValueStringList: z.array(matchText).min(1) }),
    claimMatchOperator: z.enum(["EQUALS", "CONTAINS", "CONTAINS_ANY"]),
  }),
});

const scope = text(/[\x21\x23-\x5B\x5D-\x7E]+/, 1, 255);

export const authorizer = oneOf({
  customJWTAuthorizer: z.object({
    discoveryUrl: text(/.+\/\.well-known\/openid-configuration/),
    allowedAudience: z.array(z.string()).min(1).optional(),
    allowedClients: z.array(z.string()).min(1).optional(),
    allowedScopes: z.array(scope).min(1).optional(),
    advertisedScopeMapping: mapOf(scope, scope, 0, 50).optional(),
    customClaims: z.array(customClaim).min(1).optional(),
    privateEndpoint: privateEndpoint.optional(),
    privateEndpointOverrides: privateEndpointOverrides.optional(),
    allowedWorkloadConfiguration: z
      .object({
        hostingEnvironments: z
          .array(z.object({ arn: text(undefined, 20, 1011) }))
          .min(1)
          .max(10)
          .optional(),
        workloadIdentities: z
          .array(text(/[A-Za-z0-9_.-]+/, 3, 255))
          .min(1)
          .max(10)
          .optional(),
      })
      .optional(),
  }),
});

export type JwtAuthorizer = NonNullable<z.output<typeof authorizer>["customJWTAuthorizer"]>;

export const lambdaArn = text(
  /arn:(aws[a-zA-Z-]*)?:lambda:([a-z]{2}(-gov)?-[a-z]+-\d{1}):(\d{12}):function:([a-zA-Z0-9-_.]+)(:(\$LATEST|[a-zA-Z0-9-]+))?/,
  1,
  170,
);

export const interceptors = z
  .array(
    z.object({
      interceptor: oneOf({ lambda: z.object({ arn: lambdaArn }) }),
      interceptionPoints: z
        .array(z.enum(["REQUEST", "RESPONSE"]))
        .min(1)
        .max(2),
      inputConfiguration: z
        .object({
          passRequestHeaders: z.boolean(),
          payloadFilter: z.object({ exclude: z.array(oneOf({ field: z.enum(["RESPONSE_BODY"]) })) }).optional(),
        })
        .optional(),
    }),
  )
  .min(1)
  .max(2);

export const customTransform = z.object({ lambda: z.object({ arn: lambdaArn.optional() }).optional() });

export const waf = z.object({ failureMode: z.enum(["FAIL_CLOSE", "FAIL_OPEN"]).optional() });
