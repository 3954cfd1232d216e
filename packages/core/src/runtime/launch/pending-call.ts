// oxlint-disable unicorn/no-thenable -- a PendingCall is a promise by contract
import { Observable } from 'rxjs'
import type { CallEvent } from '../../call/call-event.ts'
import type { CallResult } from '../../call/call-result.ts'
import { CancelReason } from '../../errors/cancel-reason.ts'
import type { PendingCall } from '../../tool/pending-call.ts'
import type { RunningCall } from '../engine/running-call.ts'

/**
 * A call as its caller holds it. A thenable rather than a subclass of Promise: promises are made only when asked for,
 * so a call that nobody awaits costs none and can leave no rejection unhandled.
 */
export class PendingCallHandle<O> implements PendingCall<O> {
  readonly #call: RunningCall

  constructor(call: RunningCall) {
    this.#call = call
  }

  get [Symbol.toStringTag](): string {
    return 'PendingCall'
  }

  get callId(): string {
    return this.#call.callId
  }

  get status(): 'queued' | 'running' | 'settled' {
    return this.#call.status
  }

  get events$(): Observable<CallEvent<O>> {
    return new Observable<CallEvent<O>>((subscriber) => this.#call.observe(subscriber))
  }

  result(): Promise<CallResult<O>> {
    return new Promise((resolve) => {
      this.#call.whenSettled(() => resolve(this.#call.settled as CallResult<O>))
    })
  }

  cancel(reason: unknown = new CancelReason('cancelled')): Promise<void> {
    this.#call.cancel(reason)
    return new Promise((resolve) => this.#call.whenFinished(resolve))
  }

  // biome-ignore lint/suspicious/noThenProperty: a PendingCall is a promise by contract
  then<A = O, B = never>(
    onOutput?: ((output: O) => A | PromiseLike<A>) | null,
    onFailure?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return (this.#call.promise() as Promise<O>).then(onOutput, onFailure)
  }

  catch<B = never>(onFailure?: ((reason: unknown) => B | PromiseLike<B>) | null): Promise<O | B> {
    return this.then(undefined, onFailure)
  }

  finally(onEnd?: (() => void) | null): Promise<O> {
    return this.then().finally(onEnd)
  }
}
