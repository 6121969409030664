import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { ToolFolder } from "../../lambdas/discover";
import { toolNamesFor } from "../../settings/names";
import { MAIN, type DeploymentStack } from "../deployment-stack";
import { policyDocument, trustPolicy } from "../terraform";

export interface GatewayRoleProps {
  readonly stack: DeploymentStack;
  readonly tools: readonly ToolFolder[];
  readonly dependsOn: ITerraformDependable[];
}

/**
 * What the gateway may do: call exactly its tools, ask its own policy engine, and log. FAST also grants it Bedrock
 * models, Systems Manager and Cognito, which it does not use.
 */
export class GatewayRole extends Construct {
  readonly role: IamRole;
  /** The permissions; what needs them must come after them. */
  readonly policy: IamRolePolicy;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: GatewayRoleProps,
  ) {
    super(scope, id);
    this.role = this.createRole();
    this.policy = new IamRolePolicy(this, "policy", {
      name: "gateway",
      role: this.role.id,
      // One document: permissions that are spread over several policies do not all hold at the same time.
      policy: policyDocument(...this.invokeTools(), ...this.askPolicyEngine(), this.writeLogs()),
    });
  }

  private createRole(): IamRole {
    const { stack, dependsOn } = this.props;
    return new IamRole(this, MAIN, {
      name: stack.names.gatewayRole,
      description: "What the AgentCore gateway may do",
      assumeRolePolicy: trustPolicy("bedrock-agentcore.amazonaws.com", {
        StringEquals: { "aws:SourceAccount": stack.account },
        ArnLike: { "aws:SourceArn": this.gatewayArn },
      }),
      dependsOn,
    });
  }

  /** The ids of gateway and engine are not known before the role must exist, but they begin with the names. */
  private get gatewayArn(): string {
    return this.props.stack.arn("bedrock-agentcore", `gateway/${this.props.stack.names.gateway}-*`);
  }

  private get policyEngineArn(): string {
    return this.props.stack.arn("bedrock-agentcore", `policy-engine/${this.props.stack.names.policyEngine}-*`);
  }

  private invokeTools() {
    const { stack, tools } = this.props;
    if (tools.length === 0) return [];
    // By name, not by reference: the permission for a new tool is then given while its function is still being made,
    // and has spread when the target is created.
    const functionNames = tools.map(({ folder }) => toolNamesFor(stack.settings.name, folder).function);
    return [
      {
        Sid: "InvokeTools",
        Effect: "Allow",
        Action: "lambda:InvokeFunction",
        Resource: functionNames.map((name) => stack.arn("lambda", `function:${name}`)),
      } as const,
    ];
  }

  private askPolicyEngine() {
    const { stack } = this.props;
    return [
      {
        Sid: "ReadPolicyEngine",
        Effect: "Allow",
        Action: "bedrock-agentcore:GetPolicyEngine",
        Resource: this.policyEngineArn,
      },
      {
        Sid: "AskPolicyEngine",
        Effect: "Allow",
        Action: ["bedrock-agentcore:AuthorizeAction", "bedrock-agentcore:PartiallyAuthorizeActions"],
        Resource: [this.policyEngineArn, this.gatewayArn],
      },
      {
        Sid: "CheckPermissions",
        Effect: "Allow",
        Action: "bedrock-agentcore:CheckAuthorizePermissions",
        // AgentCore asks for `/policy-engines/<id>/target-resource/<gateway ARN>` here, which is not the engine's ARN.
        Resource: stack.arn("bedrock-agentcore", `/policy-engines/${stack.names.policyEngine}-*`),
      },
    ] as const;
  }

  private writeLogs() {
    return {
      Sid: "WriteLogs",
      Effect: "Allow",
      Action: ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
      // The names of the log groups are AgentCore's, and hold ids that are not known beforehand.
      Resource: this.props.stack.arn("logs", "log-group:/aws/bedrock-agentcore/*"),
    } as const;
  }
}
