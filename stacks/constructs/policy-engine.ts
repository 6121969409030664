import { DataResource, TerraformSelf } from "cdktf";
import { Construct } from "constructs";
import { MAIN, type DeploymentStack } from "../deployment-stack";
import { creationParameters, engineParameters } from "../script-parameters";
import type { LifecycleScripts } from "./lifecycle-scripts";
import { PublishedIds } from "./published-ids";

export interface PolicyEngineProps {
  readonly stack: DeploymentStack;
  readonly scripts: LifecycleScripts;
}

/**
 * The policy engine, made and deleted by a script: the AWS provider of this version has none. It comes before everything
 * else, and so finds out first whether Node, credentials and permissions are there.
 */
export class PolicyEngine extends Construct {
  readonly resource: DataResource;
  private readonly published: PublishedIds;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: PolicyEngineProps,
  ) {
    super(scope, id);
    this.resource = this.createResource();
    this.published = new PublishedIds(this, "published", {
      path: this.props.stack.names.parameters.policy,
      dependsOn: [this.resource],
    });
  }

  get id(): string {
    return this.published.policyEngineId;
  }

  private createResource(): DataResource {
    const { stack, scripts } = this.props;
    const { settings } = stack;
    const parameters = engineParameters(stack);
    return new DataResource(this, MAIN, {
      triggersReplace: { name: stack.names.policyEngine, region: settings.region, partition: stack.partition },
      // A destroy provisioner sees nothing but its own resource.
      input: Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name.toLowerCase(), value])),
      provisioners: [
        scripts.run("engine ensure", { ...parameters, ...creationParameters(stack) }),
        scripts.run("engine destroy", fromSelf(parameters), "destroy"),
      ],
    });
  }
}

/** The same variables, read from the resource that is being destroyed. */
function fromSelf<T extends Record<string, string>>(parameters: T): T {
  const read = Object.keys(parameters).map((name) => [name, TerraformSelf.getString(`input.${name.toLowerCase()}`)]);
  return Object.fromEntries(read) as T;
}
