import type { CallEvent, CancelReason, PendingCall } from '@headrace/core'
import { type Observable, ReplaySubject } from 'rxjs'
import type { SdkContext, ToolRunner } from '../run/tool-runner.ts'
import type { MessageRun, UnclaimedCall } from './message-run.ts'

/** Where a call stands that may start early. */
export interface EarlyCallPlace {
  readonly input: unknown
  readonly toolCallId: string
  readonly run: MessageRun
  /** The calls of its step that nobody has asked for yet. */
  readonly step: Set<EarlyCall>
}

/** A call that was started before the SDK asked for it. */
export interface ClaimedCall {
  readonly pending: PendingCall<unknown>
  /** Its events from the start on, where it streams. */
  readonly events$: Observable<CallEvent> | undefined
}

/** A call that may start, or has started, before the SDK asks for it. */
export class EarlyCall implements UnclaimedCall {
  readonly place: EarlyCallPlace
  context: SdkContext | undefined
  isAllowed = false
  #started: ClaimedCall | undefined
  readonly #stop = new AbortController()

  constructor(place: EarlyCallPlace) {
    this.place = place
    place.step.add(this)
  }

  /** Starts it with what the SDK has told of it. */
  start(runner: ToolRunner): void {
    if (this.context === undefined || this.#started) return
    const { abortSignal } = this.context
    const signal = abortSignal ? AbortSignal.any([abortSignal, this.#stop.signal]) : this.#stop.signal
    const { pending, streams } = runner.start(this.place.input, this.context, signal)
    const events$ = runner.isGenerator || streams ? new ReplaySubject<CallEvent>() : undefined
    if (events$) pending.events$.subscribe(events$)
    this.#started = { pending, events$ }
    this.place.run.add(this)
    void pending.result().then(() => this.place.run.delete(this)) // there is nothing left to cancel
  }

  /** Gives the call to the SDK, where it has started; it ends with the signal that the SDK gives for it now, too. */
  claim(signal: AbortSignal | undefined): ClaimedCall | undefined {
    this.#leave()
    this.place.run.delete(this)
    if (this.#started && signal && signal !== this.context?.abortSignal) this.#follow(signal, this.#started.pending)
    return this.#started
  }

  /** Cancels what has started: nobody will ask for it. */
  drop(reason: CancelReason): void {
    this.#leave()
    this.#stop.abort(reason)
  }

  #leave(): void {
    this.place.step.delete(this)
  }

  #follow(signal: AbortSignal, pending: PendingCall<unknown>): void {
    const stop = (): void => this.#stop.abort(signal.reason)
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
    void pending.result().then(() => signal.removeEventListener('abort', stop))
  }
}
