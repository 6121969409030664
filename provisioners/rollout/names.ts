import { randomBytes } from "node:crypto";
import { policyName } from "../../cedar/policy-name";

/** The most generations of one name that are tried: `_g99` is what the length check leaves room for. */
const LAST_GENERATION = 99;

/** Whether a policy's name says that this deployment made it. The name says nothing about its text. */
export function isManaged(name: string, prefix: string): boolean {
  return name.startsWith(`${prefix}_`) && /_[0-9a-f]{8}(_g\d{1,2})?$/.test(name);
}

/**
 * The names to try for a statement, in order: by content, then with a generation, for where the name is
 * taken by a policy of other content (edited by hand, or still being deleted).
 */
export function* namesFor(prefix: string, stem: string, text: string): Generator<string> {
  const name = policyName(prefix, stem, text);
  yield name;
  for (let generation = 2; generation <= LAST_GENERATION; generation += 1) yield `${name}_g${generation}`;
}

/** A name of this deployment's that no statement has, another one each time. */
export function signName(prefix: string): string {
  return `${prefix}__${randomBytes(4).toString("hex")}`;
}

/** Whether a policy is the sign of a rollout, and no statement. */
export const isSign = (name: string, prefix: string) => isManaged(name, prefix) && name.startsWith(`${prefix}__`);

/** The most names in one line of progress. */
const NAMES_SHOWN = 5;

/** Names in one line, cut after a few. */
export function listed(names: readonly string[]): string {
  const rest = names.length - NAMES_SHOWN;
  return rest > 0 ? `${names.slice(0, NAMES_SHOWN).join(", ")} and ${rest} more` : names.join(", ");
}

export const namesOf = (policies: readonly { readonly name: string }[]): string =>
  listed(policies.map(({ name }) => name));
