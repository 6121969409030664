import { BedrockagentcoreGateway } from "@cdktf/provider-aws/lib/bedrockagentcore-gateway";
import { Construct } from "constructs";
import type { WantedGateway } from "../../provisioners/contract";
import { MAIN } from "../deployment-stack";
import type { GatewayRole } from "./gateway-role";

/** Versions of MCP that AgentCore's gateways speak. Source: AgentCore's guide, "Use an AgentCore gateway". */
const MCP_VERSIONS = ["2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"];

/**
 * Attributes that Terraform would change by UpdateGateway, which in this version of the provider detaches the policy
 * engine. Terraform writes them when it creates the gateway, and the attachment ever after.
 */
export const WRITTEN_BY_ATTACHMENT = [
  "authorizer_configuration",
  "description",
  "exception_level",
  "interceptor_configuration",
  "kms_key_arn",
  "protocol_configuration",
  "protocol_type",
  "role_arn",
] as const;

export interface GatewayProps {
  readonly name: string;
  readonly description: string;
  readonly role: GatewayRole;
  readonly discoveryUrl: string;
  /** Ids of the clients whose tokens are let in. */
  readonly allowedClients: readonly string[];
}

/** The gateway. Whoever comes needs a token of one of these clients; who may call what, the policy engine decides. */
export class Gateway extends Construct {
  readonly resource: BedrockagentcoreGateway;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: GatewayProps,
  ) {
    super(scope, id);
    const { name, description, role, discoveryUrl, allowedClients } = props;
    this.resource = new BedrockagentcoreGateway(this, MAIN, {
      name,
      description,
      roleArn: role.role.arn,
      protocolType: "MCP",
      protocolConfiguration: [{ mcp: [{ supportedVersions: MCP_VERSIONS }] }],
      authorizerType: "CUSTOM_JWT",
      authorizerConfiguration: [{ customJwtAuthorizer: [{ discoveryUrl, allowedClients: [...allowedClients] }] }],
      lifecycle: { ignoreChanges: [...WRITTEN_BY_ATTACHMENT] },
      dependsOn: [role.policy],
    });
  }

  /**
   * The whole gateway as UpdateGateway takes it, besides the engine. Members that are null are such as could change a
   * request or hide an error, and must not be there.
   */
  get wanted() {
    const { name, description, role, discoveryUrl, allowedClients } = this.props;
    return {
      gatewayIdentifier: this.resource.gatewayId,
      name,
      description,
      roleArn: role.role.arn,
      protocolType: "MCP",
      protocolConfiguration: { mcp: { supportedVersions: MCP_VERSIONS } },
      authorizerType: "CUSTOM_JWT",
      authorizerConfiguration: { customJWTAuthorizer: { discoveryUrl, allowedClients } },
      kmsKeyArn: null,
      customTransformConfiguration: null,
      interceptorConfigurations: null,
      exceptionLevel: null,
    } satisfies WantedGateway;
  }
}
