/**
 * Preloaded into the offline AWS's process, which needs `--expose-gc`: answers each message with the memory that is in
 * use, without what is garbage.
 */
export interface Memory {
  /** Bytes of live objects and of what they hold outside of the heap. */
  readonly inUse: number;
  /** Bytes that the process holds, which it gives back late or never. */
  readonly resident: number;
}

process.on("message", () => {
  globalThis.gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  const memory: Memory = { inUse: heapUsed + external, resident: rss };
  process.send?.(memory);
});
// A process that may still be asked would not end by itself.
process.channel?.unref();
