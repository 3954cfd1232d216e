/** CPU time of this process in nanoseconds, all threads: garbage collection and compilation are part of a call's cost. */
function cpuTime(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) * 1_000
}

/** Nanoseconds of CPU that each of `count` calls took while `run` ran. */
export async function cpuPerCall(count: number, run: () => unknown): Promise<number> {
  const before = cpuTime()
  await run()
  return (cpuTime() - before) / count
}

/** What a batch is measured in. */
export interface Calibration {
  readonly warmUpMs: number
  readonly batchMs: number
  /** Time in nanoseconds; CPU time of this process. */
  readonly time?: () => number
}

/** Runs ever larger batches for `warmUpMs`, then returns the size of a batch that takes `batchMs`. */
export async function calibrate(
  run: (count: number) => PromiseLike<unknown>,
  { warmUpMs, batchMs, time = cpuTime }: Calibration,
): Promise<number> {
  const start = time()
  for (let count = 1; ; count *= 2) {
    const before = time()
    await run(count)
    const now = time()
    const tookMs = (now - before) / 1e6
    if (now - start >= warmUpMs * 1e6 && tookMs >= batchMs / 4)
      return Math.max(1, Math.round((count * batchMs) / tookMs))
  }
}
