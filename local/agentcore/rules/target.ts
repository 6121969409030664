import { z } from "zod";
import type { JsonSchema } from "../../../cedar/tools";
import { mapOf, oneOf, text } from "../check";
import { lambdaArn } from "./gateway";

/** The API's SchemaDefinition. */
const schemaDefinition: z.ZodType<JsonSchema> = z.lazy(() =>
  z
    .object({
      type: z.enum(["string", "number", "object", "array", "boolean", "integer"]),
      description: z.string().optional(),
      properties: z.record(z.string(), schemaDefinition).optional(),
      required: z.array(z.string()).optional(),
      items: schemaDefinition.optional(),
    })
    // No value is both: what Cedar's schema says of the tool would be another thing than what the tool takes.
    .refine(({ items, properties }) => !items || !properties, { message: "Member must not have items and properties" }),
);

const toolDefinition = z.object({
  name: z.string().min(1),
  description: z.string(),
  inputSchema: schemaDefinition,
  outputSchema: schemaDefinition.optional(),
});

/** Of the API's kinds of target the one that this gateway can serve: a Lambda function with tools given inline. */
export const targetConfiguration = oneOf({
  mcp: oneOf({
    lambda: z.object({
      lambdaArn,
      toolSchema: oneOf({ inlinePayload: z.array(toolDefinition) }),
    }),
  }),
});

export type TargetConfiguration = z.output<typeof targetConfiguration>;

const providerArn = text(/arn:([^:]*):([^:]*):([^:]*):([0-9]{12})?:(.+)/);
const credentialProvider = oneOf({
  oauthCredentialProvider: z.object({
    providerArn,
    scopes: z.array(text(undefined, 1, 64)).max(100),
    customParameters: mapOf(text(undefined, 1, 256), text(undefined, 1, 2048), 1, 10).optional(),
    grantType: z.enum(["CLIENT_CREDENTIALS", "AUTHORIZATION_CODE", "TOKEN_EXCHANGE"]).optional(),
    defaultReturnUrl: text(/\w+:(\/?\/?)[^\s]+/, 1, 2048).optional(),
  }),
  apiKeyCredentialProvider: z.object({
    providerArn,
    credentialParameterName: text(undefined, 1, 64).optional(),
    credentialPrefix: text(undefined, 1, 64).optional(),
    credentialLocation: z.enum(["HEADER", "QUERY_PARAMETER"]).optional(),
  }),
  iamCredentialProvider: z.object({
    service: text(/[a-zA-Z0-9._-]+/, 1, 64),
    region: text(/[a-zA-Z0-9-]+/, 1, 32).optional(),
  }),
});

export const credentialProviders = z
  .array(
    z.object({
      credentialProviderType: z.enum([
        "GATEWAY_IAM_ROLE",
        "OAUTH",
        "API_KEY",
        "CALLER_IAM_CREDENTIALS",
        "JWT_PASSTHROUGH",
      ]),
      credentialProvider: credentialProvider.optional(),
    }),
  )
  .min(1)
  .max(1);

const names = (longest: number) =>
  z
    .array(text(undefined, 1, longest))
    .min(1)
    .max(10)
    .optional();
export const metadata = z.object({
  allowedRequestHeaders: names(100),
  allowedQueryParameters: names(40),
  allowedResponseHeaders: names(100),
});
