import { shortenedUserId } from "../settings/findings";
import type { Settings } from "../settings/schema";

/** What an unknown user gets where the settings say `guest`. */
export const GUEST = { department: "guest", role: "viewer" } as const;

const EVERYBODY_ELSE = "everybody else";

/**
 * Who gets which claims, in a form that a plan may show: the function's code is but a hash there. Of a user's id no more stands in it
 * than finds the user in the settings; users who would then be called alike are numbered.
 */
export function claimsForReview({ users, defaultGroup }: Settings["claims"]): Record<string, string> {
  const shown: Record<string, string> = {};
  for (const [id, { label, ...group }] of Object.entries(users).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const name = label === undefined ? shortenedUserId(id) : `${shortenedUserId(id)} (${label})`;
    shown[numbered(name, shown)] = textOf(group);
  }
  return { ...shown, [EVERYBODY_ELSE]: defaultGroup === "guest" ? textOf(GUEST) : "no claims" };
}

function numbered(name: string, taken: Readonly<Record<string, string>>): string {
  let number = 1;
  const candidate = () => (number === 1 ? name : `${name} #${number}`);
  while (Object.hasOwn(taken, candidate())) number += 1;
  return candidate();
}

const textOf = ({ department, role }: { department: string; role: string }) => `department ${department}, role ${role}`;
