import type { AwsEvent } from "../../local/core/events";

interface GatewayState {
  readonly name: string;
  readonly policyEngineArn: string | null;
  readonly mode: string | null;
}

/**
 * Replays the event log and names every moment in which a target stood behind a gateway that no engine
 * guarded in ENFORCE mode. An empty list is the proof that none was ever reachable unguarded.
 */
export function openMoments(events: readonly AwsEvent[]): string[] {
  const gateways = new Map<string, GatewayState>();
  const targets = new Map<string, { gatewayId: string; name: string }>();
  const open: string[] = [];
  for (const event of events) {
    if (event.kind !== "change") continue;
    if (event.type === "gateway") keep(gateways, event.id, event.state as never);
    else if (event.type === "gateway-target") keep(targets, event.id, event.state as never);
    else continue;
    for (const { gatewayId, name } of targets.values()) {
      const gateway = gateways.get(gatewayId);
      if (!gateway || (gateway.policyEngineArn && gateway.mode === "ENFORCE")) continue;
      open.push(
        `#${event.sequence}: ${name} behind ${gateway.name} with engine ${gateway.policyEngineArn} in ${gateway.mode}`,
      );
    }
  }
  return open;
}

function keep<T>(map: Map<string, T>, id: string, state: T | "deleted"): void {
  if (state === "deleted") map.delete(id);
  else map.set(id, state);
}
