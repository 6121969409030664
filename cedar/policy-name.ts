import { createHash } from "node:crypto";

/**
 * The name of a managed policy: `<prefix>_<file stem>_<hash8>`, where hash8 is the start of the SHA-256 of
 * the text as AWS gets it. Needs no Cedar engine, so that the lifecycle bundle stays small.
 */
export function policyName(prefix: string, stem: string, substitutedText: string): string {
  return `${prefix}_${stem}_${createHash("sha256").update(substitutedText).digest("hex").slice(0, 8)}`;
}
