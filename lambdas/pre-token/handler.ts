import { readFileSync } from "node:fs";
import path from "node:path";
import { decideClaims, fingerprint, type PreTokenRequest } from "./claims";
import { parseDirectory, type ClaimsDirectory } from "./directory";

/** Cognito's event as it came, with the answer put in. */
type Event = PreTokenRequest & { response?: Record<string, unknown> | null };

/** Undefined when the bundled file is unusable: then nobody gets claims, and signing in still works. */
const directory = readDirectory();

/**
 * Cognito's pre token generation trigger (V3). Adds `user_id`, `department` and `role` to a machine's token
 * for the gateway; passes every other event through as it is. Never throws: an error would fail people's
 * sign-in as well.
 */
export async function handler(event: Event | null): Promise<Event | null> {
  if (!directory) return event;
  const { claims, reason } = decideClaims(event, directory);
  log({
    reason,
    trigger: event?.triggerSource,
    ...(claims && { user: fingerprint(claims.user_id), department: claims.department }),
  });
  if (!event || !claims) return event;
  const accessTokenGeneration = { claimsToAddOrOverride: { ...claims } };
  return { ...event, response: { ...event.response, claimsAndScopeOverrideDetails: { accessTokenGeneration } } };
}

function readDirectory(): ClaimsDirectory | undefined {
  try {
    return parseDirectory(readFileSync(path.join(__dirname, "directory.json"), "utf8"));
  } catch (error) {
    const reason = "directory.json is unusable: no token gets claims";
    console.error(JSON.stringify({ reason, error: error instanceof Error ? error.name : "" }));
    return undefined;
  }
}

function log(entry: Record<string, unknown>): void {
  console.log(JSON.stringify(entry));
}
