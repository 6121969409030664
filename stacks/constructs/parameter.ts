import { SsmParameter } from "@cdktf/provider-aws/lib/ssm-parameter";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { MAIN } from "../deployment-stack";

export interface ParameterProps {
  readonly name: string;
  readonly value: string;
  readonly description: string;
  readonly dependsOn?: ITerraformDependable[];
}

/** Something that others find the deployment by. Never a secret: the value is shown in plans. */
export class Parameter extends Construct {
  constructor(scope: Construct, id: string, { value, ...props }: ParameterProps) {
    super(scope, id);
    new SsmParameter(this, MAIN, { ...props, type: "String", insecureValue: value });
  }
}
