import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { AssetType, TerraformAsset, type ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { BundledLambda } from "../../lambdas/bundle";
import { lambdaLogGroup } from "../../settings/names";
import { MAIN } from "../deployment-stack";
import { policyDocument, trustPolicy } from "../terraform";

/** For a Node runtime this small, more memory mostly buys a faster cold start. */
const MEMORY_MB = 256;

export interface NodeFunctionProps {
  readonly functionName: string;
  readonly roleName: string;
  readonly description: string;
  readonly bundle: BundledLambda;
  /** Seconds. */
  readonly timeout: number;
  readonly logRetentionDays: number;
  /** What must be there first. */
  readonly dependsOn?: ITerraformDependable[];
}

/** A Lambda function on Node 22 and arm64, with a role that may write to the function's own log group and nothing else. */
export class NodeFunction extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, props: NodeFunctionProps) {
    super(scope, id);
    const logGroup = this.createLogGroup(props);
    const role = this.createRole(props);
    const permission = this.allowLogging(role, logGroup);
    this.function = this.createFunction(props, role, logGroup, permission);
  }

  private createLogGroup({ functionName, logRetentionDays, dependsOn }: NodeFunctionProps): CloudwatchLogGroup {
    return new CloudwatchLogGroup(this, "logs", {
      name: lambdaLogGroup(functionName),
      retentionInDays: logRetentionDays,
      dependsOn,
    });
  }

  private createRole({ roleName, functionName, dependsOn }: NodeFunctionProps): IamRole {
    return new IamRole(this, "role", {
      name: roleName,
      description: `What the Lambda function ${functionName} may do`,
      assumeRolePolicy: trustPolicy("lambda.amazonaws.com"),
      dependsOn,
    });
  }

  private allowLogging(role: IamRole, logGroup: CloudwatchLogGroup): IamRolePolicy {
    return new IamRolePolicy(this, "policy", {
      name: "logs",
      role: role.id,
      policy: policyDocument({
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        // The streams of one log group: their names are Lambda's, not known beforehand.
        Resource: `${logGroup.arn}:*`,
      }),
    });
  }

  private createFunction(
    props: NodeFunctionProps,
    role: IamRole,
    logGroup: CloudwatchLogGroup,
    permission: IamRolePolicy,
  ): LambdaFunction {
    const code = new TerraformAsset(this, "code", { path: props.bundle.zipPath, type: AssetType.FILE });
    return new LambdaFunction(this, MAIN, {
      functionName: props.functionName,
      description: props.description,
      role: role.arn,
      runtime: "nodejs22.x",
      architectures: ["arm64"],
      handler: props.bundle.handler,
      filename: code.path,
      sourceCodeHash: props.bundle.sourceCodeHash,
      timeout: props.timeout,
      memorySize: MEMORY_MB,
      loggingConfig: { logFormat: "Text", logGroup: logGroup.name },
      dependsOn: [permission],
    });
  }
}
