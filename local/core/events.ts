/**
 * Every mutation, with its time, in one log. Tests about order and openness replay it. It holds ids, names
 * and statuses only: request bodies, tokens and secrets are never recorded.
 */
export type AwsEvent = CallEvent | ChangeEvent;

interface Stamp {
  readonly sequence: number;
  /** Milliseconds since the offline AWS started. */
  readonly at: number;
}

/** A request that was answered, reads included. */
export interface CallEvent extends Stamp {
  readonly kind: "call";
  readonly service: string;
  readonly operation: string;
  /** ARN of the caller. */
  readonly caller: string;
  readonly via: "sdk" | "terraform" | "service";
  /** Name or id of what the request was about, where it has one. */
  readonly resource?: string;
  /** AWS error code, where the answer was an error. */
  readonly error?: string;
}

/** A resource that became something else: `state` is what holds from this moment on; `deleted` ends it. */
export interface ChangeEvent extends Stamp {
  readonly kind: "change";
  /** E.g. `gateway`, `gateway-target`, `policy-engine`, `policy`, `user-pool`. */
  readonly type: string;
  readonly id: string;
  readonly state: Readonly<Record<string, unknown>> | "deleted";
}

type Unstamped<T> = T extends AwsEvent ? Omit<T, keyof Stamp> : never;

/** How many of each kind are kept at least; the oldest go, so that a process under load for days does not grow. */
const KEPT: Readonly<Record<AwsEvent["kind"], number>> = { call: 10_000, change: 100_000 };

export class EventLog {
  private recorded = 0;
  private events: AwsEvent[] = [];
  private readonly held: Record<AwsEvent["kind"], number> = { call: 0, change: 0 };
  private readonly start = performance.now();
  private readonly listeners = new Set<(event: AwsEvent) => void>();

  record(event: Unstamped<AwsEvent>): void {
    const stamped = { ...event, sequence: this.recorded, at: performance.now() - this.start } as AwsEvent;
    this.recorded += 1;
    this.events.push(stamped);
    this.held[event.kind] += 1;
    if (this.held[event.kind] >= 2 * KEPT[event.kind]) this.forget(event.kind);
    for (const listener of this.listeners) listener(stamped);
  }

  /** What was recorded, but for the oldest calls and the oldest changes where there were very many. */
  all(): readonly AwsEvent[] {
    return this.events;
  }

  changes(type?: string): readonly ChangeEvent[] {
    return this.events.filter((e): e is ChangeEvent => e.kind === "change" && (!type || e.type === type));
  }

  calls(operation?: string): readonly CallEvent[] {
    return this.events.filter((e): e is CallEvent => e.kind === "call" && (!operation || e.operation === operation));
  }

  /** Calls `listener` synchronously with every event from now on. Returns the way to stop it. */
  subscribe(listener: (event: AwsEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private forget(kind: AwsEvent["kind"]): void {
    let oldest = KEPT[kind];
    this.events = this.events.filter((event) => event.kind !== kind || oldest-- <= 0);
    this.held[kind] -= KEPT[kind];
  }
}
