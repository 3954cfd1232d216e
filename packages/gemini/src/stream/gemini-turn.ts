import type { GenerateContentResponse, LiveServerMessage } from '@google/genai'
import { readTurn, type TurnEvent, type ValueSource, valuesOf } from '@headrace/bridge'
import type { Runtime } from '@headrace/core'
import { map, type Observable, of } from 'rxjs'
import { geminiNames } from '../tools/gemini-names.ts'
import { createGeminiReader } from './gemini-reader.ts'

/** What of Gemini can be read: a stream of the SDK, messages of a live session, or a response that came whole. */
export type GeminiStream = ValueSource<GenerateContentResponse | LiveServerMessage> | GenerateContentResponse

/** The events of a stream as they come. Throws a TypeError for what is none. */
export function eventsOf(where: string, stream: GeminiStream): Observable<unknown> {
  if (typeof stream !== 'object' || stream === null || 'then' in stream) {
    throw new TypeError(`${where}: takes a stream or a response of the SDK, not ${nameOf(stream)}`)
  }
  return 'getReader' in stream || Symbol.asyncIterator in stream ? valuesOf<unknown>(stream) : of(stream)
}

function nameOf(value: unknown): string {
  return typeof value === 'object' && value !== null ? 'the promise of one; await it first' : String(value)
}

/** The turn that events say; with a runtime, calls have its tools' own names. */
export function turnOf(events$: Observable<unknown>, runtime: Runtime | undefined): Observable<TurnEvent> {
  const turn$ = readTurn(events$, createGeminiReader)
  if (runtime === undefined) return turn$
  const names = geminiNames(runtime)
  return turn$.pipe(
    map((event) =>
      event.type === 'finish'
        ? event
        : { ...event, call: { ...event.call, tool: names.fromProvider(event.call.tool) } },
    ),
  )
}
