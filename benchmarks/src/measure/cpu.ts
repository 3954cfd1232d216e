/** CPU time of this process in nanoseconds, all threads: garbage collection and compilation are part of a call's cost. */
export function cpuTime(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) * 1_000
}

/** Nanoseconds of CPU that each of `count` calls took while `run` ran. */
export async function cpuPerCall(count: number, run: () => unknown): Promise<number> {
  const before = cpuTime()
  await run()
  return (cpuTime() - before) / count
}

/** Runs ever larger batches for `warmUpMs`, then returns the size of a batch that takes `batchMs`. */
export async function calibrate(
  run: (count: number) => PromiseLike<unknown>,
  { warmUpMs, batchMs }: { readonly warmUpMs: number; readonly batchMs: number },
): Promise<number> {
  const start = performance.now()
  for (let count = 1; ; count *= 2) {
    const before = performance.now()
    await run(count)
    const now = performance.now()
    if (now - start >= warmUpMs && now - before >= batchMs / 4) {
      return Math.max(1, Math.round((count * batchMs) / (now - before)))
    }
  }
}
