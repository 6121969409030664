import { randomUUID } from "node:crypto";
import type { Settings } from "../settings/load";

/** A user to ask for. */
export interface AskedUser {
  /** The user's `sub`. */
  readonly id: string;
  /** What the user is called in output, since the id is never shown in full; the token's department if absent. */
  readonly label?: string;
}

/**
 * Whom to ask for when nobody is named: every user with a label, one of each other group, and one whom the
 * directory cannot know, which shows what the default group may do.
 */
export function usersToAsk({ users }: Settings["claims"]): AskedUser[] {
  const groups = new Set<string>();
  const asked = Object.entries(users).flatMap(([id, { department, role, label }]) => {
    const group = JSON.stringify([department, role]);
    if (label === undefined && groups.has(group)) return [];
    groups.add(group);
    return [{ id, label }];
  });
  return [...asked, { id: randomUUID() }];
}

/** The users named on the command line, with the labels that the settings give them. */
export const namedUsers = (ids: readonly string[], { users }: Settings["claims"]): AskedUser[] =>
  ids.map((id) => ({ id, label: Object.hasOwn(users, id) ? users[id]?.label : undefined }));

/** Enough of an identifier to tell users apart, and no more. */
export const shorten = (id: string) => (id.length > 8 ? `${id.slice(0, 4)}…${id.slice(-3)}` : `${id.slice(0, 2)}…`);
