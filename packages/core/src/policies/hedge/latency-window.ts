/** Attempts that are looked back at. */
const windowSize = 128
/** Fewer say too little about a twentieth of them. */
const fewest = 20

/**
 * The 95th percentile (nearest rank) of how long the last 128 attempts took. It is looked for when somebody asks, and
 * again only when an eighth of them is new: it may be up to 15 attempts old, and to count an attempt and to ask costs
 * under a tenth of a microsecond.
 */
export class LatencyWindow {
  /** A ring, made with the first attempt. */
  #samples: Float64Array | undefined
  #next = 0
  #count = 0
  /** Attempts since `#p95` was looked for. */
  #fresh = 0
  #p95: number | undefined

  /** Counts an attempt that took so many milliseconds; what is no time is left out. */
  add(ms: number): void {
    if (!(ms >= 0 && ms < Number.POSITIVE_INFINITY)) return
    this.#samples ??= new Float64Array(windowSize)
    this.#samples[this.#next] = ms
    this.#next = (this.#next + 1) % windowSize
    if (this.#count < windowSize) this.#count += 1
    this.#fresh += 1
  }

  /** Milliseconds within which 95 % of them ended; undefined until there are 20. */
  get p95(): number | undefined {
    if (this.#count < fewest) return undefined
    if (this.#p95 === undefined || this.#fresh * 8 >= this.#count) this.#p95 = this.#find()
    return this.#p95
  }

  #find(): number {
    this.#fresh = 0
    const rank = Math.ceil(this.#count * 0.95)
    return this.#samples === undefined ? 0 : nthLargest(this.#samples, this.#count, this.#count - rank + 1)
  }
}

/** Of the first `count` values. Keeps the `n` largest in order while it goes through them, for `n` is small. */
function nthLargest(values: Float64Array, count: number, n: number): number {
  const largest = new Array<number>(n).fill(Number.NEGATIVE_INFINITY)
  for (let index = 0; index < count; index += 1) {
    const value = values[index] ?? 0
    if (value <= (largest[n - 1] ?? 0)) continue
    let place = n - 1
    for (; place > 0 && (largest[place - 1] ?? 0) < value; place -= 1) largest[place] = largest[place - 1] ?? 0
    largest[place] = value
  }
  return largest[n - 1] ?? 0
}
