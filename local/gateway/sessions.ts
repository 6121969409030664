import { randomUUID } from "node:crypto";

/** Seconds that a session lives, counted from its first `initialize`, where the gateway does not say. */
const DEFAULT_TIMEOUT = 3_600;

interface Session {
  readonly gatewayId: string;
  readonly owner: string;
  readonly endsAt: number;
}

/**
 * MCP sessions of gateways that have a `sessionConfiguration`. A session belongs to whoever opened it, and carries no
 * permission: every request is decided by its own token. Source: AgentCore's guide, "Use MCP sessions with your gateway".
 */
export class Sessions {
  private readonly open = new Map<string, Session>();

  constructor(private readonly now: () => number = Date.now) {}

  /** A new session's id. */
  begin(gatewayId: string, owner: string, timeout = DEFAULT_TIMEOUT): string {
    for (const [id, { endsAt }] of this.open) if (endsAt <= this.now()) this.open.delete(id);
    const id = randomUUID();
    this.open.set(id, { gatewayId, owner, endsAt: this.now() + timeout * 1_000 });
    return id;
  }

  /** Whether the session is open at this gateway and this caller's. */
  isOf(id: string, gatewayId: string, owner: string): boolean {
    const session = this.open.get(id);
    return session?.gatewayId === gatewayId && session.owner === owner && session.endsAt > this.now();
  }
}
