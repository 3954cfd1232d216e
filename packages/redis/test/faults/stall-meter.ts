/** Sums up the time for which this process itself ran nothing that was due: no store is to blame for it. */
export interface StallMeter extends Disposable {
  /** Milliseconds since the beginning. */
  readonly totalMs: number
}

const everyMs = 2

/** Starts a meter: a timer that adds up how late it is. */
export function stallMeter(): StallMeter {
  let totalMs = 0
  let dueAt = performance.now() + everyMs
  const lateMs = (): number => Math.max(0, performance.now() - dueAt)
  const timer = setInterval(() => {
    totalMs += lateMs()
    dueAt = performance.now() + everyMs
  }, everyMs)
  return {
    get totalMs() {
      return totalMs + lateMs()
    },
    [Symbol.dispose]: () => clearInterval(timer),
  }
}
