import { from, type ObservableInput, type Subscription } from 'rxjs'
import type { ToolCall } from '../call/tool-call.ts'

/** What a source answers when it is asked for a call: the call, its end, or that it will say so when it has one. */
export type Pulled = { readonly call: ToolCall } | 'wait' | 'end'

/** Where calls come from. */
export interface CallSource {
  pull(): Pulled
  stop(): void
}

/** Whom a source tells that it has news. */
export interface SourceListener {
  advance(): void
  fail(error: unknown): void
}

/** Arrays, iterables, async iterables and ReadableStreams are pulled; observables and promises push into a buffer. */
export function sourceOf(calls: ObservableInput<ToolCall>, listener: SourceListener): CallSource {
  if (hasMethod(calls, 'getReader')) return asyncSource(readStream(calls as ReadableStream<ToolCall>), listener)
  if (hasMethod(calls, Symbol.asyncIterator)) {
    return asyncSource((calls as AsyncIterable<ToolCall>)[Symbol.asyncIterator](), listener)
  }
  if (typeof calls !== 'string' && hasMethod(calls, Symbol.iterator)) {
    return syncSource(calls as Iterable<ToolCall>, listener)
  }
  return pushSource(calls, listener)
}

function hasMethod(value: unknown, key: PropertyKey): boolean {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, key) === 'function'
}

function syncSource(calls: Iterable<ToolCall>, listener: SourceListener): CallSource {
  const iterator = calls[Symbol.iterator]()
  let ended = false
  return {
    pull() {
      try {
        const result = iterator.next()
        if (!result.done) return { call: result.value }
        ended = true
        return 'end'
      } catch (error) {
        ended = true
        listener.fail(error)
        return 'end'
      }
    },
    stop() {
      if (!ended) iterator.return?.()
      ended = true
    },
  }
}

function asyncSource(iterator: AsyncIterator<ToolCall>, listener: SourceListener): CallSource {
  let state: 'idle' | 'asked' | 'ended' = 'idle'
  let ready: Pulled | undefined
  const fail = (error: unknown): void => {
    state = 'ended'
    listener.fail(error)
  }
  const ask = (): void => {
    state = 'asked'
    Promise.resolve(iterator.next())
      .then((result) => {
        if (state === 'ended') return
        ready = result.done ? 'end' : { call: result.value }
        state = result.done ? 'ended' : 'idle'
        listener.advance()
      })
      .catch(fail)
  }
  return {
    pull() {
      const given = ready
      ready = undefined
      if (given !== undefined) return given
      if (state === 'idle') {
        try {
          ask()
        } catch (error) {
          fail(error)
        }
      }
      return 'wait'
    },
    stop() {
      if (state === 'ended') return
      state = 'ended'
      Promise.resolve(iterator.return?.()).catch(() => undefined)
    },
  }
}

/** The stream's own iterator would wait for a pending read before it lets the stream be cancelled. */
function readStream(stream: ReadableStream<ToolCall>): AsyncIterator<ToolCall> {
  const reader = stream.getReader()
  return {
    next: async () => {
      const { done, value } = await reader.read()
      return done ? { done, value: undefined } : { done, value }
    },
    return: async () => {
      await reader.cancel()
      return { done: true, value: undefined }
    },
  }
}

function pushSource(calls: ObservableInput<ToolCall>, listener: SourceListener): CallSource {
  let buffer: ToolCall[] = []
  let read = 0
  let ended = false
  let subscription: Subscription | undefined
  return {
    pull() {
      subscription ??= from(calls).subscribe({
        next(call) {
          buffer.push(call)
          listener.advance()
        },
        error: (error: unknown) => listener.fail(error),
        complete() {
          ended = true
          listener.advance()
        },
      })
      const call = buffer[read]
      if (read >= buffer.length) return ended ? 'end' : 'wait'
      read += 1
      if (read > 1024 && read * 2 > buffer.length) {
        buffer = buffer.slice(read)
        read = 0
      }
      return { call: call as ToolCall }
    },
    stop: () => subscription?.unsubscribe(),
  }
}
