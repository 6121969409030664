import type { Attribute, Block, NestedBlock } from "../schema/types";

const NESTING = { single: "SINGLE", list: "LIST", set: "SET" } as const;

/** A schema as the plugin protocol has it. The version of every type is 0: there is no older state. */
export const schemaMessage = (block: Block) => ({ version: 0, block: blockMessage(block) });

interface BlockMessage {
  readonly version: number;
  readonly attributes: object[];
  readonly block_types: NestedBlockMessage[];
}

interface NestedBlockMessage {
  readonly type_name: string;
  readonly block: BlockMessage;
  readonly nesting: string;
  readonly min_items: number;
  readonly max_items: number;
}

const blockMessage = ({ attributes, blocks }: Block): BlockMessage => ({
  version: 0,
  attributes: Object.entries(attributes).map(([name, attribute]) => attributeMessage(name, attribute)),
  block_types: Object.entries(blocks).map(([name, nested]) => nestedBlockMessage(name, nested)),
});

const nestedBlockMessage = (name: string, { block, nesting, minItems, maxItems }: NestedBlock): NestedBlockMessage => ({
  type_name: name,
  block: blockMessage(block),
  nesting: NESTING[nesting],
  min_items: minItems,
  max_items: maxItems,
});

const attributeMessage = (name: string, attribute: Attribute) => ({
  name,
  type: Buffer.from(JSON.stringify(attribute.type)),
  required: attribute.required,
  optional: attribute.required ? false : attribute.optional || !attribute.computed,
  computed: attribute.required ? false : attribute.computed,
  sensitive: attribute.sensitive ?? false,
  write_only: attribute.writeOnly ?? false,
});
