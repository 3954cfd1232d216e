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
  /** The server's time when it was asked, as far as is known, however long ago that was told. */
  readonly serverMs: number | undefined
}

interface Comparison {
  readonly now: number
  readonly at: number
  readonly aheadMs: number
}

/** How far callers' clocks are ahead of the server's, as the server has told some time ago. */
export class ServerClock {
  #last: Comparison | undefined = undefined

  ask(now: number): Asked {
    const at = performance.now()
    const last = this.#last
    if (last === undefined || this.#wasSet({ now, at }, last))
      return { now, at, aheadMs: undefined, serverMs: undefined }
    const { aheadMs } = last
    return { now, at, aheadMs: at - last.at < goodForMs ? aheadMs : undefined, serverMs: now - aheadMs }
  }

  /** The server had `serverMs` when it answered the question; gives how far the caller's clock is ahead of that. */
  note({ now, at }: Asked, serverMs: number): number {
    const aheadMs = now - serverMs
    this.#last = { now, at, aheadMs }
    return aheadMs
  }

  #wasSet({ now, at }: Pick<Asked, 'now' | 'at'>, last: Comparison): boolean {
    return Math.abs(now - last.now - (at - last.at)) >= jumpMs
  }
}
