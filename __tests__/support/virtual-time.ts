import timersPromises from "node:timers/promises";

/**
 * Runs `work` in a time of its own, which passes only when nothing is left to do: seconds of waiting cost nothing.
 * For work that waits for timers and for no real input or output. Throws where it waits for something that no timer
 * will bring.
 */
export async function inVirtualTime<T>(work: () => Promise<T>): Promise<T> {
  jest.useFakeTimers({ doNotFake: ["setImmediate", "clearImmediate", "nextTick", "queueMicrotask"] });
  // Jest's timers leave the promise form alone.
  const sleep = jest
    .spyOn(timersPromises, "setTimeout")
    .mockImplementation((delay, value) => new Promise((resolve) => setTimeout(() => resolve(value as never), delay)));
  try {
    return await passTimeUntilDone(work());
  } finally {
    sleep.mockRestore();
    jest.clearAllTimers();
    jest.useRealTimers();
  }
}

async function passTimeUntilDone<T>(result: Promise<T>): Promise<T> {
  let isDone = false;
  const end = () => (isDone = true);
  result.then(end, end);
  for (;;) {
    // All promises that can go on have gone on when the next turn of the event loop begins.
    await new Promise(setImmediate);
    if (isDone) return result;
    if (jest.getTimerCount() === 0) throw new Error("the work waits for something that no timer will bring");
    jest.advanceTimersToNextTimer();
  }
}
