import { notFound, validation } from "../core/errors";
import type { Handlers } from "./handlers";
import type { State } from "./state";

/** Tags of a resource. Source: TagsMap of the API model. */
const MOST_TAGS = 50;

type Names = "TagResource" | "UntagResource" | "ListTagsForResource";

/** Engines, gateways and credential providers have tags; policies and targets have none. */
export function tagOperations(state: State): Handlers<Names> {
  const tagsOf = (resourceArn: string) => {
    const tags = state.tags.get(resourceArn);
    if (!tags) throw notFound("The resource does not exist or cannot have tags");
    return tags;
  };

  return {
    TagResource: ({ resourceArn, tags }) => {
      const all = { ...tagsOf(resourceArn), ...tags };
      if (Object.keys(all).length > MOST_TAGS) throw validation(`A resource has at most ${MOST_TAGS} tags`);
      state.tags.set(resourceArn, all);
      return {};
    },
    UntagResource: ({ resourceArn, tagKeys }) => {
      const left = Object.entries(tagsOf(resourceArn)).filter(([key]) => !tagKeys.includes(key));
      state.tags.set(resourceArn, Object.fromEntries(left));
      return {};
    },
    ListTagsForResource: ({ resourceArn }) => ({ tags: { ...tagsOf(resourceArn) } }),
  };
}
