/** How long a comparison of clocks is good for, in milliseconds. */
const goodForMs = 30_000

/** A clock that was set since is compared anew. What it took to ask makes no such difference. */
const jumpMs = 250

/** How far the server's clock is ahead of the callers', as it was told with a reply some time ago. */
export class ServerClock {
  #aheadMs = 0
  #toldAt = Number.NEGATIVE_INFINITY
  #toldNow = 0

  /** The server's clock at a moment of the caller's, in ms; undefined where it has to be asked. */
  at(now: number): number | undefined {
    const passedMs = performance.now() - this.#toldAt
    if (passedMs > goodForMs || Math.abs(now - this.#toldNow - passedMs) > jumpMs) return undefined
    return now + this.#aheadMs
  }

  /** The server was asked at `now` by the caller's clock and had `serverMs`. */
  note(now: number, serverMs: number): void {
    this.#aheadMs = serverMs - now
    this.#toldAt = performance.now()
    this.#toldNow = now
  }
}
