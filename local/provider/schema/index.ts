import { schemaFromBinding } from "./bindings";
import { OVERLAY, type Overlay } from "./overlay";
import type { Attribute, Block, NestedBlock } from "./types";

export interface TypeSchema {
  readonly block: Block;
  readonly overlay: Overlay;
}

/** The provider block's own schema. */
export const providerSchema = memoised(() => schemaFromBinding("provider"));

const resourceSchemas = new Map<string, TypeSchema>();

/**
 * The schema of a resource type (`aws_iam_role`) or a data source (`data.aws_region`): the binding's, with the
 * overlay's corrections.
 */
export function schemaOf(type: string): TypeSchema {
  const known = resourceSchemas.get(type);
  if (known) return known;
  const overlay = OVERLAY[type] ?? {};
  const made = { block: corrected(schemaFromBinding(bindingFolder(type)), overlay, ""), overlay };
  resourceSchemas.set(type, made);
  return made;
}

/** `aws_iam_role` → `iam-role`, `data.aws_region` → `data-aws-region`: the naming of @cdktf/provider-aws. */
const bindingFolder = (type: string) => type.replace(/^aws_/, "").replaceAll(/[._]/g, "-");

function corrected(block: Block, overlay: Overlay, parent: string): Block {
  const correctAttribute = (name: string, attribute: Attribute): Attribute => {
    const path = `${parent}${name}`;
    const writeOnly = name.endsWith("_wo") && !name.startsWith("has_");
    return {
      ...attribute,
      writeOnly,
      sensitive: writeOnly || (overlay.sensitive?.includes(path) ?? false),
      // Terraform accepts a planned default only where the schema allows a computed value.
      computed: attribute.computed || (overlay.defaults !== undefined && path in overlay.defaults),
    };
  };
  const correctBlock = (name: string, nested: NestedBlock): NestedBlock => ({
    ...nested,
    block: corrected(nested.block, overlay, `${parent}${name}.`),
  });
  return {
    attributes: mapEntries(block.attributes, correctAttribute),
    blocks: mapEntries(block.blocks, correctBlock),
  };
}

function mapEntries<T>(record: Readonly<Record<string, T>>, change: (name: string, value: T) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(name, value)]));
}

function memoised<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
