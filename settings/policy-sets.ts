import { readdirSync } from "node:fs";
import path from "node:path";

const POLICIES = path.resolve(__dirname, "..", "policies");

/** Folder of the policies' own tests; not a set. */
const TESTS = "tests";

/** The policy sets that there are: each folder below policies/. */
export function policySets(): string[] {
  const folders = readdirSync(POLICIES, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders
    .map(({ name }) => name)
    .filter((name) => name !== TESTS)
    .sort();
}

/** The folder that holds a set's statements. */
export const policySetFolder = (set: string) => path.join(POLICIES, set);
