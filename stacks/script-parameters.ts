import { ownershipTags, type WantedGateway } from "../provisioners/contract";
import type { Names } from "../settings/names";
import type { Settings } from "../settings/schema";

/** What the lifecycle scripts are told: by Terraform on every change, and by the commands in operations/. */
export interface Deployment {
  readonly settings: Settings;
  readonly names: Names;
}

/** What the project is called in tags. */
const REPOSITORY = "agentcore-gateway-identity";

/** Versions of MCP that AgentCore's gateways speak. Source: AgentCore's guide, "Use an AgentCore gateway". */
export const MCP_VERSIONS = ["2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"];

/** Tags of everything that Terraform makes; the policy engine, which a script makes, bears them too. */
export const commonTags = (settings: Settings) => ({
  Project: settings.name,
  ManagedBy: "Terraform",
  Repository: REPOSITORY,
  ...settings.tags,
});

/** What is known of the gateway when it is there. Terraform's references in the stacks, the values themselves elsewhere. */
export interface GatewayFacts {
  readonly id: string;
  readonly roleArn: string;
  readonly discoveryUrl: string;
  /** Ids of the clients whose tokens are let in. */
  readonly allowedClients: readonly string[];
}

/**
 * The gateway as UpdateGateway takes it, besides the engine. Members that are null are such as could change a request
 * or hide an error, and must not be there. What decides nothing and is not named here (a KMS key) is left as it is.
 */
export const wantedGateway = ({ settings, names }: Deployment, facts: GatewayFacts) =>
  ({
    gatewayIdentifier: facts.id,
    name: names.gateway,
    description: settings.gateway.description,
    roleArn: facts.roleArn,
    protocolType: "MCP",
    protocolConfiguration: { mcp: { supportedVersions: MCP_VERSIONS } },
    authorizerType: "CUSTOM_JWT",
    authorizerConfiguration: {
      customJWTAuthorizer: { discoveryUrl: facts.discoveryUrl, allowedClients: [...facts.allowedClients] },
    },
    customTransformConfiguration: null,
    interceptorConfigurations: null,
    exceptionLevel: null,
  }) satisfies WantedGateway;

/** What every script needs, and the destruction needs alone. */
export function engineParameters({ settings, names }: Deployment) {
  return {
    AWS_REGION: settings.region,
    // Always there, if only empty: a destroy that looks for it in the state must find it.
    ASSUME_ROLE_ARN: settings.assumeRoleArn ?? "",
    ENGINE_NAME: names.policyEngine,
    OWNERSHIP_TAGS: JSON.stringify(ownershipTags(settings.name, settings.environment)),
    PUBLISH_PREFIX: names.parameters.policy,
    POLICY_NAME_PREFIX: names.policyPrefix,
  };
}

/** What the creation of the engine needs besides. */
export const creationParameters = ({ settings }: Deployment) => ({
  TAKE_OVER: String(settings.policyEngine.takeOver),
  REPLACE_POLICIES: JSON.stringify(settings.policyEngine.replacePolicies),
  TAGS: JSON.stringify(commonTags(settings)),
});

/** How the gateway must be. */
export const attachmentParameters = ({ settings }: Deployment, gateway: WantedGateway) => ({
  TAKE_OVER: String(settings.policyEngine.takeOver),
  // Tokens may stand in it, as in an IAM policy document: ARNs, ids and URLs need no escaping in JSON.
  GATEWAY: JSON.stringify(gateway),
  MODE: settings.policyEngine.mode,
});

/** Which statements are to be rolled out, and how. */
export const rolloutParameters = (
  { settings: { policyEngine } }: Deployment,
  { gatewayArn, statements }: { readonly gatewayArn: string; readonly statements: string },
) => ({
  GATEWAY_ARN: gatewayArn,
  STATEMENTS: statements,
  REPLACE_POLICIES: JSON.stringify(policyEngine.replacePolicies),
  VALIDATION_MODE: policyEngine.validationMode,
  PROPAGATION_SECONDS: String(policyEngine.propagationSeconds),
});
