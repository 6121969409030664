export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** `[{Key, Value}]`, as IAM, SSM and Secrets Manager write tags, to a map and back. */
export const fromTagList = (tags: readonly Tag[] = []) => new Map(tags.map(({ Key, Value }) => [Key, Value]));
export const toTagList = (tags: ReadonlyMap<string, string>): Tag[] =>
  [...tags].map(([Key, Value]) => ({ Key, Value }));
