import { decode, encode, ExtensionCodec } from "@msgpack/msgpack";
import type { Block, CtyType, NestedBlock } from "../schema/types";
import { type Attributes, isAttributes, isUnknown, UNKNOWN, Unknown, type Value } from "../value";

/** A value on the wire. Terraform sends MessagePack; only stored state comes as JSON. */
export interface DynamicValue {
  msgpack?: Uint8Array;
  json?: Uint8Array;
}

/** cty's extension types for "unknown" and for "unknown, but with a known range". Source: go-cty docs, msgpack. */
const UNKNOWN_EXTENSION = 0;
const REFINED_UNKNOWN_EXTENSION = 12;

const extensionCodec = new ExtensionCodec();
extensionCodec.register({
  type: UNKNOWN_EXTENSION,
  encode: (value) => (value instanceof Unknown ? new Uint8Array([0]) : null),
  decode: () => UNKNOWN,
});
extensionCodec.register({ type: REFINED_UNKNOWN_EXTENSION, encode: () => null, decode: () => UNKNOWN });

/** The object that Terraform sent for a resource, data source or provider; null where there is none. */
export function decodeObject(value: DynamicValue | null | undefined, block: Block): Attributes | null {
  const decoded = decodeAny(value);
  return isAttributes(decoded) ? conform(decoded, block) : null;
}

export function encodeObject(value: Attributes | null, block: Block): DynamicValue {
  return { msgpack: encode(value === null ? null : conform(value, block), { extensionCodec }) };
}

function decodeAny(value: DynamicValue | null | undefined): Value {
  if (value?.msgpack && value.msgpack.length > 0) return decode(value.msgpack, { extensionCodec }) as Value;
  if (value?.json && value.json.length > 0) return JSON.parse(Buffer.from(value.json).toString("utf8")) as Value;
  return null;
}

/**
 * The object with exactly the members that the schema has: what is missing becomes null (or no blocks), what
 * the schema does not have is dropped, as Terraform refuses anything else.
 */
export function conform(value: Attributes, block: Block): Attributes {
  const attributes = Object.entries(block.attributes).map(([name, { type }]) => [name, conformTo(value[name], type)]);
  const blocks = Object.entries(block.blocks).map(([name, nested]) => [name, conformBlocks(value[name], nested)]);
  return Object.fromEntries([...attributes, ...blocks]) as Attributes;
}

function conformBlocks(value: Value | undefined, { nesting, block }: NestedBlock): Value {
  if (value !== undefined && isUnknown(value)) return value;
  if (nesting === "single") return isAttributes(value) ? conform(value, block) : null;
  return Array.isArray(value)
    ? value.map((element) => (isAttributes(element) ? conform(element, block) : element))
    : [];
}

function conformTo(value: Value | undefined, type: CtyType): Value {
  if (value === undefined || value === null) return null;
  if (isUnknown(value)) return value;
  // A number too long for a float comes as text.
  if (type === "number") return typeof value === "string" ? Number(value) : value;
  if (typeof type === "string") return value;
  if (type[0] === "object") {
    const members = type[1];
    return isAttributes(value)
      ? Object.fromEntries(Object.entries(members).map(([name, member]) => [name, conformTo(value[name], member)]))
      : null;
  }
  const element = type[1];
  if (type[0] === "map") {
    return isAttributes(value)
      ? Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, conformTo(entry, element)]))
      : null;
  }
  return Array.isArray(value) ? value.map((entry) => conformTo(entry, element)) : null;
}
