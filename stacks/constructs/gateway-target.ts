import { BedrockagentcoreGatewayTarget } from "@cdktf/provider-aws/lib/bedrockagentcore-gateway-target";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { ToolTarget } from "../../cedar/tools";
import { MAIN } from "../deployment-stack";
import type { Gateway } from "./gateway";
import { toolBlock } from "./tool-schema";

export interface GatewayTargetProps {
  readonly gateway: Gateway;
  readonly target: ToolTarget;
  readonly functionArn: string;
  /** The attachment, without which the tools would be open to every token, and the gateway role's permissions. */
  readonly dependsOn: ITerraformDependable[];
}

/** Puts the tools of one Lambda function behind the gateway. */
export class GatewayTarget extends Construct {
  readonly resource: BedrockagentcoreGatewayTarget;

  constructor(scope: Construct, id: string, { gateway, target, functionArn, dependsOn }: GatewayTargetProps) {
    super(scope, id);
    this.resource = new BedrockagentcoreGatewayTarget(this, MAIN, {
      name: target.name,
      gatewayIdentifier: gateway.resource.gatewayId,
      credentialProviderConfiguration: [{ gatewayIamRole: [{}] }],
      targetConfiguration: [
        {
          mcp: [{ lambda: [{ lambdaArn: functionArn, toolSchema: [{ inlinePayload: target.tools.map(toolBlock) }] }] }],
        },
      ],
      dependsOn,
    });
  }
}
