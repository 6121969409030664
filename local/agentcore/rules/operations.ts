import { z } from "zod";
import { STATEMENT_LENGTH } from "../../../cedar/validate";
import { oneOf, text } from "../check";
import { authorizer, customTransform, interceptors, protocol, waf } from "./gateway";
import { oauth2Provider, providerName } from "./oauth2-provider";
import { privateEndpoint } from "./private-endpoint";
import { tags } from "./tags";
import { credentialProviders, metadata, targetConfiguration } from "./target";

/*
 * What each operation takes: required members, patterns, lengths and values.
 * Source: the bedrock-agentcore-control API model, and the newer model of the SDK for what only that one has.
 */

const clientToken = text(/[a-zA-Z0-9](-*[a-zA-Z0-9]){0,256}/, 33, 256).optional();
const kmsKeyArn = text(/arn:aws(|-cn|-us-gov):kms:[a-zA-Z0-9-]*:[0-9]{12}:key\/[a-zA-Z0-9-]{36}/, 1, 2048).optional();
const page = (largest: number) => ({
  nextToken: text(/\S*/, 1, 2048).optional(),
  maxResults: z.number().int().min(1).max(largest).optional(),
});

const gatewayIdentifier = text(/([0-9a-z][-]?){1,100}-[0-9a-z]{10}/);
const gatewayName = text(/([0-9a-zA-Z][-]?){1,100}/);
const shortDescription = text(undefined, 1, 200).optional();
const gateway = {
  name: gatewayName,
  description: shortDescription,
  roleArn: text(/arn:aws(-[^:]+)?:iam::([0-9]{12})?:role\/.+/, 1, 2048),
  protocolType: z.enum(["MCP"]).optional(),
  protocolConfiguration: protocol.optional(),
  authorizerType: z.enum(["CUSTOM_JWT", "AWS_IAM", "NONE", "AUTHENTICATE_ONLY"]),
  authorizerConfiguration: authorizer.optional(),
  kmsKeyArn,
  interceptorConfigurations: interceptors.optional(),
  policyEngineConfiguration: z
    .object({
      // The model's pattern knows the partition aws alone; the service runs in others too.
      arn: text(
        /arn:aws[-a-z]{0,7}:bedrock-agentcore:[a-z0-9-]+:[0-9]{12}:policy-engine\/[a-zA-Z][a-zA-Z0-9-_]{0,99}-[a-zA-Z0-9_]{10}/,
        1,
        170,
      ),
      mode: z.enum(["LOG_ONLY", "ENFORCE"]),
    })
    .optional(),
  exceptionLevel: z.enum(["DEBUG"]).optional(),
};

const targetId = text(/[0-9a-zA-Z]{10}/);
const target = {
  gatewayIdentifier,
  name: gatewayName,
  description: shortDescription,
  targetConfiguration,
  credentialProviderConfigurations: credentialProviders.optional(),
  metadataConfiguration: metadata.optional(),
  privateEndpoint: privateEndpoint.optional(),
};

const resourceId = text(/[A-Za-z][A-Za-z0-9_]*-[a-z0-9_]{10}/, 12, 59);
const cedarName = text(/[A-Za-z][A-Za-z0-9_]*/, 1, 48);
const description = text(undefined, 1, 4096);
const updatedDescription = z.object({ optionalValue: description.optional() }).optional();
const statement = z.object({ statement: text(undefined, STATEMENT_LENGTH.min, STATEMENT_LENGTH.max) });
/** `policy` is the newer name of `cedar`; generated policies are not offered here. */
const definition = oneOf({ cedar: statement, policy: statement });
const policy = {
  policyEngineId: resourceId,
  validationMode: z.enum(["FAIL_ON_ANY_FINDINGS", "IGNORE_ALL_FINDINGS"]).default("FAIL_ON_ANY_FINDINGS"),
};
const enforcementMode = z.enum(["ACTIVE", "LOG_ONLY"]);

const resourceArn = text(
  /arn:(?:[^:]+)?:bedrock-agentcore:[a-z0-9-]+:[0-9]{12}:([a-z-]+\/[^/]+)(?:\/[a-z-]+\/[^/]+)*/,
  20,
  1011,
);

export const RULES = {
  CreateGateway: z.object({ ...gateway, clientToken, tags: tags.optional() }),
  GetGateway: z.object({ gatewayIdentifier }),
  ListGateways: z.object(page(1000)),
  UpdateGateway: z.object({
    ...gateway,
    gatewayIdentifier,
    customTransformConfiguration: customTransform.optional(),
    wafConfiguration: waf.optional(),
  }),
  DeleteGateway: z.object({ gatewayIdentifier }),

  CreateGatewayTarget: z.object({ ...target, clientToken }),
  GetGatewayTarget: z.object({ gatewayIdentifier, targetId }),
  ListGatewayTargets: z.object({ gatewayIdentifier, ...page(1000) }),
  UpdateGatewayTarget: z.object({ ...target, targetId }),
  DeleteGatewayTarget: z.object({ gatewayIdentifier, targetId }),

  CreatePolicyEngine: z.object({
    name: cedarName,
    description: description.optional(),
    clientToken,
    encryptionKeyArn: kmsKeyArn,
    tags: tags.optional(),
  }),
  GetPolicyEngine: z.object({ policyEngineId: resourceId }),
  ListPolicyEngines: z.object(page(100)),
  UpdatePolicyEngine: z.object({ policyEngineId: resourceId, description: updatedDescription }),
  DeletePolicyEngine: z.object({ policyEngineId: resourceId }),

  CreatePolicy: z.object({
    ...policy,
    name: cedarName,
    definition,
    description: description.optional(),
    enforcementMode: enforcementMode.default("ACTIVE"),
    clientToken,
  }),
  GetPolicy: z.object({ policyEngineId: resourceId, policyId: resourceId }),
  ListPolicies: z.object({
    policyEngineId: resourceId,
    targetResourceScope: text(undefined, 20, 1011).optional(),
    ...page(100),
  }),
  UpdatePolicy: z.object({
    ...policy,
    policyId: resourceId,
    description: updatedDescription,
    definition: definition.optional(),
    enforcementMode: enforcementMode.optional(),
  }),
  DeletePolicy: z.object({ policyEngineId: resourceId, policyId: resourceId }),

  TagResource: z.object({ resourceArn, tags }),
  UntagResource: z.object({ resourceArn, tagKeys: z.array(text(/[a-zA-Z0-9\s._:/=+@-]*/, 1, 128)).max(200) }),
  ListTagsForResource: z.object({ resourceArn }),

  CreateOauth2CredentialProvider: z.object({ ...oauth2Provider, tags: tags.optional() }),
  GetOauth2CredentialProvider: z.object({ name: providerName }),
  ListOauth2CredentialProviders: z.object(page(20)),
  UpdateOauth2CredentialProvider: z.object(oauth2Provider),
  DeleteOauth2CredentialProvider: z.object({ name: providerName }),
} as const;

export type OperationName = keyof typeof RULES;

/** The checked request of an operation. */
export type Request<Name extends OperationName> = z.output<(typeof RULES)[Name]>;
