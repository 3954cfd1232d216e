/** Weight of a new sample in the mean. */
const smoothing = 0.2

/** How long runs take, as an exponential mean: from it is guessed when one who was refused may come back. */
export class RunPace {
  #meanMs: number | undefined

  learn(ranMs: number): void {
    this.#meanMs = this.#meanMs === undefined ? ranMs : this.#meanMs + smoothing * (ranMs - this.#meanMs)
  }

  /** Milliseconds, 10 to 60,000, in which `runs` end when `max` go at once; a second a run while nothing is known. */
  timeOf(runs: number, max: number): number {
    const rounds = Math.ceil(runs / max)
    return Math.min(60_000, Math.max(10, Math.ceil((this.#meanMs ?? 1000) * Math.max(1, rounds))))
  }
}
