import { setTimeout as sleep } from "node:timers/promises";
import type { Context } from "./context";
import { LifecycleError } from "./failure";

/** The SDK's waiters look every 2 to 5 s; most changes are done in less. Milliseconds. */
const SLOWEST_LOOK = 1_000;
/** Each pause over the one before: what is done is seen after at most a quarter more than the time it took. */
const SLOWING = 1.25;
/** A line of progress at least this often while waiting. */
const SAY_EVERY = 10_000;
/** Longer than the SDK's waiters wait (two minutes), with room for a busy region. */
export const WAIT_DEADLINE = 300_000;

/**
 * Looks again and again until `done`, sooner at first and once a second later on. Throws LifecycleError
 * when the deadline passes; `state` is what the last look saw, in words.
 */
export async function waitUntil<T>(
  context: Context,
  options: {
    what: string;
    look: () => Promise<T>;
    done: (seen: T) => boolean;
    state: (seen: T) => string;
    deadline?: number;
  },
): Promise<T> {
  const { what, look, done, state, deadline = WAIT_DEADLINE } = options;
  const start = Date.now();
  let pause = context.patience.firstLook;
  let saidAt = start;
  for (;;) {
    const seen = await look();
    if (done(seen)) return seen;
    if (Date.now() - start >= deadline) {
      throw new LifecycleError({
        what: `waited ${deadline / 1_000} s in vain for ${what}`,
        resource: state(seen),
        next: "look at it in the AWS console, then run `cdktf deploy` again: it goes on from where this run stopped",
      });
    }
    if (Date.now() - saidAt >= SAY_EVERY) {
      context.log.step(`still waiting for ${what} (${state(seen)})`);
      saidAt = Date.now();
    }
    await sleep(pause);
    pause = Math.min(pause * SLOWING, SLOWEST_LOOK);
  }
}
