/** Failures in a row that suspend a store. */
const patience = 3
/** Milliseconds of the first suspension, and of the longest: each one that follows without a success lasts twice as long. */
const shortestMs = 1000
const longestMs = 30_000

/** Whether a store is worth being asked. Told the readings of a monotonic clock. */
export class StoreHealth {
  #failures = 0
  #until = Number.NEGATIVE_INFINITY
  #suspendMs = 0
  #failedAt = Number.NEGATIVE_INFINITY

  /** Whether it has answered since it failed last. */
  get isWell(): boolean {
    return this.#failures === 0 && this.#suspendMs === 0
  }

  /** Whether it was suspended and has not answered since. */
  get isAway(): boolean {
    return this.#suspendMs > 0
  }

  isSuspended(now: number): boolean {
    return now < this.#until
  }

  /** Milliseconds that a suspension still lasts. */
  remainingMs(now: number): number {
    return Math.max(0, this.#until - now)
  }

  /** Whether it has failed within so many milliseconds. */
  hasFailedWithin(ms: number, now: number): boolean {
    return now - this.#failedAt < ms
  }

  /** It failed: gives the milliseconds for which that suspends it, or undefined. */
  fail(now: number): number | undefined {
    this.#failedAt = now
    if (this.isSuspended(now)) return undefined
    this.#failures += 1
    if (this.#failures < patience && !this.isAway) return undefined
    this.#suspendMs = Math.min(longestMs, Math.max(shortestMs, this.#suspendMs * 2))
    this.#until = now + this.#suspendMs
    return this.#suspendMs
  }

  /** It answered: true when that ends the time in which it was away. */
  succeed(now: number): boolean {
    if (this.isSuspended(now)) return false
    const returns = this.isAway
    this.#failures = this.#suspendMs = 0
    return returns
  }
}
