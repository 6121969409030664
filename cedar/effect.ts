/**
 * The effect of one Cedar statement, read from its head: comments and annotations are skipped, the first
 * word decides. Undefined when that is neither `permit` nor `forbid`. Needs no Cedar engine, so that the
 * lifecycle bundle stays small; that the rest of the statement parses is checked before a deployment.
 */
export function effectOf(statement: string): "permit" | "forbid" | undefined {
  const head = /^(?:\s+|\/\/[^\n]*(?:\n|$)|@\s*[A-Za-z_]\w*\s*(?:\(\s*"(?:[^"\\]|\\.)*"\s*\))?)*(permit|forbid)\b/.exec(
    statement,
  );
  return head?.[1] as "permit" | "forbid" | undefined;
}
