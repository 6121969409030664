import { AwsError } from "../core/errors";
import { randomText } from "../core/identifiers";
import type { Environment, Service } from "../core/service";

interface LogGroup {
  readonly logGroupName: string;
  readonly arn: string;
  readonly creationTime: number;
  readonly logGroupClass: string;
  readonly kmsKeyId?: string;
  retentionInDays?: number;
}

interface GroupInput {
  readonly logGroupName: string;
  readonly logGroupNamePrefix?: string;
  readonly retentionInDays?: number;
  readonly logGroupClass?: string;
  readonly kmsKeyId?: string;
  readonly tags?: Record<string, string>;
}

interface Source {
  readonly name: string;
  readonly resourceArn: string;
  readonly logType: string;
  readonly tags?: Record<string, string>;
}

interface Destination {
  readonly name: string;
  readonly deliveryDestinationType?: string;
  readonly outputFormat?: string;
  readonly deliveryDestinationConfiguration?: { readonly destinationResourceArn?: string };
  readonly tags?: Record<string, string>;
}

interface Delivery {
  readonly deliverySourceName: string;
  readonly deliveryDestinationArn: string;
  readonly recordFields?: string[];
  readonly fieldDelimiter?: string;
  readonly tags?: Record<string, string>;
}

/** Log groups, and vended log delivery from a source to a destination. No events are stored. */
export class Logs implements Service {
  private readonly groups = new Map<string, LogGroup>();
  private readonly sources = new Map<string, Source & { arn: string }>();
  private readonly destinations = new Map<string, Destination & { arn: string }>();
  private readonly deliveries = new Map<string, Delivery & { id: string; arn: string }>();
  private readonly tags = new Map<string, Map<string, string>>();

  constructor(private readonly environment: Environment) {}

  readonly operations = {
    CreateLogGroup: (input: GroupInput) => this.createGroup(input),
    DescribeLogGroups: ({ logGroupNamePrefix = "" }: GroupInput) => ({
      logGroups: [...this.groups.values()].filter(({ logGroupName }) => logGroupName.startsWith(logGroupNamePrefix)),
    }),
    PutRetentionPolicy: ({ logGroupName, retentionInDays }: GroupInput) => {
      this.group(logGroupName).retentionInDays = retentionInDays;
      return {};
    },
    DeleteRetentionPolicy: ({ logGroupName }: GroupInput) => {
      delete this.group(logGroupName).retentionInDays;
      return {};
    },
    DeleteLogGroup: ({ logGroupName }: GroupInput) => this.forget(this.groups, logGroupName, "log-group"),

    PutDeliverySource: ({ tags, ...source }: Source) => {
      const arn = this.arn(`delivery-source:${source.name}`);
      this.sources.set(source.name, { ...source, arn });
      this.setTags(arn, tags);
      return { deliverySource: this.source(source.name) };
    },
    GetDeliverySource: ({ name }: Source) => ({ deliverySource: this.source(name) }),
    DeleteDeliverySource: ({ name }: Source) => {
      this.refuseInUse(
        [...this.deliveries.values()].some(({ deliverySourceName }) => deliverySourceName === name),
        "source",
      );
      return this.forget(this.sources, name, "delivery-source");
    },

    PutDeliveryDestination: ({ tags, ...input }: Destination) => {
      const arn = this.arn(`delivery-destination:${input.name}`);
      const target = input.deliveryDestinationConfiguration?.destinationResourceArn;
      const deliveryDestinationType = input.deliveryDestinationType ?? typeOf(target);
      this.destinations.set(input.name, {
        deliveryDestinationConfiguration: {},
        ...input,
        deliveryDestinationType,
        arn,
      });
      this.setTags(arn, tags);
      return { deliveryDestination: this.destination(input.name) };
    },
    GetDeliveryDestination: ({ name }: Destination) => ({ deliveryDestination: this.destination(name) }),
    DeleteDeliveryDestination: ({ name }: Destination) => {
      const { arn } = this.destination(name);
      this.refuseInUse(
        [...this.deliveries.values()].some(({ deliveryDestinationArn }) => deliveryDestinationArn === arn),
        "destination",
      );
      return this.forget(this.destinations, name, "delivery-destination");
    },

    CreateDelivery: ({ tags, ...input }: Delivery) => {
      this.source(input.deliverySourceName);
      if (![...this.destinations.values()].some(({ arn }) => arn === input.deliveryDestinationArn))
        throw missing("delivery destination");
      const id = randomText(16);
      const arn = this.arn(`delivery:${id}`);
      this.deliveries.set(id, { ...input, id, arn });
      this.setTags(arn, tags);
      return { delivery: this.delivery(id) };
    },
    GetDelivery: ({ id }: { id: string }) => ({ delivery: this.delivery(id) }),
    UpdateDeliveryConfiguration: ({ id, ...changes }: { id: string } & Partial<Delivery>) => {
      this.deliveries.set(id, { ...this.delivery(id), ...changes });
      return {};
    },
    DeleteDelivery: ({ id }: { id: string }) => this.forget(this.deliveries, id, "delivery"),

    ListTagsForResource: ({ resourceArn }: { resourceArn: string }) => ({
      tags: Object.fromEntries(this.tags.get(plain(resourceArn)) ?? []),
    }),
    TagResource: ({ resourceArn, tags }: { resourceArn: string; tags: Record<string, string> }) => {
      this.setTags(resourceArn, tags);
      return {};
    },
    UntagResource: ({ resourceArn, tagKeys }: { resourceArn: string; tagKeys: string[] }) => {
      for (const key of tagKeys) this.tags.get(plain(resourceArn))?.delete(key);
      return {};
    },
  };

  private createGroup({ logGroupName, logGroupClass = "STANDARD", kmsKeyId, tags }: GroupInput): object {
    if (!/^[.\-_/#A-Za-z0-9]{1,512}$/.test(logGroupName))
      throw new AwsError("InvalidParameterException", "logGroupName is not valid");
    if (this.groups.has(logGroupName))
      throw new AwsError("ResourceAlreadyExistsException", "The specified log group already exists");
    const arn = this.arn(`log-group:${logGroupName}:*`);
    this.groups.set(logGroupName, { logGroupName, arn, creationTime: Date.now(), logGroupClass, kmsKeyId });
    this.setTags(arn, tags);
    this.environment.events.record({ kind: "change", type: "log-group", id: logGroupName, state: {} });
    return {};
  }

  private group = (name: string) => present(this.groups.get(name), "log group");
  private destination = (name: string) => present(this.destinations.get(name), "delivery destination");
  private delivery = (id: string) => present(this.deliveries.get(id), "delivery");
  private source(name: string) {
    const { resourceArn, ...source } = present(this.sources.get(name), "delivery source");
    return { ...source, resourceArns: [resourceArn], service: "bedrock-agentcore" };
  }

  private forget(from: Map<string, unknown>, key: string, type: string): object {
    if (!from.delete(key)) throw missing(type.replace("-", " "));
    this.environment.events.record({ kind: "change", type, id: key, state: "deleted" });
    return {};
  }

  private refuseInUse(used: boolean, what: string): void {
    if (used)
      throw new AwsError("ConflictException", `Cannot delete delivery ${what} because it is used by a delivery`, 409);
  }

  private setTags(arn: string, tags: Record<string, string> = {}): void {
    const known = this.tags.get(plain(arn)) ?? new Map<string, string>();
    for (const [key, value] of Object.entries(tags)) known.set(key, value);
    this.tags.set(plain(arn), known);
  }

  private arn(resource: string): string {
    const { partition, region, accountId } = this.environment;
    return `arn:${partition}:logs:${region}:${accountId}:${resource}`;
  }
}

const plain = (arn: string) => arn.replace(/:\*$/, "");

const missing = (what: string) => new AwsError("ResourceNotFoundException", `The specified ${what} does not exist.`);

function present<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw missing(what);
  return value;
}

function typeOf(destinationArn: string | undefined): string {
  if (destinationArn === undefined) return "XRAY";
  return destinationArn.includes(":s3:") ? "S3" : destinationArn.includes(":firehose:") ? "FH" : "CWL";
}
