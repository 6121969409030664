/** Where progress goes: one line per step. Tests collect them, commands print them. */
export interface StepLog {
  step(message: string): void;
}

/** Prints `[  1.2 s] message`, with the time elapsed since the log was made. */
export function stepLog(write: (line: string) => void, now: () => number = Date.now): StepLog {
  const start = now();
  return {
    step: (message) => write(`[${((now() - start) / 1000).toFixed(1).padStart(5)} s] ${message}`),
  };
}
