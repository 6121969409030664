import type { Resource } from "../resources/resource";
import { isGone } from "../resources/wait";
import type { TypeSchema } from "../schema";
import type { Block } from "../schema/types";
import {
  type Attributes,
  blocksOf,
  equal,
  isAttributes,
  isUnknown,
  stringMap,
  type Value,
  withoutUnknown,
} from "../value";
import { type Diagnostic, failure } from "./errors";
import { fillUnknown } from "./merge";
import type { Session } from "./session";
import { hasTags, isTagAttribute, readTags, updateTags } from "./tags";

/** What is recorded after an apply: on a failure, what is known to exist then. */
export interface Applied {
  readonly state: Attributes | null;
  readonly diagnostics: readonly Diagnostic[];
}

/** Applies planned changes to one resource through the AWS APIs. */
export class Applier {
  constructor(
    private readonly resource: Resource,
    private readonly schema: TypeSchema,
    private readonly session: Session,
  ) {}

  async create(planned: Attributes, config: Attributes): Promise<Applied> {
    const { resource, session } = this;
    const desired = this.desired(planned, config);
    let created: Attributes | null = null;
    try {
      const identity = await resource.create(session.context, desired, stringMap(desired["tags_all"]));
      created = { ...desired, ...identity };
      await resource.settle?.(session.context, created, desired);
      return { state: await this.known({ ...planned, ...identity }, created), diagnostics: [] };
    } catch (error) {
      const state =
        created === null || resource.forgottenWhenCreateFails ? null : withoutWriteOnly(this.schema.block, created);
      return {
        state,
        diagnostics: [failure("creating", resource.label, resource.identify(created ?? desired), error)],
      };
    }
  }

  async update(prior: Attributes, planned: Attributes, config: Attributes): Promise<Applied> {
    const { resource, session } = this;
    const desired = this.desired(planned, config);
    try {
      const changed = Object.entries(planned).some(
        ([name, value]) =>
          !isTagAttribute(name) && name !== "timeouts" && !isUnknown(value) && !equal(value, prior[name] ?? null, true),
      );
      if (changed && resource.update) {
        await resource.update(session.context, desired, prior);
        await resource.settle?.(session.context, desired, desired);
      }
      if (resource.tagging && hasTags(this.schema.block))
        await updateTags(resource.tagging, session.context, desired, prior);
      return { state: await this.known(planned, desired), diagnostics: [] };
    } catch (error) {
      return { state: prior, diagnostics: [failure("updating", resource.label, resource.identify(prior), error)] };
    }
  }

  async delete(prior: Attributes): Promise<Applied> {
    try {
      await this.resource.delete(this.session.context, prior);
      return { state: null, diagnostics: [] };
    } catch (error) {
      if (isGone(error)) return { state: null, diagnostics: [] };
      return {
        state: prior,
        diagnostics: [failure("deleting", this.resource.label, this.resource.identify(prior), error)],
      };
    }
  }

  /** The planned values, with what AWS decided read back. */
  private async known(planned: Attributes, found: Attributes): Promise<Attributes> {
    const { resource, session } = this;
    const actual = await resource.read(session.context, found);
    const all = { ...found, ...actual };
    const tags = resource.tagging ? await readTags(resource.tagging, session.context, session.defaultTags, all) : {};
    const filled = fillUnknown(planned, { ...actual, tags_all: tags["tags_all"] ?? null });
    return isAttributes(filled) ? filled : planned;
  }

  private desired(planned: Attributes, config: Attributes): Attributes {
    const known = withoutUnknown(planned);
    return withWriteOnly(this.schema.block, isAttributes(known) ? known : {}, config);
  }
}

/** The planned values, and the configuration's write-only ones, which are in no plan. */
function withWriteOnly(block: Block, planned: Attributes, config: Attributes): Attributes {
  return mapBlock(
    block,
    planned,
    (name, value, writeOnly) => (writeOnly ? (config[name] ?? null) : value),
    (nested, element, name, index) => withWriteOnly(nested, element, blocksOf(config[name])[index] ?? {}),
  );
}

function withoutWriteOnly(block: Block, state: Attributes): Attributes {
  return mapBlock(block, state, (_, value, writeOnly) => (writeOnly ? null : value), withoutWriteOnly);
}

function mapBlock(
  block: Block,
  value: Attributes,
  attribute: (name: string, value: Value, writeOnly: boolean) => Value,
  nested: (block: Block, element: Attributes, name: string, index: number) => Attributes,
): Attributes {
  const attributes = Object.entries(block.attributes).map(([name, { writeOnly = false }]): [string, Value] => [
    name,
    attribute(name, value[name] ?? null, writeOnly),
  ]);
  const blocks = Object.entries(block.blocks).map(([name, inner]): [string, Value] => {
    const member = value[name] ?? null;
    const mapped = isAttributes(member)
      ? nested(inner.block, member, name, 0)
      : blocksOf(member).map((element, index) => nested(inner.block, element, name, index));
    return [name, member === null ? null : mapped];
  });
  return Object.fromEntries([...attributes, ...blocks]);
}
