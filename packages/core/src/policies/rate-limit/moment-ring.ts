const fewestPlaces = 8

/** Moments in order, oldest first, each with a weight. Adding a moment and dropping the oldest take constant time. */
export class MomentRing {
  size = 0
  /** Of all weights. */
  sum = 0
  #times = new Float64Array(fewestPlaces)
  #weights = new Float64Array(fewestPlaces)
  #head = 0

  timeAt(index: number): number {
    return this.#times[(this.#head + index) % this.#times.length] ?? Number.NEGATIVE_INFINITY
  }

  weightAt(index: number): number {
    return this.#weights[(this.#head + index) % this.#weights.length] ?? 0
  }

  /** Adds a moment that is not earlier than the others. */
  push(time: number, weight: number): void {
    if (this.size === this.#times.length) this.#resize(this.size * 2)
    this.#put(this.size, time, weight)
    this.size += 1
    this.sum += weight
  }

  /** Drops the oldest. */
  shift(): void {
    this.sum -= this.weightAt(0)
    this.size -= 1
    this.#head = (this.#head + 1) % this.#times.length
    // Once a round, so that the errors of many sums do not add up.
    if (this.#head === 0 || this.size === 0) this.#countAnew()
  }

  /** Adds to the weight of a moment. */
  add(index: number, weight: number): void {
    this.#put(index, this.timeAt(index), this.weightAt(index) + weight)
    this.sum += weight
  }

  /** The first moment that is not before `time`; `size` where there is none. */
  firstFrom(time: number): number {
    let low = 0
    let high = this.size
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.timeAt(middle) < time) low = middle + 1
      else high = middle
    }
    return low
  }

  /** Makes one moment, the later one, of those in the same part of time. */
  coarsen(partMs: number): void {
    let last = 0
    for (let index = 1; index < this.size; index += 1) {
      const time = this.timeAt(index)
      const weight = this.weightAt(index)
      if (Math.floor(this.timeAt(last) / partMs) === Math.floor(time / partMs)) {
        this.#put(last, time, this.weightAt(last) + weight)
      } else {
        last += 1
        this.#put(last, time, weight)
      }
    }
    this.size = Math.min(this.size, last + 1)
  }

  #countAnew(): void {
    this.sum = 0
    for (let index = 0; index < this.size; index += 1) this.sum += this.weightAt(index)
  }

  #resize(places: number): void {
    const times = new Float64Array(places)
    const weights = new Float64Array(places)
    for (let index = 0; index < this.size; index += 1) {
      times[index] = this.timeAt(index)
      weights[index] = this.weightAt(index)
    }
    this.#times = times
    this.#weights = weights
    this.#head = 0
  }

  #put(index: number, time: number, weight: number): void {
    const place = (this.#head + index) % this.#times.length
    this.#times[place] = time
    this.#weights[place] = weight
  }
}
