import { DataAwsSsmParametersByPath } from "@cdktf/provider-aws/lib/data-aws-ssm-parameters-by-path";
import { Token, type ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { PUBLISHED } from "../../provisioners/contract";
import { MAIN } from "../deployment-stack";

export interface PublishedIdsProps {
  /** Path below which the lifecycle scripts publish, without a slash at its end. */
  readonly path: string;
  /** Who publishes what is read. */
  readonly dependsOn: ITerraformDependable[];
}

/**
 * Ids that a lifecycle script published. Read by path, because that does not fail while nothing is there. The values
 * are ids and not secret; the provider marks whatever it reads by path as sensitive.
 */
export class PublishedIds extends Construct {
  private readonly parameters: DataAwsSsmParametersByPath;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: PublishedIdsProps,
  ) {
    super(scope, id);
    this.parameters = new DataAwsSsmParametersByPath(this, MAIN, { path: props.path, dependsOn: props.dependsOn });
  }

  /** Id of the policy engine; empty while none is published. */
  get policyEngineId(): string {
    const parameter = `${this.props.path}/${PUBLISHED.engine}`;
    return `\${try(jsondecode(${this.byName}["${parameter}"]).id, "")}`;
  }

  /** Policy ids by file stem: a map, in one or more parameters. */
  get policyIds(): unknown {
    const isPolicies = `startswith(name, "${this.props.path}/${PUBLISHED.policies}")`;
    return Token.asAny(`\${merge({}, [for name, value in ${this.byName} : jsondecode(value) if ${isPolicies}]...)}`);
  }

  private get byName(): string {
    const address = `data.${this.parameters.terraformResourceType}.${this.parameters.friendlyUniqueId}`;
    return `zipmap(${address}.names, nonsensitive(${address}.values))`;
  }
}
