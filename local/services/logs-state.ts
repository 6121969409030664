import { AwsError } from "../core/errors";
import type { Environment } from "../core/service";

interface Named {
  readonly arn: string;
}

/** What log groups and deliveries share: ARNs, tags and events. */
export class LogsState {
  private readonly tags = new Map<string, Map<string, string>>();

  constructor(private readonly environment: Environment) {}

  arn(resource: string): string {
    const { partition, region, accountId } = this.environment;
    return `arn:${partition}:logs:${region}:${accountId}:${resource}`;
  }

  tagsOf(arn: string): Record<string, string> {
    return Object.fromEntries(this.tags.get(plain(arn)) ?? []);
  }

  setTags(arn: string, tags: Readonly<Record<string, string>> = {}): void {
    this.tags.set(plain(arn), new Map(Object.entries({ ...this.tagsOf(arn), ...tags })));
  }

  removeTags(arn: string, keys: readonly string[]): void {
    for (const key of keys) this.tags.get(plain(arn))?.delete(key);
  }

  record(type: string, id: string, state: Readonly<Record<string, unknown>> | "deleted"): void {
    this.environment.events.record({ kind: "change", type, id, state });
  }

  /** Deletes a resource with its tags. Throws ResourceNotFoundException when it is not there. */
  forget(from: Map<string, Named>, key: string, type: string): object {
    const { arn } = present(from.get(key), type.replace("-", " "));
    from.delete(key);
    this.tags.delete(plain(arn));
    this.record(type, key, "deleted");
    return {};
  }
}

/** A log group's ARN ends in `:*` where it means the streams as well; its tags are the group's. */
const plain = (arn: string) => arn.replace(/:\*$/, "");

/** Returns what is there. Throws ResourceNotFoundException. */
export function present<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw missing(what);
  return value;
}

export const missing = (what: string) =>
  new AwsError("ResourceNotFoundException", `The specified ${what} does not exist.`);
