import { readTurn, type TurnEvent } from '@headrace/bridge'
import type { Runtime } from '@headrace/core'
import { map, type Observable } from 'rxjs'
import { createOpenAiReader, type OpenAiFormat } from './openai-reader.ts'
import { restoreCall } from './restore-call.ts'
import { untilFailure } from './stream-failure.ts'

/** How a stream is read. */
export interface OpenAiTurnOptions {
  readonly format?: OpenAiFormat | undefined
  readonly runtime?: Runtime | undefined
}

/** What the events of a stream say of its calls, with the names and arguments of a runtime's tools. */
export function openAiTurn(
  events$: Observable<unknown>,
  { format, runtime }: OpenAiTurnOptions,
): Observable<TurnEvent> {
  if (format !== undefined && format !== 'chat' && format !== 'responses') {
    throw new TypeError(`format must be 'chat' or 'responses', got ${String(format)}`)
  }
  const turn$ = readTurn(untilFailure(events$), () => createOpenAiReader(format))
  if (runtime === undefined) return turn$
  return turn$.pipe(
    map((event) => (event.type === 'finish' ? event : { ...event, call: restoreCall(runtime, event.call) })),
  )
}
