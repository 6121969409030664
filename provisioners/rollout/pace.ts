import { setTimeout as sleep } from "node:timers/promises";
import type { EnginePolicy } from "../aws/policies";
import type { StepLog } from "../../reporting/steps";

/** The HTTP date that ages are measured by has whole seconds. */
const DATE_RESOLUTION = 1_000;

/**
 * Keeps the distance that effects need: a policy decides only some time after its status says so, and the
 * effects of several changes may come in any order. Times are milliseconds of this machine's monotonic clock.
 */
export class Pace {
  private readonly start = performance.now();

  constructor(
    private readonly propagation: number,
    private readonly log: StepLog,
  ) {}

  /** When everything that was changed before this rollout began has taken effect. */
  get sinceStart(): number {
    return this.start + this.propagation;
  }

  /** When what was changed until now has taken effect. */
  fromNow(): number {
    return performance.now() + this.propagation;
  }

  /** When policies that were listed at the start have taken effect: at once, if they are old enough. */
  ofListed(policies: readonly EnginePolicy[]): number {
    const youngest = Math.min(...policies.map(({ age }) => age));
    const left = policies.length === 0 ? 0 : this.propagation - Math.max(0, youngest - DATE_RESOLUTION);
    return left <= 0 ? 0 : this.start + left;
  }

  /** Waits until the latest of the given times. Returns whether there was anything to wait for. */
  async until(reason: string, ...times: readonly number[]): Promise<boolean> {
    const left = Math.max(...times) - performance.now();
    if (left <= 0) return false;
    this.log.step(`waiting ${(left / 1_000).toFixed(1)} s: ${reason}`);
    await sleep(left);
    return true;
  }
}
