/**
 * Numbers from 0 to 1 for Math.random, the same for the same seed (mulberry32), and often at the ends: what goes
 * wrong when things overtake each other goes wrong there.
 */
export function seeded(seed: number): () => number {
  let state = seed | 0;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return () => {
    const number = next();
    if (number < 0.3) return 0;
    return number < 0.6 ? 1 - Number.EPSILON : next();
  };
}
