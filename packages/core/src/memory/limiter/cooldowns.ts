import type { Blocked } from '../../policies/rate-limit/rate-table.ts'
import type { LimitRequest } from '../../ports/limiter.ts'

const fewestSwept = 100

/** Keys that nothing is granted for until a time. */
export class Cooldowns {
  readonly #ends = new Map<string, number>()
  #sweepAt = fewestSwept

  /** Keys that are remembered. */
  get size(): number {
    return this.#ends.size
  }

  /** Cools a key down; an earlier end than the one it has changes nothing. */
  set(key: string, until: number, now: number): void {
    const isLater = until > Math.max(now, this.#ends.get(key) ?? now)
    if (!isLater) return
    this.#ends.set(key, until)
    if (this.#ends.size < this.#sweepAt) return
    for (const [name, end] of this.#ends) if (end <= now) this.#ends.delete(name)
    // Each sweep is paid for by as many new keys as it looks at.
    this.#sweepAt = Math.max(fewestSwept, this.#ends.size * 2)
  }

  /** The one of the requests that has to wait longest. */
  blocking(requests: readonly LimitRequest[], now: number): Blocked | undefined {
    if (this.#ends.size === 0) return undefined
    let blocked: Blocked | undefined
    for (const { key } of requests) {
      const waitMs = Math.ceil((this.#ends.get(key) ?? now) - now)
      if (waitMs > (blocked?.waitMs ?? 0)) blocked = { key, waitMs }
      else if (waitMs <= 0) this.#ends.delete(key)
    }
    return blocked
  }
}
