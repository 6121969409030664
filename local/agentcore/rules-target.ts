import { z } from "zod";
import type { JsonSchema } from "../../cedar/tools";
import { anything, oneOf } from "./check";
import { lambdaArn } from "./rules-gateway";

/** The API's SchemaDefinition. */
const schemaDefinition: z.ZodType<JsonSchema> = z.lazy(() =>
  z.object({
    type: z.enum(["string", "number", "object", "array", "boolean", "integer"]),
    description: z.string().optional(),
    properties: z.record(z.string(), schemaDefinition).optional(),
    required: z.array(z.string()).optional(),
    items: schemaDefinition.optional(),
  }),
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
      credentialProvider: anything.optional(),
    }),
  )
  .min(1)
  .max(1);
