/** Something that has to end in time. */
export interface Pending {
  /** It is waited for no longer. */
  giveUp(): void
}

/**
 * Gives up what takes longer than so many milliseconds. An event loop that was blocked runs its timers before it reads what
 * has arrived meanwhile, so the limit is judged one turn later: what was answered in time counts. One timer serves all,
 * since all have the same time. It fires also where all have ended by then, which is cheaper than to stop it each time.
 */
export class TimeLimit {
  readonly #ms: number
  /** What waits, and until when; the one that came first is the first. */
  readonly #waiting = new Map<Pending, number>()
  #timer: NodeJS.Timeout | undefined = undefined
  #turn: NodeJS.Immediate | undefined = undefined

  constructor(ms: number) {
    this.#ms = ms
  }

  add(pending: Pending): void {
    this.#waiting.set(pending, performance.now() + this.#ms)
    if (this.#timer === undefined && this.#turn === undefined) this.#arm(this.#ms)
  }

  /** It has ended. */
  remove(pending: Pending): void {
    this.#waiting.delete(pending)
  }

  /** Gives up all that waits now. */
  close(): void {
    clearTimeout(this.#timer)
    clearImmediate(this.#turn)
    this.#timer = this.#turn = undefined
    const left = [...this.#waiting.keys()]
    this.#waiting.clear()
    for (const pending of left) pending.giveUp()
  }

  #arm(ms: number): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      const now = performance.now()
      this.#turn = setImmediate(() => this.#judge(now))
    }, ms)
    // the connection keeps the process, if anything does
    this.#timer.unref()
  }

  #judge(now: number): void {
    this.#turn = undefined
    const over: Pending[] = []
    for (const [pending, dueAt] of this.#waiting) {
      if (dueAt > now) {
        this.#arm(Math.max(1, dueAt - now))
        break
      }
      over.push(pending)
    }
    for (const pending of over) {
      this.#waiting.delete(pending)
      pending.giveUp()
    }
  }
}
