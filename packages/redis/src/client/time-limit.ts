/** Something that has to end in time. */
export interface Pending {
  /** The time is over. Nothing happens where it has ended already. */
  giveUp(): void
}

/** What waits, and since when. */
interface Waiting {
  readonly pending: Pending
  readonly dueAt: number
}

/**
 * Gives up what takes longer than so many milliseconds. An event loop that was blocked runs its timers before it reads what
 * has arrived meanwhile, so the limit is judged one turn later: what was answered in time counts. One timer serves all,
 * since all have the same time; who has ended is passed over when it is his turn.
 */
export class TimeLimit {
  readonly #ms: number
  #waiting: Waiting[] = []
  /** How many at the front are done with. */
  #past = 0
  #timer: NodeJS.Timeout | undefined = undefined
  #turn: NodeJS.Immediate | undefined = undefined

  constructor(ms: number) {
    this.#ms = ms
  }

  add(pending: Pending): void {
    this.#waiting.push({ pending, dueAt: performance.now() + this.#ms })
    if (this.#timer === undefined && this.#turn === undefined) this.#arm(this.#ms)
  }

  /** Gives nobody up any more. */
  close(): void {
    clearTimeout(this.#timer)
    clearImmediate(this.#turn)
    this.#waiting = []
    this.#past = 0
    this.#timer = this.#turn = undefined
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
    for (let first = this.#waiting[this.#past]; first !== undefined; first = this.#waiting[this.#past]) {
      if (first.dueAt > now) break
      over.push(first.pending)
      this.#past += 1
    }
    if (this.#past === this.#waiting.length) {
      this.#waiting = []
      this.#past = 0
    } else if (this.#past > 1_000) {
      this.#waiting = this.#waiting.slice(this.#past)
      this.#past = 0
    }
    const next = this.#waiting[this.#past]
    if (next !== undefined) this.#arm(Math.max(1, next.dueAt - now))
    for (const pending of over) pending.giveUp()
  }
}
