import type { CallEvent, CancelReason, PendingCall } from '@headrace/core'
import { type Observable, ReplaySubject } from 'rxjs'
import type { SdkContext, ToolRunner } from '../run/tool-runner.ts'
import type { MessageInFlight, UnclaimedCall } from './message-in-flight.ts'

/** A call that was started before the SDK asked for it. */
export interface ClaimedCall {
  readonly pending: PendingCall<unknown>
  /** Its events from the start on, where it streams. */
  readonly events$: Observable<CallEvent> | undefined
}

/** A call that may start, or has started, before the SDK asks for it. */
export class EarlyCall implements UnclaimedCall {
  readonly input: unknown
  readonly message: MessageInFlight
  context: SdkContext | undefined = undefined
  isAllowed = false
  #started: ClaimedCall | undefined = undefined

  constructor(input: unknown, message: MessageInFlight) {
    this.input = input
    this.message = message
  }

  /** Starts it with what the SDK has told of it. */
  start(runner: ToolRunner): void {
    if (this.context === undefined || this.#started || !this.message.isOpen) return
    const { pending, streams } = runner.start(this.input, this.context)
    const events$ = runner.isGenerator || streams ? new ReplaySubject<CallEvent>() : undefined
    if (events$) pending.events$.subscribe(events$)
    this.#started = { pending, events$ }
    this.message.add(this)
  }

  /**
   * Gives the call to the SDK, where it has started; it ends with the signal that the SDK gives for it now, too. Nothing
   * of it is kept here: what is known of a message outlives many collections.
   */
  claim(signal: AbortSignal | undefined): ClaimedCall | undefined {
    const { context } = this
    const started = this.#started
    this.message.delete(this)
    this.#started = this.context = undefined
    if (started && signal && signal !== context?.abortSignal) follow(started.pending, signal)
    return started
  }

  /** Cancels what has started: nobody will ask for it. */
  drop(reason: CancelReason): void {
    void this.#started?.pending.cancel(reason)
    this.#started = undefined
  }
}

function follow(pending: PendingCall<unknown>, signal: AbortSignal): void {
  const stop = (): void => void pending.cancel(signal.reason)
  if (signal.aborted) {
    stop()
    return
  }
  signal.addEventListener('abort', stop, { once: true })
  void pending.result().then(() => signal.removeEventListener('abort', stop))
}
