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

/** Runs ever larger batches for `warmUpMs` of CPU, then returns the size of a batch that takes `batchMs` of it. */
export async function calibrate(
  run: (count: number) => PromiseLike<unknown>,
  { warmUpMs, batchMs }: { readonly warmUpMs: number; readonly batchMs: number },
): Promise<number> {
  const start = cpuTime()
  for (let count = 1; ; count *= 2) {
    const before = cpuTime()
    await run(count)
    const now = cpuTime()
    const tookMs = (now - before) / 1e6
    if (now - start >= warmUpMs * 1e6 && tookMs >= batchMs / 4)
      return Math.max(1, Math.round((count * batchMs) / tookMs))
  }
}
