/** How many retries a key may have. */
export interface RetryBudgetRules {
  /** Retries per first attempt in the window; 0.2. */
  readonly ratio: number
  /** Retries that may run at once whatever the ratio says; 3. */
  readonly minConcurrent: number
  /** Milliseconds that the ratio looks back; 10,000. */
  readonly windowMs: number
}

const bucketCount = 20

/**
 * Bounds the load that the retries of one key add when its backend is down. A retry is granted while the retries
 * granted in the window, this one included, are at most `ratio` of the first attempts in it.
 *
 * So that a key with few calls can retry at all, a retry is granted also while fewer than `minConcurrent` granted ones
 * are running, whatever the ratio says: as in Envoy's retry budgets and failsafe-go's. A retry runs from the grant, so
 * its wait belongs to it, to the end of its attempt: whoever was granted one calls `retryEnded` exactly once, however
 * the attempt ended, also when it never began. Retries granted by the floor count in the window too.
 *
 * The window moves in twentieths of its length and takes constant memory; a time that goes back counts as no time.
 */
export class RetryBudget {
  readonly #rules: RetryBudgetRules
  readonly #bucketMs: number
  readonly #attempts = new Float64Array(bucketCount)
  readonly #retries = new Float64Array(bucketCount)
  #attemptSum = 0
  #retrySum = 0
  #tick = Number.NEGATIVE_INFINITY
  #bucket = 0
  #bucketEnd = Number.NEGATIVE_INFINITY
  #running = 0

  constructor(rules: RetryBudgetRules) {
    this.#rules = rules
    this.#bucketMs = rules.windowMs / bucketCount
  }

  /** Retries that were granted and have not ended: a budget with any must not be forgotten. */
  get running(): number {
    return this.#running
  }

  /** Counts a first attempt. Times are milliseconds of any clock, always the same one. */
  attempt(nowMs: number): void {
    const bucket = this.#moveTo(nowMs)
    this.#attempts[bucket] = (this.#attempts[bucket] ?? 0) + 1
    this.#attemptSum += 1
  }

  /** Grants and counts a retry, or refuses it. */
  tryRetry(nowMs: number): boolean {
    const bucket = this.#moveTo(nowMs)
    const { ratio, minConcurrent } = this.#rules
    if (this.#running >= minConcurrent && this.#retrySum + 1 > ratio * this.#attemptSum) return false
    this.#retries[bucket] = (this.#retries[bucket] ?? 0) + 1
    this.#retrySum += 1
    this.#running += 1
    return true
  }

  /** Says that a granted retry is over. */
  retryEnded(): void {
    if (this.#running > 0) this.#running -= 1
  }

  /** Empties the buckets that time has passed over and gives the index of the present one. */
  #moveTo(nowMs: number): number {
    if (nowMs < this.#bucketEnd) return this.#bucket
    const tick = Math.floor(nowMs / this.#bucketMs)
    const passed = Math.min(bucketCount, tick - this.#tick)
    for (let back = 0; back < passed; back += 1) this.#empty(modulo(tick - back))
    this.#tick = tick
    this.#bucket = modulo(tick)
    this.#bucketEnd = (tick + 1) * this.#bucketMs
    return this.#bucket
  }

  #empty(bucket: number): void {
    this.#attemptSum -= this.#attempts[bucket] ?? 0
    this.#retrySum -= this.#retries[bucket] ?? 0
    this.#attempts[bucket] = 0
    this.#retries[bucket] = 0
  }
}

function modulo(tick: number): number {
  return ((tick % bucketCount) + bucketCount) % bucketCount
}
