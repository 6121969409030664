import { AwsError } from "../../../local/core/errors";
import { EventLog } from "../../../local/core/events";
import { LATENCY } from "../../../local/core/latency";
import type { AwsApi, Environment } from "../../../local/core/service";

interface Stored {
  Name: string;
  Value: string;
  Type: string;
  Version: number;
  Description?: string;
  tags: Record<string, string>;
}

/** The members of the requests that are answered here. */
interface Input {
  readonly Name: string;
  readonly Overwrite?: boolean;
  readonly ResourceId: string;
  readonly Tags?: { Key: string; Value: string }[];
  readonly TagKeys: string[];
  readonly ParameterFilters: { Values: string[] }[];
}

/** Parameter Store in a map: enough to try the provider's machinery without the rest of the offline AWS. */
export class FakeSsm implements AwsApi {
  readonly parameters = new Map<string, Stored>();
  readonly calls: string[] = [];

  async call<Output extends object>(_service: string, operation: string, input: object): Promise<Output> {
    this.calls.push(operation);
    return this.answer(operation, input as Input) as Output;
  }

  private answer(operation: string, input: Input): object {
    switch (operation) {
      case "PutParameter":
        return this.put(input);
      case "GetParameter":
        return {
          Parameter: { ...this.stored(input.Name), ARN: `arn:aws:ssm:eu-west-1:111122223333:parameter${input.Name}` },
        };
      case "DescribeParameters":
        return {
          Parameters: [
            { ...this.stored(input.ParameterFilters[0]?.Values[0] ?? ""), DataType: "text", Tier: "Standard" },
          ],
        };
      case "DeleteParameter":
        this.parameters.delete(this.stored(input.Name).Name);
        return {};
      case "ListTagsForResource":
        return { TagList: Object.entries(this.stored(input.ResourceId).tags).map(([Key, Value]) => ({ Key, Value })) };
      case "AddTagsToResource":
        Object.assign(this.stored(input.ResourceId).tags, tagsOf(input.Tags));
        return {};
      case "RemoveTagsFromResource":
        return this.untag(input);
      default:
        throw new AwsError("UnknownOperationException", operation);
    }
  }

  private put(input: Input): object {
    const before = this.parameters.get(input.Name);
    if (before && !input.Overwrite) throw new AwsError("ParameterAlreadyExists", "The parameter already exists.");
    const Version = (before?.Version ?? 0) + 1;
    const stored = { ...(input as Input & Stored), Version, tags: before?.tags ?? tagsOf(input.Tags) };
    this.parameters.set(input.Name, stored);
    return { Version };
  }

  private untag({ ResourceId, TagKeys }: Input): object {
    const stored = this.stored(ResourceId);
    stored.tags = Object.fromEntries(Object.entries(stored.tags).filter(([key]) => !TagKeys.includes(key)));
    return {};
  }

  private stored(name: string): Stored {
    const found = this.parameters.get(name);
    if (!found) throw new AwsError("ParameterNotFound", "");
    return found;
  }
}

const tagsOf = (list: { Key: string; Value: string }[] | undefined) =>
  Object.fromEntries((list ?? []).map(({ Key, Value }) => [Key, Value]));

export const testEnvironment: Environment = {
  accountId: "111122223333",
  region: "eu-west-1",
  partition: "aws",
  latency: LATENCY.none,
  events: new EventLog(),
  endpoint: () => "https://127.0.0.1:1",
};
