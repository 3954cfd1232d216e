import type { HedgeRules } from './hedge-policy.ts'
import type { HedgeState } from './hedge-state.ts'

/** The wait of 'p95' while too few attempts are known, in milliseconds. */
const unknownDelayMs = 2000

/**
 * Says of one call when extra attempts start beside those that run. Whoever runs them
 *
 * - calls `begin` when the first attempt starts;
 * - waits `delayMs()` from each start, and then asks `tryStart`; after a no it waits no more;
 * - asks `tryStart` at once when an attempt has failed and another one could do better;
 * - calls `succeed` with how long the winner took, and ends the others.
 *
 * An extra attempt whose budget is spent is not lost: a later failure may ask for it again.
 */
export class HedgePlan {
  readonly #rules: HedgeRules
  readonly #state: HedgeState
  #started = 0

  constructor(rules: HedgeRules, state: HedgeState) {
    this.#rules = rules
    this.#state = state
  }

  /** Whether the call may have another attempt, if the budget allows. */
  get hasExtra(): boolean {
    return this.#started < this.#rules.max
  }

  /** The first attempt starts: it earns its share of an extra one. */
  begin(): void {
    this.#state.budget.earn(this.#rules.budget)
  }

  /** Milliseconds from the last start to the next extra attempt; Infinity when there is none left. */
  delayMs(): number {
    if (!this.hasExtra) return Number.POSITIVE_INFINITY
    const { after } = this.#rules
    if (after !== 'p95') return after
    const { p95 } = this.#state.latency
    // under a millisecond nothing can be waited for, and everything would be late
    return p95 === undefined ? unknownDelayMs : Math.max(1, p95)
  }

  /** Takes an extra attempt, which then starts now; false where the call has none left or the budget is spent. */
  tryStart(): boolean {
    if (!this.hasExtra || !this.#state.budget.trySpend(this.#rules.budget)) return false
    this.#started += 1
    return true
  }

  /** An attempt has succeeded, so many milliseconds after its own start. */
  succeed(durationMs: number): void {
    this.#state.latency.add(durationMs)
  }
}
