import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Attribute, Block, CtyType, NestedBlock } from "./types";

/**
 * Reads a type's schema from its CDKTF binding, which was generated from the provider's own schema: names,
 * types, nesting, and which attributes are required, optional or computed.
 *
 * The flags stand in comments of the generated TypeScript, and that ships inside the binding's source map.
 * @param folder a folder of @cdktf/provider-aws/lib, e.g. `ssm-parameter` or `data-aws-region`
 * @throws Error when the binding is not as cdktf 0.21 generates it
 */
export function schemaFromBinding(folder: string): Block {
  const source = new BindingSource(sourceOf(folder));
  return new SchemaReader(source).topLevel();
}

const SOURCE_MAP_MARK = "sourceMappingURL=data:application/json;base64,";
const library = join(dirname(createRequire(__filename).resolve("@cdktf/provider-aws/package.json")), "lib");

function sourceOf(folder: string): string {
  const compiled = readFileSync(join(library, folder, "index.js"), "latin1");
  const mark = compiled.lastIndexOf(SOURCE_MAP_MARK);
  if (mark < 0) throw new Error(`the binding ${folder} of @cdktf/provider-aws has no source map`);
  const map = JSON.parse(Buffer.from(compiled.slice(mark + SOURCE_MAP_MARK.length), "base64").toString("utf8")) as {
    sourcesContent: string[];
  };
  const [text] = map.sourcesContent;
  if (text === undefined) throw new Error(`the source map of the binding ${folder} has no source`);
  return text;
}

/** One attribute or block as the generated class declares it. */
interface Member {
  readonly name: string;
  readonly computed: boolean;
  readonly optional: boolean;
  readonly required: boolean;
  /** The declarations that follow the comment. */
  readonly code: string;
}

/** How a member is written to HCL: only what can be configured has one. */
interface HclEntry {
  readonly value: string;
  readonly isBlock: boolean;
  readonly type: string;
  readonly storage: string;
}

/** The generated source, cut into its classes and functions. */
class BindingSource {
  private readonly parts = new Map<string, string>();
  readonly main: string;

  constructor(text: string) {
    for (const match of text.matchAll(/^export (?:class|function) (\w+)/gm)) {
      this.parts.set(match[1] ?? "", text.slice(match.index, text.indexOf("\n}\n", match.index) + 1 || undefined));
    }
    const main = /^export class (\w+) extends cdktf\.Terraform(?:Resource|DataSource|Provider)/m.exec(text)?.[1];
    if (main === undefined) throw new Error("no resource, data source or provider class in the binding");
    this.main = main;
  }

  members(className: string): Member[] {
    const text = this.parts.get(className) ?? "";
    const comments = [...text.matchAll(/\/\/ (\w+) - computed: (\w+), optional: (\w+), required: (\w+)/g)];
    return comments.map((match, index) => ({
      name: match[1] ?? "",
      computed: match[2] === "true",
      optional: match[3] === "true",
      required: match[4] === "true",
      code: text.slice(match.index, comments[index + 1]?.index),
    }));
  }

  hclEntries(partName: string): Map<string, HclEntry> {
    const text = this.parts.get(partName) ?? "";
    const entries = text.matchAll(
      /^ +(\w+): \{\n +value: (.*),\n +isBlock: (\w+),\n +type: "(\w+)",\n +storageClassType: "(\w+)"/gm,
    );
    return new Map(
      [...entries].map((m) => [
        m[1] ?? "",
        { value: m[2] ?? "", isBlock: m[3] === "true", type: m[4] ?? "", storage: m[5] ?? "" },
      ]),
    );
  }
}

class SchemaReader {
  constructor(private readonly source: BindingSource) {}

  topLevel(): Block {
    return this.block(this.source.members(this.source.main), this.source.hclEntries(this.source.main));
  }

  private block(members: Member[], entries: Map<string, HclEntry>): Block {
    const attributes: Record<string, Attribute> = {};
    const blocks: Record<string, NestedBlock> = {};
    for (const member of members) {
      const entry = entries.get(member.name);
      if (entry?.isBlock && !isAttributeAsBlocks(entry)) blocks[member.name] = this.nestedBlock(member, entry);
      else attributes[member.name] = attributeOf(member, this.typeOf(member, entry));
    }
    return { attributes, blocks };
  }

  private struct(struct: string): Block {
    const entries = this.source.hclEntries(`${struct.charAt(0).toLowerCase()}${struct.slice(1)}ToHclTerraform`);
    const members = this.source.members(`${struct}OutputReference`);
    // The provider's own blocks have no output class: nothing in them is computed.
    const configurable = [...entries.keys()].map((name) => ({
      name,
      computed: false,
      optional: true,
      required: false,
      code: "",
    }));
    return this.block(members.length > 0 ? members : configurable, entries);
  }

  private nestedBlock(member: Member, entry: HclEntry): NestedBlock {
    return {
      nesting: entry.type === "struct" ? "single" : entry.type === "set" ? "set" : "list",
      block: this.struct(entry.storage.replace(/List$/, "")),
      minItems: member.required ? 1 : 0,
      maxItems: entry.type !== "struct" && !entry.value.includes("listMapperHcl(") ? 1 : 0,
    };
  }

  private typeOf(member: Member, entry: HclEntry | undefined): CtyType {
    const complex = /new (\w+?)(List|OutputReference)\(this, "\w+"(?:, (\w+))?\)/.exec(member.code);
    if (complex) return [complex[3] === "true" ? "set" : "list", objectType(this.struct(complex[1] ?? ""))];
    return entry ? configurableType(member, entry) : computedType(member);
  }
}

/** An attribute that holds a list of objects, and is written like one: `x = [{}]`. */
const isAttributeAsBlocks = (entry: HclEntry) => /listMapperHcl\(\w+, false\)/.test(entry.value);

const attributeOf = ({ required, optional, computed }: Member, type: CtyType): Attribute => ({
  type,
  required,
  optional,
  computed,
});

function objectType(block: Block): CtyType {
  const attributes = Object.entries(block.attributes).map(([name, { type }]): [string, CtyType] => [name, type]);
  const blocks = Object.entries(block.blocks).map(([name, nested]): [string, CtyType] => [
    name,
    [nested.nesting === "set" ? "set" : "list", objectType(nested.block)],
  ]);
  return ["object", Object.fromEntries([...attributes, ...blocks])];
}

const SCALARS: Readonly<Record<string, CtyType>> = { string: "string", number: "number", boolean: "bool" };

function configurableType({ name }: Member, { type, storage }: HclEntry): CtyType {
  const scalar = SCALARS[storage] ?? SCALARS[storage.replace(/List$|Map$/, "")];
  if (scalar === undefined) throw new Error(`attribute ${name}: unknown type ${type} of ${storage}`);
  return type === "list" || type === "set" || type === "map" ? [type, scalar] : scalar;
}

/** The type of a computed attribute, from what its getter calls. */
function computedType({ name, code }: Member): CtyType {
  if (code.includes("getStringAttribute")) return "string";
  if (code.includes("getNumberAttribute")) return "number";
  if (code.includes("getBooleanAttribute")) return "bool";
  if (code.includes("StringMap")) return ["map", "string"];
  if (code.includes("Fn.tolist(this.getListAttribute")) return ["set", "string"];
  if (code.includes("getListAttribute")) return ["list", "string"];
  throw new Error(`attribute ${name}: no known getter`);
}
