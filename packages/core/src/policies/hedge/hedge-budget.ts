/** How much extra attempts may add to the load of a key. */
export interface HedgeBudgetRules {
  /** Extra attempts per first attempt, over time; 0.1. */
  readonly ratio: number
  /** Extra attempts that are allowed before any first attempt has earned one; 1. */
  readonly burst: number
}

/** First attempts whose earnings are saved up at most. */
const savedAttempts = 100
/** Ten times a tenth is a little less than one. */
const tolerance = 1e-9

/**
 * Bounds the load that the extra attempts of one key add when its backend is slow: a token budget as in gRPC's retry
 * throttling and Finagle's retry budgets. It begins with `burst` tokens, each first attempt earns `ratio` of one, each
 * extra attempt costs one. So there never are more than `burst + ratio × first attempts` of them. What 100 first
 * attempts earn can be saved up, and never less than `burst` or one token: a long good time allows no flood.
 */
export class HedgeBudget {
  /** Undefined until it is first used: only its user's rules say how it begins. */
  #tokens: number | undefined

  /** A first attempt begins. */
  earn(rules: HedgeBudgetRules): void {
    const { ratio, burst } = rules
    this.#tokens = Math.min((this.#tokens ?? burst) + ratio, Math.max(1, burst, ratio * savedAttempts))
  }

  /** Takes a token for an extra attempt; false when there is none. */
  trySpend({ burst }: HedgeBudgetRules): boolean {
    const tokens = this.#tokens ?? burst
    if (tokens < 1 - tolerance) return false
    this.#tokens = Math.max(0, tokens - 1)
    return true
  }
}
