import { setTimeout as sleep } from "node:timers/promises";
import type { StepLog } from "../../reporting/steps";

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

  /** Waits until the latest of the given times. */
  async until(reason: string, ...times: readonly number[]): Promise<void> {
    const left = Math.max(...times) - performance.now();
    if (left <= 0) return;
    this.log.step(`waiting ${(left / 1_000).toFixed(1)} s: ${reason}`);
    await sleep(left);
  }
}
