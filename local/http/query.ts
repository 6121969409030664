/** The query protocol's way with lists. Source: Smithy 2.0, "AWS query protocol". */

/** Reads `Tags.member.1.Key=a` as `{Tags: [{Key: "a"}]}`. */
export function readQueryMembers(form: URLSearchParams): Record<string, unknown> {
  const root = new Map<string, Node>();
  for (const [name, value] of form) put(root, name.split("."), value);
  return Object.fromEntries([...root].map(([name, node]) => [name, plain(node)]));
}

/** Writes every list as AWS's XML has it: below an element named `member`. */
export function withMembers(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? "" : { member: value.map(withMembers) };
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withMembers(member)]));
}

type Node = string | Map<string, Node>;

function put(into: Map<string, Node>, [head = "", ...rest]: readonly string[], value: string): void {
  if (rest.length === 0) return void into.set(head, value);
  const known = into.get(head);
  const next = known instanceof Map ? known : new Map<string, Node>();
  into.set(head, next);
  put(next, rest, value);
}

function plain(node: Node): unknown {
  if (typeof node === "string") return node;
  const members = node.get("member");
  if (members instanceof Map)
    return [...members].sort(([a], [b]) => Number(a) - Number(b)).map(([, one]) => plain(one));
  return Object.fromEntries([...node].map(([name, one]) => [name, plain(one)]));
}
