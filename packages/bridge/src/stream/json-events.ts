import { createParser } from 'eventsource-parser'
import { Observable } from 'rxjs'
import type { ByteSource } from './byte-source.ts'
import { valuesOf } from './values-of.ts'

/** Options of {@link jsonEvents}. */
export interface JsonEventsOptions {
  /** Given for `[DONE]`, where a reader has to know of it; passed over otherwise. */
  readonly done?: unknown
}

/**
 * The JSON values of a stream of server-sent events, in order; UTF-8, lines and events may be split anywhere. Comments,
 * empty data and `[DONE]` are passed over. Errors with a SyntaxError where an event is no JSON, and where the body is JSON
 * instead, such as a provider's error; an event that the end of the stream cuts off is none.
 */
export function jsonEvents(source: ByteSource, { done }: JsonEventsOptions = {}): Observable<unknown> {
  return new Observable((subscriber) => {
    const decoder = new TextDecoder()
    let hasEnded = false
    const parser = createParser({
      onEvent({ data }) {
        if (subscriber.closed || data === '') return
        if (data === '[DONE]') {
          if (done !== undefined) subscriber.next(done)
          return
        }
        const value = parse(data)
        if (value !== undefined) subscriber.next(value.json)
        else if (!hasEnded) subscriber.error(new SyntaxError(`an event of the stream is no JSON: ${shortened(data)}`))
      },
    })
    let hasBegun = false
    const feed = (text: string): void => {
      const isJson = !hasBegun && /^\s*[[{]/u.test(text)
      hasBegun ||= /\S/u.test(text)
      if (isJson) subscriber.error(new SyntaxError(`the body is JSON and no stream of events: ${shortened(text)}`))
      else parser.feed(text)
    }
    return valuesOf(source).subscribe({
      next: (bytes) => feed(decoder.decode(bytes, { stream: true })),
      error: (error) => subscriber.error(error),
      complete() {
        hasEnded = true
        parser.feed(`${decoder.decode()}\n\n`) // some servers leave out the last empty line
        subscriber.complete()
      },
    })
  })
}

function parse(data: string): { readonly json: unknown } | undefined {
  try {
    return { json: JSON.parse(data) }
  } catch {
    return undefined
  }
}

function shortened(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text)
}
