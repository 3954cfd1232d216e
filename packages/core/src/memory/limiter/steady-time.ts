/** More than this that a clock goes back says that it was set; less, that readings come in another order. */
const longestSlipMs = 1000

/**
 * Milliseconds that never go back, made of the readings of a clock that may. Where the clock slips back a little, time
 * stands still until the clock is there again; where it was set back, time goes on from where it stood.
 */
export class SteadyTime {
  #now = Number.NEGATIVE_INFINITY
  #offset = 0

  /** Takes a reading and gives the time. */
  at(reading: number): number {
    const aheadMs = this.#now - (reading + this.#offset)
    if (aheadMs > longestSlipMs) this.#offset += aheadMs
    else if (aheadMs < 0) this.#now = reading + this.#offset
    return this.#now
  }

  /** The time of a moment that is told by the clock as it last went. */
  of(moment: number): number {
    return moment + this.#offset
  }
}
