/** A moment in the future: whoever it is for is told when it comes. */
export interface Deadline {
  readonly at: number
  readonly run: () => void
  before: Deadline | undefined
  after: Deadline | undefined
  isOver: boolean
}

/** Moments that are equally far from their start, in order, behind one timer: a call that ends in time costs two pointers. */
export class Deadlines {
  readonly #ms: number
  #first: Deadline | undefined = undefined
  #last: Deadline | undefined = undefined
  #isWaiting = false

  constructor(ms: number) {
    this.#ms = ms
  }

  start(run: () => void): Deadline {
    const deadline = { at: Date.now() + this.#ms, run, before: this.#last, after: undefined, isOver: false }
    if (this.#last === undefined) this.#first = deadline
    else this.#last.after = deadline
    this.#last = deadline
    if (!this.#isWaiting) this.#wait(this.#ms)
    return deadline
  }

  end(deadline: Deadline): void {
    if (deadline.isOver) return
    deadline.isOver = true
    const { before, after } = deadline
    if (before === undefined) this.#first = after
    else before.after = after
    if (after === undefined) this.#last = before
    else after.before = before
  }

  #wait(ms: number): void {
    this.#isWaiting = true
    setTimeout(() => this.#fire(), ms).unref()
  }

  #fire(): void {
    const now = Date.now()
    this.#isWaiting = false
    for (let next = this.#first; next !== undefined && next.at <= now; next = this.#first) {
      this.end(next)
      next.run()
    }
    if (this.#first !== undefined) this.#wait(this.#first.at - now)
  }
}
