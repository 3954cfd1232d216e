import { readTurn, type TurnEvent, type ValueSource, valuesOf } from '@headrace/bridge'
import type { Runtime } from '@headrace/core'
import { map, type Observable, tap } from 'rxjs'
import { namesOf } from '../tools/names-of.ts'
import { createAnthropicReader } from './anthropic-reader.ts'
import { failAtError } from './anthropic-stream-error.ts'
import { helperStreamEvents, isHelperStream } from './message-stream.ts'

/** The events of a stream of the SDK, whichever it is. */
export function eventsOf<Event>(stream: ValueSource<Event>): Observable<Event> {
  if (typeof stream !== 'object' || !(Symbol.asyncIterator in stream || 'getReader' in stream)) {
    throw new TypeError(
      'the stream must be what messages.create({ stream: true }) resolves to, what messages.stream() returns, ' +
        `or another AsyncIterable of events, got ${typeof stream}`,
    )
  }
  if (isHelperStream(stream)) return helperStreamEvents(stream)
  const events$ = valuesOf(stream)
  if (!('controller' in stream && stream.controller instanceof AbortController)) return events$
  const { controller } = stream // the iterator alone would end the request only after its next event
  return events$.pipe(tap({ unsubscribe: () => controller.abort() }))
}

/** The calls of a model's turn by its events; with a runtime, by the names of the runtime's tools. */
export function readAnthropicTurn(events$: Observable<unknown>, runtime: Runtime | undefined): Observable<TurnEvent> {
  const turn$ = readTurn(failAtError(events$), createAnthropicReader)
  return runtime ? turn$.pipe(map((event) => withToolName(event, runtime))) : turn$
}

function withToolName(event: TurnEvent, { registry }: Runtime): TurnEvent {
  if (event.type === 'finish') return event
  return { ...event, call: { ...event.call, tool: namesOf(registry).fromProvider(event.call.tool) } }
}
