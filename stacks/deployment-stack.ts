import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { DataAwsPartition } from "@cdktf/provider-aws/lib/data-aws-partition";
import { TerraformElement, TerraformOutput, TerraformStack } from "cdktf";
import type { Construct, Node } from "constructs";
import type { Settings } from "../settings/schema";
import { namesFor, type Names } from "../settings/names";
import { addBackend, type StackKind } from "./backend";
import { commonTags } from "./script-parameters";

/** The oldest Terraform with write-only arguments. */
const TERRAFORM = ">= 1.11.0";

/** The child of a construct that is the construct's main resource; it adds nothing to the address. */
export const MAIN = "Resource";

/** What both stacks have: provider, backend, names, and addresses that a plan can be read by. */
export abstract class DeploymentStack extends TerraformStack {
  readonly names: Names;
  private readonly addresses = new Map<string, string>();
  private readonly caller: DataAwsCallerIdentity;
  private readonly partitionSource: DataAwsPartition;

  /**
   * The stack's id, and so its folder below cdktf.out, begins with the environment: Terraform keeps there which
   * backend it was initialised with, and must not be asked to migrate one environment's state to another's.
   */
  constructor(
    scope: Construct,
    kind: StackKind,
    readonly settings: Settings,
  ) {
    super(scope, `${settings.environment}-${kind}`);
    this.names = namesFor(settings.name);
    addBackend(this, kind, settings);
    this.addOverride("terraform.required_version", TERRAFORM);
    new AwsProvider(this, "aws", {
      region: settings.region,
      defaultTags: [{ tags: commonTags(settings) }],
      ...(settings.assumeRoleArn ? { assumeRole: [{ roleArn: settings.assumeRoleArn }] } : {}),
    });
    this.caller = new DataAwsCallerIdentity(this, "caller");
    this.partitionSource = new DataAwsPartition(this, "partition");
  }

  get account(): string {
    return this.caller.accountId;
  }

  get partition(): string {
    return this.partitionSource.partition;
  }

  /** ARN of something in this account and region. */
  arn(service: string, resource: string): string {
    return `arn:${this.partition}:${service}:${this.settings.region}:${this.account}:${resource}`;
  }

  protected output(name: string, value: unknown, description: string): void {
    new TerraformOutput(this, name, { value, description });
  }

  /**
   * Addresses without hashes, e.g. `aws_cognito_user_pool.user_pool`: the names of the constructs on the way,
   * joined. Throws when two elements would get the same address.
   */
  protected override allocateLogicalId(element: TerraformElement | Node): string {
    const isElement = TerraformElement.isTerraformElement(element);
    const { scopes, path } = isElement ? element.node : element;
    const below = scopes.slice(scopes.indexOf(this) + 1).map(({ node }) => node.id);
    const id = below
      .filter((part) => part !== MAIN)
      .join("_")
      .replaceAll("-", "_");
    const key = `${isElement ? element.constructor.name : "node"} ${id}`;
    const owner = this.addresses.get(key) ?? path;
    if (owner !== path) throw new Error(`${path} and ${owner} have the same address`);
    this.addresses.set(key, path);
    return id;
  }
}
