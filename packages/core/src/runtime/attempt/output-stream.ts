import type { OutputStream } from '../../dispatch/as-stream.ts'

/** Whom a running stream tells what comes. */
export interface StreamSink {
  onValue(value: unknown): void
  /** The stream is over; `result` is a generator's return value where it has one, else the last value. */
  onEnd(result: unknown): void
  onError(error: unknown): void
  /** A stream that was stopped has really ended; `late` is how, where it ended by itself. */
  onStopped(late: { readonly outcome: 'ok' | 'error'; readonly value: unknown } | undefined): void
}

/** Reads a stream to its end; gives the function that stops it, after which only `onStopped` is called. */
export function readStream(stream: OutputStream, sink: StreamSink): () => void {
  return stream.kind === 'observable' ? readObservable(stream, sink) : readIterable(stream, sink)
}

function readObservable({ source }: Extract<OutputStream, { kind: 'observable' }>, sink: StreamSink): () => void {
  let last: unknown
  let stopped = false
  let tellEnd: (() => void) | undefined
  const subscription = source.subscribe({
    next(value) {
      if (stopped || tellEnd !== undefined) return
      last = value
      sink.onValue(value)
    },
    error(error: unknown) {
      tellEnd = () => sink.onError(error)
    },
    complete() {
      tellEnd = () => sink.onEnd(last)
    },
  })
  // runs after the source's own teardown: the work has ended only then
  subscription.add(() => {
    if (!stopped) tellEnd?.()
  })
  return () => {
    stopped = true
    let late: Parameters<StreamSink['onStopped']>[0]
    try {
      subscription.unsubscribe()
    } catch (error) {
      // a teardown of the tool's: too late for the call, but not lost
      late = { outcome: 'error', value: error }
    }
    queueMicrotask(() => sink.onStopped(late))
  }
}

function readIterable({ source }: Extract<OutputStream, { kind: 'async-iterable' }>, sink: StreamSink): () => void {
  const iterator = source[Symbol.asyncIterator]()
  let last: unknown
  let stopped = false
  let late: Parameters<StreamSink['onStopped']>[0]
  let pending: Promise<void> = Promise.resolve()

  const take = (result: IteratorResult<unknown, unknown>): void => {
    if (typeof result !== 'object' || result === null) return fail(new TypeError('The iterator gave no result object.'))
    if (stopped) {
      if (result.done) late = { outcome: 'ok', value: result.value }
    } else if (result.done) {
      sink.onEnd(result.value === undefined ? last : result.value)
    } else {
      last = result.value
      sink.onValue(result.value)
      if (!stopped) step()
    }
  }
  const fail = (error: unknown): void => {
    if (stopped) late = { outcome: 'error', value: error }
    else sink.onError(error)
  }
  const step = (): void => {
    try {
      pending = Promise.resolve(iterator.next()).then(take, fail)
    } catch (error) {
      fail(error)
    }
  }
  step()
  return () => {
    stopped = true
    void Promise.all([pending, endIterator(iterator)]).then(() => sink.onStopped(late))
  }
}

/** Calls `return()`, which a generator answers only after its pending `next()`. Never rejects. */
async function endIterator(iterator: AsyncIterator<unknown>): Promise<void> {
  try {
    await iterator.return?.()
  } catch {
    // the stream was given up: how its clean-up failed changes no result
  }
}
