import type { Resource } from "../resources/resource";
import type { TypeSchema } from "../schema";
import type { Attribute, Block, NestedBlock } from "../schema/types";
import { type Attributes, blocksOf, elements, equal, isAttributes, isUnknown, UNKNOWN, type Value } from "../value";
import { counterpart, sameJson } from "./merge";
import type { Session } from "./session";
import { hasTags, isTagAttribute, plannedTagsAll } from "./tags";

export interface Change {
  /** null = to be created. */
  readonly prior: Attributes | null;
  /** The configuration with the prior values of what it leaves to the provider, as Terraform merges them. */
  readonly proposed: Attributes;
  readonly config: Attributes;
}

export interface Plan {
  readonly planned: Attributes;
  /** Attributes whose change replaces the resource. */
  readonly requiresReplace: readonly string[];
  /** Whether the plan keeps blocks that the configuration does not have, which Terraform allows older providers only. */
  readonly legacyTypeSystem: boolean;
}

/** Plans the creation or update of a resource. */
export function planChange(resource: Resource, { block, overlay }: TypeSchema, session: Session, change: Change): Plan {
  const { prior, config } = change;
  const planner = new BlockPlanner(overlay.defaults ?? {}, overlay.json ?? []);
  const planned = planner.plan(block, "", change);
  if ("region" in block.attributes) planned["region"] = config["region"] ?? session.region;
  if (hasTags(block)) planned["tags_all"] = plannedTagsAll(session.defaultTags, planned["tags"] ?? null);
  const { computedBlocks = [], suppressedBlocks = [] } = overlay;
  if (prior === null)
    return { planned, requiresReplace: [], legacyTypeSystem: announceBlocks(computedBlocks, planned) };

  const legacyTypeSystem = keepBlocks([...computedBlocks, ...suppressedBlocks], planned, prior);
  const changed = (name: string) => !equal(planned[name] ?? null, prior[name] ?? null, true);
  if (Object.keys(planned).some((name) => !isTagAttribute(name) && changed(name))) {
    for (const name of overlay.volatile ?? []) if ((config[name] ?? null) === null) planned[name] = UNKNOWN;
  }
  const requiresReplace = [...(overlay.forceNew ?? []), "region"].filter(changed);
  resource.adjustPlan?.({ prior, config, planned, changed, replaceFor: (name) => requiresReplace.push(name) });
  return { planned, requiresReplace, legacyTypeSystem };
}

function announceBlocks(names: readonly string[], planned: Attributes): boolean {
  const announced = names.filter((name) => Array.isArray(planned[name]) && blocksOf(planned[name]).length === 0);
  for (const name of announced) planned[name] = UNKNOWN;
  return announced.length > 0;
}

function keepBlocks(names: readonly string[], planned: Attributes, prior: Attributes): boolean {
  const kept = names.filter((name) => blocksOf(planned[name]).length === 0 && blocksOf(prior[name]).length > 0);
  for (const name of kept) planned[name] = prior[name] ?? null;
  return kept.length > 0;
}

class BlockPlanner {
  constructor(
    private readonly defaults: Readonly<Record<string, Value>>,
    private readonly json: readonly string[],
  ) {}

  plan(block: Block, parent: string, change: Change): Attributes {
    const attributes = Object.entries(block.attributes).map(([name, attribute]): [string, Value] => [
      name,
      this.attribute(attribute, `${parent}${name}`, name, change),
    ]);
    const blocks = Object.entries(block.blocks).map(([name, nested]): [string, Value] => [
      name,
      this.blocks(nested, `${parent}${name}.`, name, change),
    ]);
    return Object.fromEntries([...attributes, ...blocks]);
  }

  private attribute(attribute: Attribute, path: string, name: string, { prior, proposed, config }: Change): Value {
    if (attribute.writeOnly) return null;
    const configured = config[name] ?? null;
    if (configured !== null) {
      const before = prior?.[name] ?? null;
      return this.json.includes(path) && sameJson(before, configured) ? before : configured;
    }
    const byDefault = this.defaults[path];
    if (byDefault !== undefined) return byDefault;
    if (!attribute.computed) return null;
    return prior === null ? UNKNOWN : (proposed[name] ?? null);
  }

  private blocks({ nesting, block }: NestedBlock, path: string, name: string, change: Change): Value {
    const proposed = change.proposed[name] ?? null;
    if (isUnknown(proposed)) return proposed;
    const configs = elementsOf(change.config[name]);
    const priors = elementsOf(change.prior?.[name]);
    const planOne = (element: Attributes, index: number): Attributes => {
      const find = (others: Value[]) => (nesting === "set" ? counterpart(element, others, index) : others[index]);
      const [config, prior] = [find(configs), find(priors)];
      return this.plan(block, path, {
        proposed: element,
        config: isAttributes(config) ? config : element,
        prior: isAttributes(prior) ? prior : null,
      });
    };
    if (nesting === "single") return isAttributes(proposed) ? planOne(proposed, 0) : null;
    return elements(proposed).map((element, index) => (isAttributes(element) ? planOne(element, index) : element));
  }
}

/** The elements of a list or set of blocks; a single block counts as one. */
const elementsOf = (value: Value | undefined): Value[] => (isAttributes(value) ? [value] : elements(value));
