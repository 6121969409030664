import type { CedarValueJson } from "@cedar-policy/cedar-wasm/nodejs";
import type { JsonSchema } from "./tools";

/** A tool's argument does not fit the tool's input schema. The message names the place, never the value. */
export class InputError extends Error {
  override readonly name = "InputError";
}

/**
 * Turns a tool's arguments into the Cedar record of its input schema. Throws InputError on an unknown or
 * missing argument, on a wrong type, and on a number that Cedar cannot hold exactly.
 */
export function toCedarInput(input: Readonly<Record<string, unknown>>, schema: JsonSchema): CedarValueJson {
  return convert(input, schema, "input");
}

function convert(value: unknown, schema: JsonSchema, place: string): CedarValueJson {
  switch (schema.type) {
    case "string":
      if (typeof value === "string" && isWellFormed(value)) return value;
      break;
    case "boolean":
      if (typeof value === "boolean") return value;
      break;
    case "integer":
      if (typeof value === "number" && Number.isSafeInteger(value)) return value;
      break;
    case "number":
      if (typeof value === "number") return decimal(value, place);
      break;
    case "array":
      if (Array.isArray(value)) return value.map((item, index) => convertItem(item, schema, `${place}[${index}]`));
      break;
    case "object":
      if (isRecord(value)) return convertRecord(value, schema, place);
      break;
  }
  throw new InputError(`${place} is not of the type ${schema.type}`);
}

function convertItem(item: unknown, schema: JsonSchema, place: string): CedarValueJson {
  if (!schema.items) throw new InputError(`${place}: the tool's schema does not say what its items are`);
  return convert(item, schema.items, place);
}

function convertRecord(value: Record<string, unknown>, schema: JsonSchema, place: string): CedarValueJson {
  const properties = new Map(Object.entries(schema.properties ?? {}));
  const missing = (schema.required ?? []).filter((name) => !Object.hasOwn(value, name));
  if (missing.length > 0) throw new InputError(`${place} lacks ${missing.join(", ")}`);
  const entries = Object.entries(value).map(([name, member]) => {
    const property = properties.get(name);
    if (!property) throw new InputError(`${place} has a member that the tool does not know`);
    return [name, convert(member, property, `${place}.${name}`)] as const;
  });
  return Object.fromEntries(entries);
}

/** Cedar's decimal has one to four digits after the point, within the range of a Long. */
function decimal(value: number, place: string): CedarValueJson {
  const text = Number.isInteger(value) ? value.toFixed(1) : String(value);
  if (!/^-?\d{1,15}\.\d{1,4}$/.test(text)) throw new InputError(`${place} has more digits than a Cedar decimal holds`);
  return { __extn: { fn: "decimal", arg: text } };
}

/** Half of a surrogate pair is no text in UTF-8, which is what Cedar takes. */
const isWellFormed = (text: string) => !/\p{Surrogate}/u.test(text);

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
