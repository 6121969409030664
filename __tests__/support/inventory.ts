import type { ChangeEvent } from "../../local/core/events";

/** Every resource that exists after these changes, as `type id`. */
export function inventoryOf(changes: readonly ChangeEvent[]): Set<string> {
  const present = new Set<string>();
  for (const { type, id, state } of changes) {
    if (state === "deleted") present.delete(`${type} ${id}`);
    else present.add(`${type} ${id}`);
  }
  return present;
}
