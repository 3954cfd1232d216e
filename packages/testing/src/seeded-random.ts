/**
 * Makes a random source that gives the same numbers for the same seed: uniform in [0, 1), 32 bits each. Hand it to
 * `createRuntime({ random })` and jitter is the same in every run. The generator is mulberry32 (Tommy Ettinger, public
 * domain; https://gist.github.com/tommyettinger/46a874533244883189143505d203312c): for tests, never for secrets. Only
 * the lowest 32 bits of the seed count.
 */
export function createSeededRandom(seed: number): () => number {
  if (!Number.isSafeInteger(seed)) throw new RangeError(`seeded random: seed must be a safe integer, got ${seed}`)
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
