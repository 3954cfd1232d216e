import type { CallResult, Scope, ToolCall } from '@headrace/core'
import { type ObservableInput, Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { openQueue, type Queue } from '../admission/queue.ts'

interface Source {
  pulled: number
  isReturned: boolean
}
const callOf = (n: number): ToolCall => ({ callId: `${n}`, tool: 'work', arguments: { q: `${n}` } })

function* numbers(source: Source, count = 40): Generator<ToolCall> {
  try {
    for (let n = 0; n < count; n += 1) {
      source.pulled += 1
      yield callOf(n)
    }
  } finally {
    source.isReturned = true
  }
}

async function* asyncNumbers(source: Source, count = 40): AsyncGenerator<ToolCall> {
  yield* numbers(source, count)
}

function stream(source: Source, count = 40): ReadableStream<ToolCall> {
  const iterator = numbers(source, count)
  return new ReadableStream(
    {
      pull(controller) {
        const next = iterator.next()
        if (next.done) controller.close()
        else controller.enqueue(next.value)
      },
      cancel: () => void iterator.return(undefined),
    },
    { highWaterMark: 0 },
  )
}

/** An array that tells how far it was read. */
const array = (source: Source, count = 40): ToolCall[] =>
  new Proxy(
    Array.from({ length: count }, (_, n) => callOf(n)),
    {
      get(target, key, receiver) {
        if (typeof key === 'string' && /^\d+$/.test(key)) source.pulled = Math.max(source.pulled, Number(key) + 1)
        return Reflect.get(target, key, receiver)
      },
    },
  )

/** Subscribes, and keeps what came. */
function watch({ runtime }: Queue, calls: ObservableInput<ToolCall>, concurrency?: number) {
  const seen: { results: CallResult[]; error?: unknown; isComplete: boolean } = { results: [], isComplete: false }
  const subscription = runtime.dispatchMany$(calls, concurrency === undefined ? {} : { concurrency }).subscribe({
    next: (result) => seen.results.push(result),
    error: (error) => {
      seen.error = error
    },
    complete: () => {
      seen.isComplete = true
    },
  })
  return Object.assign(seen, { subscription })
}

const kinds = { array, iterable: numbers, 'async iterable': asyncNumbers, ReadableStream: stream }

describe.each(Object.entries(kinds))('dispatchMany$ over an %s', (_, make) => {
  it('pulls only when a call can start, at most one ahead', async () => {
    const source: Source = { pulled: 0, isReturned: false }
    const queue = openQueue({ max: 3 })
    const seen = watch(queue, make(source), 3)
    await queue.clock.advance(5)
    expect([queue.order.length, source.pulled <= 4]).toEqual([3, true])
    for (let round = 1; round < 10; round += 1) {
      await queue.clock.advance(10)
      expect(source.pulled - seen.results.length).toBeLessThanOrEqual(4)
    }
    await queue.clock.advance(1_000)
    expect([seen.results.length, seen.isComplete, queue.order]).toEqual([
      40,
      true,
      Array.from({ length: 40 }, (_value, n) => `${n}`),
    ])
  })

  it('pulls at most sixteen unsettled calls by default, however many the tool may run', async () => {
    const source: Source = { pulled: 0, isReturned: false }
    const queue = openQueue({ max: 100 })
    const seen = watch(queue, make(source))
    await queue.clock.advance(5)
    expect([queue.order.length, source.pulled <= 17]).toEqual([16, true])
    await queue.clock.advance(100)
    expect(seen.isComplete).toBe(true)
  })

  it('never overflows a queue', async () => {
    const source: Source = { pulled: 0, isReturned: false }
    const queue = openQueue({ max: 1, queue: 1 })
    const seen = watch(queue, make(source), 10)
    await queue.clock.advance(1_000)
    expect([seen.isComplete, seen.results.filter((result) => result.status === 'ok').length]).toEqual([true, 40])
  })

  it('cancels what runs and pulls no more when the subscriber leaves', async () => {
    const source: Source = { pulled: 0, isReturned: false }
    const queue = openQueue({ max: 2 })
    const { subscription } = watch(queue, make(source), 2)
    await queue.clock.advance(15)
    subscription.unsubscribe()
    const pulled = source.pulled
    await queue.clock.advance(1_000)
    expect([queue.order.length, source.pulled]).toEqual([4, pulled])
    expect(source.isReturned || make === array).toBe(true)
    const settled = queue.events.flatMap((event) => (event.type === 'call-settle' ? [event.result.status] : []))
    expect(settled).toEqual(['ok', 'ok', 'cancelled', 'cancelled'])
  })

  it('completes at once when there is nothing', async () => {
    const queue = openQueue({ max: 2 })
    const seen = watch(queue, make({ pulled: 0, isReturned: false }, 0))
    await queue.clock.advance(1)
    expect(seen.isComplete).toBe(true)
  })
})

describe('dispatchMany$', () => {
  it('gives results in the order of completion, and failures among them as values', async () => {
    const queue = openQueue({ max: 10 })
    const calls = [30, 10, 20].map((n) => ({ callId: `${n}`, tool: 'work', arguments: { q: 'x', n } }))
    const seen = watch(queue, [...calls, { callId: 'bad', tool: 'nowhere', arguments: {} }])
    await queue.clock.advance(40)
    expect(seen.results.map((result) => result.callId)).toEqual(['bad', '10', '20', '30'])
    expect([seen.isComplete, seen.error]).toEqual([true, undefined])
  })

  it('buffers what an observable pushes, and loses nothing', async () => {
    const queue = openQueue({ max: 2, queue: 1 })
    const source = new Subject<ToolCall>()
    const seen = watch(queue, source, 2)
    for (let n = 0; n < 100; n += 1) source.next(callOf(n))
    source.complete()
    await queue.clock.advance(1_000)
    expect([seen.isComplete, seen.results.filter((result) => result.status === 'ok').length]).toEqual([true, 100])
  })

  it('takes a promise of a call', async () => {
    const queue = openQueue({ max: 2 })
    const seen = watch(queue, Promise.resolve(callOf(1)))
    await queue.clock.advance(20)
    expect([seen.isComplete, seen.results.length]).toEqual([true, 1])
  })

  it('cancels its running calls, then errors, when the source errors', async () => {
    const queue = openQueue({ max: 5 })
    const source = new Subject<ToolCall>()
    const seen = watch(queue, source)
    source.next(callOf(1))
    source.next(callOf(2))
    await queue.clock.advance(5)
    const broken = new Error('source')
    source.error(broken)
    await queue.clock.advance(0)
    expect([seen.error, queue.events.filter((event) => event.type === 'call-settle').length]).toEqual([broken, 2])
    await queue.clock.advance(100)
    expect(queue.events.filter((event) => event.type === 'call-settle')).toMatchObject(
      new Array(2).fill({ result: { status: 'cancelled' } }),
    )
  })

  it('cancels a stream whose next call has not come yet when the subscriber leaves', async () => {
    let cancelled = 0
    const source = new ReadableStream<ToolCall>({
      cancel: () => {
        cancelled += 1
      },
    })
    const queue = openQueue({ max: 1 })
    const { subscription } = watch(queue, source)
    await queue.clock.advance(1)
    subscription.unsubscribe()
    await queue.clock.advance(1)
    expect(cancelled).toBe(1)
  })

  it('errors when an iterable throws on the way', async () => {
    const broken = new Error('iterable')
    function* throwing() {
      yield callOf(1)
      throw broken
    }
    const queue = openQueue({ max: 1 })
    const seen = watch(queue, throwing(), 1)
    await queue.clock.advance(100)
    expect(seen.error).toBe(broken)
  })

  it('is cold: nothing is pulled before the subscription', async () => {
    const source: Source = { pulled: 0, isReturned: false }
    const queue = openQueue({ max: 1 })
    queue.runtime.dispatchMany$(numbers(source))
    await queue.clock.advance(10)
    expect(source.pulled).toBe(0)
  })

  it('refuses a concurrency that is none', () => {
    const queue = openQueue({ max: 1 })
    for (const concurrency of [0, -1, Number.NaN, 1.5]) {
      expect(() => queue.runtime.dispatchMany$([], { concurrency })).toThrow(/concurrency/)
    }
  })

  it.each([
    ['is closed', 'iterable', (scope: Scope) => scope.close(), 'RUNTIME_CLOSED'],
    ['is closed', 'async iterable', (scope: Scope) => scope.close(), 'RUNTIME_CLOSED'],
    ['was cancelled', 'iterable', undefined, 'cancelled'],
    ['was cancelled', 'async iterable', undefined, 'cancelled'],
  ] as const)('ends when its scope %s, with one more call, though the %s never would', async (_, kind, close, last) => {
    const queue = openQueue({ max: 10 })
    const source = { pulled: 0, isReturned: false }
    const controller = new AbortController()
    const scope = queue.runtime.scope({ signal: controller.signal })
    const seen: (string | undefined)[] = []
    // far beyond what may be pulled, and no test that hangs
    const calls = scope.dispatchMany$(kinds[kind](source, 10_000), { concurrency: 3 })
    calls.subscribe({
      next: (result) => seen.push(result.status === 'error' ? result.error.code : result.status),
      complete: () => seen.push('complete'),
    })
    await queue.clock.advance(1)
    if (close === undefined) controller.abort()
    else void close(scope).catch(() => undefined)
    await queue.clock.advance(10_000)
    expect(new Set(seen)).toEqual(new Set(['cancelled', last, 'complete']))
    expect([seen.at(-1), source.isReturned, source.pulled]).toEqual(['complete', true, 4])
  })

  it('gives each call of an array a result, though its scope is closed meanwhile', async () => {
    const queue = openQueue({ max: 10 })
    const scope = queue.runtime.scope()
    const seen: (string | undefined)[] = []
    const calls = Array.from({ length: 40 }, () => ({ tool: 'work', arguments: {} }))
    scope.dispatchMany$(calls, { concurrency: 3 }).subscribe({
      next: (result) => seen.push(result.status === 'error' ? result.error.code : result.status),
      complete: () => seen.push('complete'),
    })
    await queue.clock.advance(1)
    void scope.close()
    await queue.clock.advance(10_000)
    expect(seen.at(-1)).toBe('complete')
    expect(seen.filter((end) => end === 'cancelled')).toHaveLength(3)
    expect(seen.filter((end) => end === 'RUNTIME_CLOSED')).toHaveLength(37)
  })

  it('errors when an async iterable gives what is no result', async () => {
    const queue = openQueue({ max: 1 })
    const broken = { [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve(undefined as never) }) }
    const seen = watch(queue, broken)
    await queue.clock.advance(1)
    expect(seen).toMatchObject({ results: [], error: expect.any(TypeError), isComplete: false })
  })
})
