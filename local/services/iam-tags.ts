import { AwsError } from "../core/errors";
import type { Tag } from "./tags";

/*
 * Keys of IAM's tags keep their case, and are the same whatever it is. Source: IAM user guide, "Tags for IAM
 * resources", case sensitivity.
 */

/** Sets tags; each takes the place of one whose key differs in case alone. Throws InvalidInput for two such in one request. */
export function setTags(tags: Map<string, string>, given: readonly Tag[]): void {
  const keys = given.map(({ Key }) => Key.toLowerCase());
  if (new Set(keys).size < keys.length)
    throw new AwsError("InvalidInput", "Duplicate tag keys found. Please note that Tag keys are case insensitive.");
  removeTags(tags, keys);
  for (const { Key, Value } of given) tags.set(Key, Value);
}

export function removeTags(tags: Map<string, string>, keys: readonly string[]): void {
  const gone = new Set(keys.map((key) => key.toLowerCase()));
  for (const key of [...tags.keys()]) if (gone.has(key.toLowerCase())) tags.delete(key);
}
