import type { ServiceName } from "../../core/service";
import { type Attributes, text } from "../value";
import type { Context, Tagging } from "./resource";

/** `[{Key, Value}]`, as IAM, SSM and Secrets Manager have tags. */
export const tagList = (tags: Record<string, string>) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

export function fromTagList(list: unknown): Record<string, string> {
  const entries = Array.isArray(list) ? (list as { Key: string; Value: string }[]) : [];
  return Object.fromEntries(entries.map(({ Key, Value }) => [Key, Value]));
}

interface ArnTagging {
  readonly service: ServiceName;
  /** The attribute that holds the ARN. */
  readonly arn: string;
  /** The request's member for it: AWS's services differ in its case. */
  readonly member: "ResourceArn" | "resourceArn" | "Resource";
  readonly tags: "Tags" | "tags";
  readonly keys: "TagKeys" | "tagKeys";
  /** Reads the tags, where ListTagsForResource is not the way. */
  read?(context: Context, state: Attributes): Promise<Record<string, string>>;
}

/** Tags by ARN with TagResource, UntagResource and ListTagsForResource. */
export const taggedByArn = (names: ArnTagging): Tagging => {
  const resource = (state: Attributes) => ({ [names.member]: text(state[names.arn]) });
  return {
    read: async (context, state) => {
      if (names.read) return names.read(context, state);
      const answer = await context.call<Record<string, Record<string, string>>>(
        names.service,
        "ListTagsForResource",
        resource(state),
      );
      return answer[names.tags] ?? {};
    },
    add: async (context, state, tags) => {
      await context.call(names.service, "TagResource", { ...resource(state), [names.tags]: tags });
    },
    remove: async (context, state, keys) => {
      await context.call(names.service, "UntagResource", { ...resource(state), [names.keys]: keys });
    },
  };
};
