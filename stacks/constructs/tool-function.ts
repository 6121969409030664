import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { bundleTool } from "../../lambdas/bundle";
import type { ToolFolder } from "../../lambdas/discover";
import { toolNamesFor } from "../../settings/names";
import { NodeFunction } from "./node-function";

/** How long a tool may take, in seconds. */
const TIMEOUT = 30;

export interface ToolFunctionProps {
  readonly deployment: string;
  readonly tool: ToolFolder;
  readonly logRetentionDays: number;
  readonly dependsOn: ITerraformDependable[];
}

/** The Lambda function of one folder below lambdas/tools. */
export class ToolFunction extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, { deployment, tool, logRetentionDays, dependsOn }: ToolFunctionProps) {
    super(scope, id);
    const names = toolNamesFor(deployment, tool.folder);
    this.arn = new NodeFunction(this, "function", {
      functionName: names.function,
      roleName: names.role,
      description: `Serves ${tool.target.tools.map(({ name }) => name).join(", ")} to the gateway`,
      bundle: bundleTool(tool.folder),
      timeout: TIMEOUT,
      logRetentionDays,
      dependsOn,
    }).function.arn;
  }
}
