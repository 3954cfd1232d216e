import { Observable, type Subscriber } from 'rxjs'

/** What can be read value by value: an SDK's stream, or the body of a response. */
export type ValueSource<T> = AsyncIterable<T> | ReadableStream<T>

/**
 * Reads a source once it is subscribed to, one value at a time; errors when the source does. Unsubscribing ends the source
 * without waiting for it.
 */
export function valuesOf<T>(source: ValueSource<T>): Observable<T> {
  return new Observable<T>((subscriber) => {
    const cursor = openCursor(source)
    void pump(cursor, subscriber)
    return () => cursor.stop()
  })
}

/** A source that is being read. */
interface Cursor<T> {
  next(): Promise<{ readonly done?: boolean | undefined; readonly value?: T | undefined }>
  stop(): void
}

/** A stream's own reader can be cancelled while a read is pending; an iterator's `return` waits for it. */
function openCursor<T>(source: ValueSource<T>): Cursor<T> {
  if ('getReader' in source) {
    const reader = source.getReader()
    return { next: () => reader.read(), stop: () => void reader.cancel().catch(ignore) }
  }
  const iterator = source[Symbol.asyncIterator]()
  return { next: () => iterator.next(), stop: () => void Promise.resolve(iterator.return?.()).catch(ignore) }
}

async function pump<T>(cursor: Cursor<T>, subscriber: Subscriber<T>): Promise<void> {
  try {
    while (!subscriber.closed) {
      const { done, value } = await cursor.next()
      if (done) break
      subscriber.next(value as T)
    }
    subscriber.complete()
  } catch (error) {
    subscriber.error(error)
  }
}

/** Nobody waits for a source that is no longer read. */
function ignore(): void {}
