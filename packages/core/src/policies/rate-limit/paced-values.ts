import type { Observer, Subscriber } from 'rxjs'
import { ToolError } from '../../errors/tool-error.ts'
import type { Clock, Timer } from '../../ports/clock.ts'
import { rateLimitedError } from './rate-limited-error.ts'
import type { RateAsk } from './rate-requests.ts'
import type { Blocked, RateTable } from './rate-table.ts'

/** What all subscriptions to one `limitRate` have in common. */
export interface PaceParts<T> {
  readonly askOf: (value: T) => RateAsk
  readonly rates: RateTable
  readonly clock: Clock
  readonly queue: number
  readonly name: string
}

interface Waiting<T> {
  readonly value: T
  readonly ask: RateAsk
}

/** One subscription to a `limitRate`: takes the values of its source and lets them through one by one, as they fit. */
export class PacedValues<T> implements Observer<T> {
  readonly #subscriber: Subscriber<T>
  readonly #parts: PaceParts<T>
  #waiting: Waiting<T>[] = []
  /** Of those in `waiting`, how many have gone. */
  #gone = 0
  #timer: Timer | undefined
  /** How long the first one has to wait, when last asked. */
  #retryAfterMs: number | undefined
  #draining = false
  #sourceEnded = false

  constructor(subscriber: Subscriber<T>, parts: PaceParts<T>) {
    this.#subscriber = subscriber
    this.#parts = parts
  }

  next(value: T): void {
    try {
      this.#waiting.push({ value, ask: this.#parts.askOf(value) })
    } catch (error) {
      return this.error(error)
    }
    this.#drain()
    if (this.#size <= this.#bound) return
    // The first one may fit by now, if its timer is late.
    this.#endWait()
    this.#drain()
    if (this.#size > this.#bound) this.error(this.#queueFull())
  }

  error(error: unknown): void {
    this.#subscriber.error(error)
  }

  complete(): void {
    this.#sourceEnded = true
    this.#drain()
  }

  /** Ends the wait and forgets what waits. */
  stop(): void {
    this.#endWait()
    this.#waiting = []
    this.#gone = 0
  }

  get #size(): number {
    return this.#waiting.length - this.#gone
  }

  /** One that comes while another is let through has to wait for that, even where none may wait. */
  get #bound(): number {
    return this.#draining ? Math.max(1, this.#parts.queue) : this.#parts.queue
  }

  /** Lets values through while they fit. Those that come meanwhile take their turn here, without recursion. */
  #drain(): void {
    if (this.#draining || this.#timer !== undefined) return
    this.#draining = true
    try {
      let more = true
      while (more) more = this.#letOneThrough()
    } finally {
      this.#draining = false
    }
    if (this.#sourceEnded && this.#size === 0) this.#subscriber.complete()
  }

  #letOneThrough(): boolean {
    const first = this.#waiting[this.#gone]
    if (first === undefined) return false
    const { rates, clock } = this.#parts
    const blocked = rates.takeAll(first.ask.requests, clock.monotonic())
    if (blocked === undefined) {
      this.#shift()
      this.#subscriber.next(first.value)
      return true
    }
    this.#retryAfterMs = blocked.waitMs
    if (first.ask.rejecting.includes(blocked.key)) this.error(this.#rateLimited(blocked))
    else this.#wait(blocked.waitMs)
    return false
  }

  #shift(): void {
    this.#gone += 1
    if (this.#gone < 32 || this.#gone * 2 < this.#waiting.length) return
    this.#waiting = this.#waiting.slice(this.#gone)
    this.#gone = 0
  }

  #wait(ms: number): void {
    this.#timer = this.#parts.clock.setTimer(ms, () => {
      this.#timer = undefined
      this.#drain()
    })
  }

  #endWait(): void {
    this.#timer?.cancel()
    this.#timer = undefined
  }

  #rateLimited({ key, waitMs }: Blocked): ToolError {
    const { name } = this.#parts
    return rateLimitedError({ tool: name, callId: '', attempts: 0, key, retryAfterMs: waitMs })
  }

  #queueFull(): ToolError {
    const { name, queue } = this.#parts
    const message = `More than ${queue} values wait in ${name}; slow the source down, or give it a longer queue.`
    const retryAfterMs = this.#retryAfterMs
    return new ToolError({ code: 'QUEUE_FULL', message, tool: name, callId: '', retryable: true, retryAfterMs })
  }
}
