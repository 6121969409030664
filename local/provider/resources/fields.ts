import { type Attributes, blocksOf, isAttributes, type Value } from "../value";

/**
 * How attributes and blocks of a type correspond to members of an AWS API shape, in both directions. A member may be
 * a path (`Policies.PasswordPolicy`).
 */
export type Fields = Readonly<Record<string, Field>>;

/** A plain member's path, or how to write and read something else. */
export type Field = string | StructuredField;

export interface StructuredField {
  readonly member: string;
  /** The fields of a block, so that what it holds is known. Absent where everything inside is understood. */
  readonly fields?: Fields;
  toApi(value: Value): unknown;
  fromApi(value: unknown): Value;
}

/** A block that occurs at most once ↔ a structure. */
export const block = (member: string, fields: Fields): StructuredField => ({
  member,
  fields,
  toApi: (value) => mapFirst(blocksOf(value), (element) => toApi(fields, element)),
  fromApi: (value) => (isRecord(value) ? [fromApi(fields, value)] : []),
});

/** A repeated block ↔ a list of structures. */
export const blocks = (member: string, fields: Fields): StructuredField => ({
  member,
  fields,
  toApi: (value) => blocksOf(value).map((element) => toApi(fields, element)),
  fromApi: (value) => (Array.isArray(value) ? value.filter(isRecord).map((element) => fromApi(fields, element)) : []),
});

/** A timestamp that AWS sets. */
export const time = (member: string): StructuredField => ({
  member,
  toApi: () => undefined,
  fromApi: (value) => (value instanceof Date ? value.toISOString().replace(/\.\d+Z$/, "Z") : null),
});

/** A member that AWS has in another form. */
export const converted = (
  member: string,
  to: (value: Value) => unknown,
  from: (value: unknown) => Value,
): StructuredField => ({
  member,
  toApi: to,
  fromApi: from,
});

/** The API shape of the attributes. What is null is left out, as AWS decides then. */
export function toApi(fields: Fields, attributes: Attributes): Record<string, unknown> {
  const shape: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(fields)) {
    const value = attributes[name];
    if (value === undefined || value === null || isNoBlock(field, value)) continue;
    const member = typeof field === "string" ? value : field.toApi(value);
    if (member !== undefined) setPath(shape, pathOf(field), member);
  }
  return shape;
}

/** The attributes of an API shape, null where AWS has nothing. */
export function fromApi(fields: Fields, shape: object): Attributes {
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => {
      const member = getPath(shape, pathOf(field));
      // An empty text is how some services answer what was never set.
      return [name, typeof field === "string" ? (member === "" ? null : plain(member)) : field.fromApi(member)];
    }),
  );
}

const pathOf = (field: Field) => (typeof field === "string" ? field : field.member).split(".");

const isNoBlock = (field: Field, value: Value) =>
  typeof field !== "string" && Array.isArray(value) && value.length === 0;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function mapFirst<T>(values: Attributes[], change: (value: Attributes) => T): T | undefined {
  const [first] = values;
  return first === undefined ? undefined : change(first);
}

/** A member of an answer as a Terraform value: AWS's strings, numbers, booleans, and lists and maps of them. */
function plain(member: unknown): Value {
  if (typeof member === "string" || typeof member === "number" || typeof member === "boolean") return member;
  if (Array.isArray(member)) return member.map(plain);
  if (isRecord(member) && !(member instanceof Date)) {
    return Object.fromEntries(Object.entries(member).map(([key, value]) => [key, plain(value)]));
  }
  return null;
}

function getPath(shape: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => (isRecord(value) ? value[key] : undefined), shape);
}

function setPath(shape: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [key, ...rest] = path;
  if (key === undefined) return;
  if (rest.length === 0) {
    shape[key] = value;
    return;
  }
  const inner = shape[key];
  const next = isRecord(inner) ? inner : {};
  shape[key] = next;
  setPath(next, rest, value);
}

/** The paths that a configuration sets and these fields do not know, e.g. `authorizer_configuration.x`. */
export function unknownPaths(fields: Fields, others: readonly string[], config: Attributes, parent = ""): string[] {
  return Object.entries(config).flatMap(([name, value]) => {
    if (value === null || (Array.isArray(value) && value.length === 0) || others.includes(name)) return [];
    const field = fields[name];
    if (field === undefined) return [`${parent}${name}`];
    const inner = typeof field === "string" ? undefined : field.fields;
    if (inner === undefined) return [];
    const nested = isAttributes(value) ? [value] : blocksOf(value);
    return nested.flatMap((element) => unknownPaths(inner, [], element, `${parent}${name}.`));
  });
}
