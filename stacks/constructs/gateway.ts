import { BedrockagentcoreGateway } from "@cdktf/provider-aws/lib/bedrockagentcore-gateway";
import { Construct } from "constructs";
import { MAIN, type DeploymentStack } from "../deployment-stack";
import { MCP_VERSIONS, wantedGateway } from "../script-parameters";
import type { GatewayRole } from "./gateway-role";

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
  readonly stack: DeploymentStack;
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
    const { stack, role, discoveryUrl, allowedClients } = props;
    this.resource = new BedrockagentcoreGateway(this, MAIN, {
      name: stack.names.gateway,
      description: stack.settings.gateway.description,
      roleArn: role.role.arn,
      protocolType: "MCP",
      protocolConfiguration: [{ mcp: [{ supportedVersions: MCP_VERSIONS }] }],
      authorizerType: "CUSTOM_JWT",
      authorizerConfiguration: [{ customJwtAuthorizer: [{ discoveryUrl, allowedClients: [...allowedClients] }] }],
      lifecycle: { ignoreChanges: [...WRITTEN_BY_ATTACHMENT] },
      dependsOn: [role.policy],
    });
  }

  /** As the attachment writes it: every member that Terraform set when it created the gateway, and no other. */
  get wanted() {
    const { stack, role, discoveryUrl, allowedClients } = this.props;
    const id = this.resource.gatewayId;
    return wantedGateway(stack, { id, roleArn: role.role.arn, discoveryUrl, allowedClients });
  }
}
