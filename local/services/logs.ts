import { AwsError } from "../core/errors";
import type { Environment, Service } from "../core/service";
import { deliveryOperations } from "./logs-delivery";
import { LogsState, present } from "./logs-state";

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

/** Source: API reference, PutRetentionPolicy. */
const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** Log groups, and vended log delivery from a source to a destination. No events are stored. */
export class Logs implements Service {
  private readonly groups = new Map<string, LogGroup>();
  private readonly state: LogsState;
  readonly operations;

  constructor(environment: Environment) {
    this.state = new LogsState(environment);
    this.operations = { ...this.groupOperations(), ...deliveryOperations(this.state), ...this.tagOperations() };
  }

  private groupOperations() {
    const group = (name: string) => present(this.groups.get(name), "log group");
    return {
      CreateLogGroup: (input: GroupInput) => this.createGroup(input),
      DescribeLogGroups: ({ logGroupNamePrefix = "" }: Partial<GroupInput>) => ({
        logGroups: [...this.groups.values()].filter(({ logGroupName }) => logGroupName.startsWith(logGroupNamePrefix)),
      }),
      PutRetentionPolicy: ({ logGroupName, retentionInDays }: GroupInput) => {
        if (retentionInDays === undefined || !RETENTION_DAYS.includes(retentionInDays))
          throw invalid(`retentionInDays must be one of ${RETENTION_DAYS.join(", ")}`);
        group(logGroupName).retentionInDays = retentionInDays;
        return {};
      },
      DeleteRetentionPolicy: ({ logGroupName }: GroupInput) => {
        delete group(logGroupName).retentionInDays;
        return {};
      },
      DeleteLogGroup: ({ logGroupName }: GroupInput) => this.state.forget(this.groups, logGroupName, "log-group"),
    };
  }

  private tagOperations() {
    const { state } = this;
    return {
      ListTagsForResource: ({ resourceArn }: { resourceArn: string }) => ({ tags: state.tagsOf(resourceArn) }),
      TagResource: ({ resourceArn, tags }: { resourceArn: string; tags: Record<string, string> }) => {
        state.setTags(resourceArn, tags);
        return {};
      },
      UntagResource: ({ resourceArn, tagKeys }: { resourceArn: string; tagKeys: string[] }) => {
        state.removeTags(resourceArn, tagKeys);
        return {};
      },
    };
  }

  private createGroup({ logGroupName, logGroupClass = "STANDARD", kmsKeyId, tags }: GroupInput): object {
    if (!/^[.\-_/#A-Za-z0-9]{1,512}$/.test(logGroupName)) throw invalid("logGroupName is not valid");
    if (this.groups.has(logGroupName))
      throw new AwsError("ResourceAlreadyExistsException", "The specified log group already exists");
    const arn = this.state.arn(`log-group:${logGroupName}:*`);
    this.groups.set(logGroupName, { logGroupName, arn, creationTime: Date.now(), logGroupClass, kmsKeyId });
    this.state.setTags(arn, tags);
    this.state.record("log-group", logGroupName, {});
    return {};
  }
}

const invalid = (message: string) => new AwsError("InvalidParameterException", message);
