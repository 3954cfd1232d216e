/** How long a comparison of clocks is good for, in milliseconds. */
const goodForMs = 30_000

/** A clock that was set since is compared anew. */
const jumpMs = 250

/** A question on its way: the caller's clock when it was asked, and this process's own. */
export interface Asked {
  readonly now: number
  readonly at: number
  /** How far the caller's clock is ahead of the server's, in ms; undefined where the server has to tell its time. */
  readonly aheadMs: number | undefined
}

/** How far callers' clocks are ahead of the server's, as the server has told some time ago. */
export class ServerClock {
  #last: { readonly now: number; readonly at: number; readonly aheadMs: number } | undefined = undefined

  ask(now: number): Asked {
    const at = performance.now()
    return { now, at, aheadMs: this.#isGood(now, at) ? this.#last?.aheadMs : undefined }
  }

  /** The server had `serverMs` when it answered the question; gives how far the caller's clock is ahead of that. */
  note({ now, at }: Asked, serverMs: number): number {
    const aheadMs = now - serverMs
    this.#last = { now, at, aheadMs }
    return aheadMs
  }

  #isGood(now: number, at: number): boolean {
    if (this.#last === undefined) return false
    const passedMs = at - this.#last.at
    return passedMs < goodForMs && Math.abs(now - this.#last.now - passedMs) < jumpMs
  }
}
