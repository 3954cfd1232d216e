import type { Rate, RateMachine, RefundTimes } from './rate-machine.ts'

/** Sums of fractions like 1.1 + 1.1 + 1.1 are a little off: what misses a billionth of a token counts as whole. */
const tolerance = 1e-9

/**
 * A bucket that holds `burst` tokens, full at first, into which `limit` tokens drip in `perMs` milliseconds: so at most
 * `burst + limit / perMs × t` get through in any time of `t` milliseconds. It is the generic cell rate algorithm of
 * ATM (ITU-T I.371) without timers: all that is known is when the bucket is full again, the theoretical arrival time.
 * That is kept as a moment at which the bucket was full and the tokens taken since, so whole numbers stay exact and
 * nothing drifts however long it runs. Every operation takes constant time.
 *
 * A refund is worth what was taken less what has dripped in since: the tokens of long ago are back already.
 */
export class TokenBucket implements RateMachine {
  readonly #limit: number
  readonly #perMs: number
  readonly #burst: number
  #fullAt = Number.NEGATIVE_INFINITY
  #takenSince = 0

  constructor(rate: Pick<Rate, 'limit' | 'perMs' | 'burst'>) {
    this.#limit = rate.limit
    this.#perMs = rate.perMs
    this.#burst = rate.burst
  }

  waitMs(weight: number, now: number): number {
    const missing = this.#takenSince + weight - this.#burst - tolerance
    if (missing <= 0 || this.#hasDripped(missing, now)) return 0
    const wait = Math.max(1, Math.ceil((missing * this.#perMs) / this.#limit - (now - this.#fullAt)))
    return this.#hasDripped(missing, now + wait) ? wait : wait + 1
  }

  take(weight: number, now: number): void {
    if (this.isIdle(now)) {
      this.#fullAt = now
      this.#takenSince = 0
    }
    this.#takenSince += weight
  }

  refund(weight: number, { takenAt, now }: RefundTimes): void {
    const left = weight - ((now - takenAt) * this.#limit) / this.#perMs
    if (left > 0) this.#takenSince -= left
  }

  isIdle(now: number): boolean {
    return this.#hasDripped(this.#takenSince, now)
  }

  /** Whether so many tokens have dripped in since the bucket was full. Multiplied out, as quotients are rounded. */
  #hasDripped(tokens: number, now: number): boolean {
    return (now - this.#fullAt) * this.#limit >= tokens * this.#perMs
  }
}
