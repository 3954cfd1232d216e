import { Observable, type ObservableInput, type Subscriber } from 'rxjs'
import type { CallResult } from '../call/call-result.ts'
import type { ToolCall } from '../call/tool-call.ts'
import { CancelReason } from '../errors/cancel-reason.ts'
import { checkKeys, checkNumber } from '../options/check-option.ts'
import { Turn } from '../policies/concurrency/turn.ts'
import { type CallSource, sourceOf } from './call-source.ts'
import type { CallPlace } from './engine/call-request.ts'
import type { Launcher } from './engine/engine.ts'
import { requestFromModel } from './engine/make-request.ts'
import type { RunningCall } from './engine/running-call.ts'

/** Options of `dispatchMany$`. */
export interface DispatchManyOptions {
  /** Calls that are unsettled at once; 16 by default. */
  readonly concurrency?: number
}

/**
 * Runs a stream of calls with backpressure: a source that can be pulled is asked for the next call only when one can
 * start. Gives results in the order of completion; unsubscribing cancels what runs and ends the source.
 */
export function dispatchMany$(
  launcher: Launcher,
  calls: ObservableInput<ToolCall>,
  options: DispatchManyOptions,
  place: CallPlace,
): Observable<CallResult> {
  const { concurrency = 16 } = options
  checkKeys('dispatchMany$', options, ['concurrency'])
  checkNumber('dispatchMany$', 'concurrency', concurrency, { min: 1, integer: true, infinite: true })
  return new Observable<CallResult>((subscriber) => {
    const many = new Many(launcher, { subscriber, concurrency, place, isWhole: Array.isArray(calls) })
    many.run(sourceOf(calls, many))
    return () => many.stop()
  })
}

/** One subscription: starts calls while there is room, in a flat loop however many end at once. */
class Many {
  readonly #launcher: Launcher
  readonly #subscriber: Subscriber<CallResult>
  readonly #concurrency: number
  readonly #place: CallPlace
  /** All calls are there from the beginning: each has a result. */
  readonly #isWhole: boolean
  readonly #running = new Set<RunningCall>()
  #source: CallSource | undefined
  #looping = false
  #sourceEnded = false
  #error: { readonly error: unknown } | undefined

  constructor(
    launcher: Launcher,
    init: {
      readonly subscriber: Subscriber<CallResult>
      readonly concurrency: number
      readonly place: CallPlace
      readonly isWhole: boolean
    },
  ) {
    this.#launcher = launcher
    this.#subscriber = init.subscriber
    this.#concurrency = init.concurrency
    this.#isWhole = init.isWhole
    // its calls wait for themselves: no queue's bound counts them
    this.#place = { ...init.place, turn: new Turn(0) }
  }

  run(source: CallSource): void {
    this.#source = source
    this.advance()
  }

  /** The source has something new to give, or room was made. */
  advance(): void {
    if (this.#looping || this.#source === undefined) return
    const { scope } = this.#place
    this.#looping = true
    while (!this.#subscriber.closed && !this.#sourceEnded && this.#running.size < this.#concurrency) {
      const next = this.#source.pull()
      if (this.#error !== undefined) break
      if (next === 'wait') break
      if (next !== 'end') this.#start(next.call)
      // the refusal of one tells that none can start any more: a source without an end would go on for ever
      if (next !== 'end' && (this.#isWhole || (!scope.isClosing && scope.cancelled === undefined))) continue
      this.#sourceEnded = true
      this.#source.stop()
    }
    this.#looping = false
    if (this.#sourceEnded && this.#error === undefined && this.#running.size === 0) this.#subscriber.complete()
  }

  /** The source has failed: what runs is cancelled, then the stream fails. */
  fail(error: unknown): void {
    if (this.#error !== undefined) return
    this.#error = { error }
    this.#sourceEnded = true
    for (const call of [...this.#running]) call.cancel(new CancelReason('cancelled', 'The source of the calls failed.'))
    this.#subscriber.error(error)
  }

  stop(): void {
    this.#source?.stop()
    for (const call of [...this.#running]) call.cancel(new CancelReason('unsubscribed'))
  }

  #start(toolCall: ToolCall): void {
    const call = this.#launcher.prepare(requestFromModel(toolCall, undefined, this.#place))
    this.#running.add(call)
    call.whenSettled(() => {
      this.#running.delete(call)
      if (this.#error === undefined && call.settled !== undefined) this.#subscriber.next(call.settled)
      this.advance()
    })
    call.start()
  }
}
