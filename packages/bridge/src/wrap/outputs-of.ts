import type { CallEvent } from '@headrace/core'
import type { Observable } from 'rxjs'

/**
 * What a call streams, as an async iterable: iterating runs it, and leaving the loop cancels it. Its result is the last
 * value. Throws the ToolError of a call that fails, and the reason of one that is cancelled.
 */
export async function* outputsOf(call$: Observable<CallEvent>): AsyncGenerator<unknown, void, undefined> {
  const events: CallEvent[] = []
  let wake: (() => void) | undefined
  const reading = call$.subscribe((event) => {
    if (event.type !== 'output' && event.type !== 'call-settle') return
    events.push(event)
    wake?.()
  })
  try {
    let last: { readonly value: unknown } | undefined
    for (;;) {
      const event = events.shift()
      if (event === undefined) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      } else if (event.type === 'output') {
        last = { value: event.value }
        yield event.value
      } else if (event.type === 'call-settle') {
        const { result } = event
        if (result.status === 'error') throw result.error
        if (result.status === 'cancelled') throw result.reason
        if (result.status === 'ok' && !(last && Object.is(last.value, result.output))) yield result.output
        return
      }
    }
  } finally {
    reading.unsubscribe()
  }
}
