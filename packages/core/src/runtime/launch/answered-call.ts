import type { Subscriber } from 'rxjs'
import type { CallEvent } from '../../call/call-event.ts'
import type { CacheMeta, CallResult } from '../../call/call-result.ts'
import { noMeta } from '../../jobs/stored-result.ts'
import { type CallOutcome, settledPromise, toResult } from '../call/call-outcome.ts'
import type { Engine } from '../engine/engine.ts'
import type { RunningCall } from '../engine/running-call.ts'

/** What the cache answered at once. */
export interface QuickAnswer {
  readonly tool: string
  /** The caller's own id, or a number from which one is made when somebody asks for it. */
  readonly id: string | number
  readonly output: unknown
  readonly cache: CacheMeta
}

/** A call that had ended before it could begin. */
export class AnsweredCall implements RunningCall {
  readonly status = 'settled'
  readonly #engine: Engine
  readonly #answer: QuickAnswer
  #result: CallResult | undefined

  constructor(engine: Engine, answer: QuickAnswer) {
    this.#engine = engine
    this.#answer = answer
  }

  get callId(): string {
    return this.settled.callId
  }

  get settled(): CallResult {
    this.#result ??= this.#toResult()
    return this.#result
  }

  start(): void {}

  cancel(): void {}

  promise(): Promise<unknown> {
    return settledPromise(this.#answer)
  }

  whenSettled(resume: () => void): void {
    resume()
  }

  whenFinished(resume: () => void): void {
    resume()
  }

  observe(subscriber: Subscriber<CallEvent>): void {
    const { settled: result } = this
    const { callId, tool } = result
    subscriber.next({ type: 'call-settle', callId, tool, at: this.#engine.clock.now(), result })
    subscriber.complete()
  }

  #toResult(): CallResult {
    const { id, tool, cache } = this.#answer
    const callId = typeof id === 'number' ? this.#engine.callId(id) : id
    const outcome: CallOutcome = this.#answer
    return toResult(outcome, { ...noMeta, callId, tool, cache, isDegraded: false })
  }
}
