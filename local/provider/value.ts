/** A Terraform value as the provider handles it. Lists and sets are arrays, objects and maps are records. */
export type Value = null | Unknown | string | number | boolean | Value[] | Attributes;

/** An object value: a resource's attributes and blocks by their Terraform names. */
export interface Attributes {
  [name: string]: Value;
}

/** Stands for a value that Terraform will know after apply. */
export class Unknown {
  readonly known = false;
}
export const UNKNOWN = new Unknown();

export const isUnknown = (value: Value): value is Unknown => value instanceof Unknown;

export function isAttributes(value: Value | undefined): value is Attributes {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isUnknown(value);
}

/** The elements of a list or set; none when it is null, absent or unknown. */
export const elements = (value: Value | undefined): Value[] => (Array.isArray(value) ? value : []);

/** The block objects in a list or set of blocks. */
export const blocksOf = (value: Value | undefined): Attributes[] => elements(value).filter(isAttributes);

/** The text of a string attribute, or undefined when it is null, unknown or no string. */
export const text = (value: Value | undefined): string | undefined => (typeof value === "string" ? value : undefined);

/** The string entries of a map attribute. */
export function stringMap(value: Value | undefined): Record<string, string> {
  if (!isAttributes(value)) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

export function containsUnknown(value: Value): boolean {
  if (isUnknown(value)) return true;
  if (Array.isArray(value)) return value.some(containsUnknown);
  return isAttributes(value) && Object.values(value).some(containsUnknown);
}

/** The value with null wherever something is not known yet. */
export function withoutUnknown(value: Value): Value {
  if (isUnknown(value)) return null;
  if (Array.isArray(value)) return value.map(withoutUnknown);
  return isAttributes(value) ? mapValues(value, withoutUnknown) : value;
}

/** Deep equality. With `unordered`, arrays are compared as sets, which is what most AWS lists are. */
export function equal(a: Value, b: Value, unordered = false): boolean {
  if (Array.isArray(a) && Array.isArray(b)) {
    if (a.length !== b.length) return false;
    if (!unordered) return a.every((element, index) => equal(element, b[index] ?? null));
    return a.every((element) => b.some((other) => equal(element, other, true)));
  }
  if (isAttributes(a) && isAttributes(b)) {
    const names = new Set([...Object.keys(a), ...Object.keys(b)]);
    return [...names].every((name) => equal(a[name] ?? null, b[name] ?? null, unordered));
  }
  return a === b;
}

/** Whether an update changes any of these attributes. */
export const differs = (desired: Attributes, prior: Attributes, ...names: readonly string[]): boolean =>
  names.some((name) => !equal(desired[name] ?? null, prior[name] ?? null, true));

export const mapValues = (value: Attributes, change: (value: Value, name: string) => Value): Attributes =>
  Object.fromEntries(Object.entries(value).map(([name, element]) => [name, change(element, name)]));
