import type { Context, Tagging } from "../resources/resource";
import type { Block } from "../schema/types";
import { type Attributes, isAttributes, stringMap, UNKNOWN, type Value } from "../value";

const TAGS = ["tags", "tags_all"];

export const isTagAttribute = (name: string) => TAGS.includes(name);

export const hasTags = (block: Block) => "tags_all" in block.attributes;

/** `tags_all`: the provider's default tags, and over them the resource's own. */
export function plannedTagsAll(defaultTags: Record<string, string>, tags: Value): Value {
  if (isAttributes(tags)) return { ...defaultTags, ...tags };
  return tags === null ? { ...defaultTags } : UNKNOWN;
}

/** `tags` and `tags_all` as AWS has them: default tags are not the resource's own, unless it sets them itself too. */
export async function readTags(
  tagging: Tagging,
  context: Context,
  defaultTags: Record<string, string>,
  state: Attributes,
): Promise<Attributes> {
  const all = await tagging.read(context, state);
  const own = stringMap(state["tags"]);
  const entries = Object.entries(all).filter(([key, value]) => key in own || defaultTags[key] !== value);
  return { tags: Object.fromEntries(entries), tags_all: all };
}

export async function updateTags(
  tagging: Tagging,
  context: Context,
  desired: Attributes,
  prior: Attributes,
): Promise<void> {
  const wanted = stringMap(desired["tags_all"]);
  const before = stringMap(prior["tags_all"]);
  const removed = Object.keys(before).filter((key) => !(key in wanted));
  const added = Object.entries(wanted).filter(([key, value]) => before[key] !== value);
  if (removed.length > 0) await tagging.remove(context, desired, removed);
  if (added.length > 0) await tagging.add(context, desired, Object.fromEntries(added));
}
