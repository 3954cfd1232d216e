import { outputsOf } from '@headrace/bridge'
import {
  type CallEvent,
  type CallPending,
  type CallResult,
  CancelReason,
  type PendingCall,
  toModel,
} from '@headrace/core'
import { Observable, tap } from 'rxjs'
import { ToolReplyError } from '../tool-reply-error.ts'

/** What delivering a call needs to know of it. */
export interface DeliverOptions {
  /** The SDK's own: a call that it cancels throws its reason. */
  readonly signal: AbortSignal | undefined
  readonly onPending?: ((result: CallPending) => void) | undefined
}

/** The output of a call as the SDK expects it: a value, or an error to throw. */
export async function outputFrom(pending: PendingCall<unknown>, options: DeliverOptions): Promise<unknown> {
  return outputOf(await pending.result(), options)
}

/** What a call streams, as the SDK expects it. Its last value is the result; leaving the loop cancels the call. */
export async function* outputsFrom(
  call$: Observable<CallEvent>,
  options: DeliverOptions,
): AsyncGenerator<unknown, void, undefined> {
  let result: CallResult | undefined
  const watched$ = call$.pipe(
    tap((event) => {
      if (event.type === 'call-settle') result = event.result
    }),
  )
  try {
    yield* outputsOf(watched$)
  } catch (error) {
    if (result === undefined) throw error
    outputOf(result, options)
  }
  if (result?.status === 'pending') yield outputOf(result, options)
}

/** The events of a call that runs; unsubscribing cancels it. */
export function eventsFrom(pending: PendingCall<unknown>, events$: Observable<CallEvent>): Observable<CallEvent> {
  return new Observable((subscriber) => {
    subscriber.add(events$.subscribe(subscriber))
    subscriber.add(() => {
      if (pending.status !== 'settled') void pending.cancel(new CancelReason('unsubscribed'))
    })
  })
}

function outputOf(result: CallResult, { signal, onPending }: DeliverOptions): unknown {
  switch (result.status) {
    case 'ok':
      return result.output
    case 'pending':
      onPending?.(result)
      return toModel(result)
    case 'error':
      throw new ToolReplyError(result)
    case 'cancelled':
      throw signal?.aborted ? signal.reason : new ToolReplyError(result)
  }
}
