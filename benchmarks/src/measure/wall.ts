import type { Probe, Scale } from '../row.ts'
import { calibrate } from './cpu.ts'

/** Nanoseconds of wall time that each of `count` calls takes when so many are under way at once. */
export async function wallPerCall(
  count: number,
  atOnce: number,
  call: (at: number) => PromiseLike<unknown>,
): Promise<number> {
  const start = performance.now()
  let next = 0
  const work = async () => {
    while (next < count) await call(next++)
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return ((performance.now() - start) * 1e6) / count
}

const wallTime = (): number => performance.now() * 1e6

/**
 * Measures a run again and again. Wall time varies more than CPU, and sockets take long to warm up; but most of it is
 * spent elsewhere, so this process's CPU says nothing about how long a batch takes.
 */
export async function wallProbe(run: (count: number) => Promise<number>, { warmUpMs, batchMs }: Scale): Promise<Probe> {
  const count = await calibrate(run, { warmUpMs: 8 * warmUpMs, batchMs: 4 * batchMs, time: wallTime })
  return {
    measure: async () => {
      // The process has slept since its last round: its caches are cold.
      await run(Math.ceil(count / 4))
      return { wall: await run(count) }
    },
  }
}
