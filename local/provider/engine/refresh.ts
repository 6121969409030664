import type { Resource } from "../resources/resource";
import { unlessGone } from "../resources/wait";
import type { TypeSchema } from "../schema";
import type { Overlay } from "../schema/overlay";
import { type Attributes, blocksOf } from "../value";
import { reconcile } from "./merge";
import type { Session } from "./session";
import { readTags } from "./tags";

/**
 * The resource's attributes as AWS has them now; null when it is gone.
 * @param imported whether the state is an import's: only what its id stands for is known then
 */
export async function refresh(
  resource: Resource,
  { block, overlay }: TypeSchema,
  session: Session,
  state: Attributes,
  imported: boolean,
): Promise<Attributes | null> {
  const actual = await unlessGone(() => resource.read(session.context, state));
  if (actual === undefined) return null;
  const refreshed = imported ? { ...state, ...actual } : reconcile(block, overlay.json ?? [], state, actual);
  if ("region" in block.attributes) refreshed["region"] = state["region"] ?? session.region;
  if (resource.tagging) {
    const { tags = {}, tags_all = {} } = await readTags(
      resource.tagging,
      session.context,
      session.defaultTags,
      refreshed,
    );
    const hasOwn = (state["tags"] ?? null) !== null || Object.keys(tags ?? {}).length > 0;
    Object.assign(refreshed, { tags: hasOwn ? tags : null, tags_all });
  }
  return imported ? withDefaults(refreshed, overlay) : withoutAwsChoices(refreshed, state, overlay);
}

/** What AWS does not know of a resource, such as what its deletion is to do, starts with the provider's defaults. */
function withDefaults(refreshed: Attributes, { defaults = {} }: Overlay): Attributes {
  const unset = Object.entries(defaults).filter(([name]) => (refreshed[name] ?? null) === null);
  return { ...refreshed, ...Object.fromEntries(unset) };
}

/** A block that nobody configured is AWS's own choice, not a change behind Terraform's back. */
function withoutAwsChoices(refreshed: Attributes, state: Attributes, overlay: Overlay): Attributes {
  const { computedBlocks = [], suppressedBlocks = [] } = overlay;
  const unconfigured = [...computedBlocks, ...suppressedBlocks].filter((name) => blocksOf(state[name]).length === 0);
  return { ...refreshed, ...Object.fromEntries(unconfigured.map((name) => [name, state[name] ?? []])) };
}
