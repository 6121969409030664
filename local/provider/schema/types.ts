/** A type constraint, in the JSON form that the plugin protocol uses for it. */
export type CtyType =
  "string" | "number" | "bool" | ["list" | "set" | "map", CtyType] | ["object", { [name: string]: CtyType }];

export interface Attribute {
  readonly type: CtyType;
  readonly required: boolean;
  readonly optional: boolean;
  readonly computed: boolean;
  readonly sensitive?: boolean;
  /** In the configuration only: never in a plan or a state. */
  readonly writeOnly?: boolean;
}

export interface NestedBlock {
  readonly nesting: "single" | "list" | "set";
  readonly block: Block;
  readonly minItems: number;
  /** 0 = no limit. */
  readonly maxItems: number;
}

export interface Block {
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly blocks: Readonly<Record<string, NestedBlock>>;
}
