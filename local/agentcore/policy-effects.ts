import type { EnforcementMode } from "@aws-sdk/client-bedrock-agentcore-control";
import type { Environment } from "../core/service";
import type { Timers } from "./timers";

/** A policy as decisions meet it. */
export interface EffectivePolicy {
  readonly id: string;
  readonly engineId: string;
  readonly name: string;
  readonly text: string;
  readonly enforcementMode: EnforcementMode;
}

/**
 * What the policies do to decisions, which lags what the API says of them: a change takes effect within a
 * few seconds of its final status, and changes of different policies not always in their order.
 */
export class PolicyEffects {
  private readonly effective = new Map<string, EffectivePolicy>();
  private readonly latest = new Map<string, number>();
  private readonly deleted = new Map<string, number>();
  private versions = 0;
  private changes = 0;

  constructor(
    private readonly environment: Environment,
    private readonly timers: Timers,
  ) {}

  /** The policies of an engine that take part in decisions right now, LOG_ONLY ones included. */
  of(engineId: string): EffectivePolicy[] {
    return [...this.effective.values()].filter((policy) => policy.engineId === engineId);
  }

  /** The version of the policy that is in effect; undefined before its first. */
  current(id: string): EffectivePolicy | undefined {
    return this.effective.get(id);
  }

  /** Lets the policy's new version take effect in its time. */
  change(policy: EffectivePolicy): void {
    this.inTime(policy.id, () => {
      this.effective.set(policy.id, policy);
      const { engineId, name, enforcementMode } = policy;
      const state = { engineId, name, status: "ACTIVE", enforcementMode, effective: true };
      this.environment.events.record({ kind: "change", type: "policy", id: policy.id, state });
    });
  }

  /** Lets the policy's deletion take effect in its time; the engine counts it for a while. */
  end({ id, engineId }: { id: string; engineId: string }): void {
    this.deleted.set(engineId, this.lingering(engineId) + 1);
    this.timers.after(this.environment.latency.emptyEngine, () =>
      this.deleted.set(engineId, this.lingering(engineId) - 1),
    );
    this.inTime(id, () => {
      this.effective.delete(id);
      this.environment.events.record({ kind: "change", type: "policy", id, state: "deleted" });
    });
  }

  /** Differs whenever decisions may differ. */
  get revision(): number {
    return this.changes;
  }

  /** How many deleted policies the engine still counts as its own. */
  lingering(engineId: string): number {
    return this.deleted.get(engineId) ?? 0;
  }

  private inTime(id: string, effect: () => void): void {
    const version = ++this.versions;
    // From half of the usual time to one and a half, so that one policy may overtake another, but no policy itself.
    const lag = this.environment.latency.policyEffect * (0.5 + Math.random());
    this.timers.after(lag, () => {
      if (version < (this.latest.get(id) ?? 0)) return;
      this.latest.set(id, version);
      this.changes++;
      effect();
    });
  }
}
