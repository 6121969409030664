/** What a user's token says of them. */
export interface Group {
  readonly department: string;
  readonly role: string;
}

/** What the pre-token Lambda knows: bundled as `directory.json` beside its code. */
export interface ClaimsDirectory {
  /** Scopes of the gateway's resource server. Only requests for these get claims. */
  readonly gatewayScopes: readonly string[];
  /** Groups by the user's `sub`. */
  readonly users: Readonly<Record<string, Group>>;
  /** For a user who is not listed; null gives no claims. */
  readonly defaultGroup: Group | null;
}

/** The group of a user, or null for no claims. */
export function groupOf(directory: ClaimsDirectory, userId: string): Group | null {
  // Own keys only: `constructor` and `__proto__` are no users.
  const listed = Object.hasOwn(directory.users, userId) ? directory.users[userId] : undefined;
  return listed ?? directory.defaultGroup;
}

/** Reads a directory. Throws Error when it is not one: the handler then gives no claims to anybody. */
export function parseDirectory(text: string): ClaimsDirectory {
  const value = JSON.parse(text) as Partial<ClaimsDirectory> | null;
  const isUsable =
    Array.isArray(value?.gatewayScopes) &&
    value.gatewayScopes.every((scope) => typeof scope === "string") &&
    isRecord(value.users) &&
    Object.values(value.users).every(isGroup) &&
    (value.defaultGroup === null || isGroup(value.defaultGroup));
  if (!isUsable) throw new Error("directory.json does not have the shape of a directory");
  return value as ClaimsDirectory;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isGroup = (value: unknown): value is Group =>
  isRecord(value) && typeof value.department === "string" && typeof value.role === "string";
