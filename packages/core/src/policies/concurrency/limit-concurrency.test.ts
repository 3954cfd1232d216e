import {
  concat,
  finalize,
  from,
  lastValueFrom,
  NEVER,
  Observable,
  of,
  range,
  Subject,
  throwError,
  timer,
  toArray,
} from 'rxjs'
import { describe, expect, it, vi } from 'vitest'
import type { ToolError } from '../../errors/tool-error.ts'
import { type LimitConcurrencyOptions, limitConcurrency } from './limit-concurrency.ts'

/** Inner streams that the test ends one by one, in the order in which they began. */
function setUp<T>(options: LimitConcurrencyOptions<T>) {
  const started: T[] = []
  const inner: Subject<T>[] = []
  const given: T[] = []
  const source = new Subject<T>()
  let end = 'open'
  const limited = source.pipe(
    limitConcurrency((value) => {
      started.push(value)
      const subject = new Subject<T>()
      inner.push(subject)
      return subject as Observable<T>
    }, options),
  )
  const subscription = limited.subscribe({
    next: (value) => given.push(value),
    error: (error: { code?: string }) => {
      end = error.code ?? 'error'
    },
    complete: () => {
      end = 'complete'
    },
  })
  const finish = (index: number): void => inner[index]?.complete()
  return { source, started, inner, given, finish, subscription, end: () => end }
}

describe('limitConcurrency', () => {
  it('runs at most max at once and hands a free place to the one who waits', () => {
    const { source, started, finish, end } = setUp<number>({ max: 2 })
    for (const value of [1, 2, 3, 4]) source.next(value)
    expect(started).toEqual([1, 2])
    finish(0)
    expect(started).toEqual([1, 2, 3])
    source.complete()
    for (const index of [1, 2, 3]) finish(index)
    expect([started, end()]).toEqual([[1, 2, 3, 4], 'complete'])
  })

  it('starts the higher priority first, and sessions in turns', () => {
    const { source, started, finish } = setUp<string>({
      max: 1,
      priority: (value) => (value.startsWith('high') ? 1 : 0),
      session: (value) => value.at(-1),
    })
    for (const value of ['first a', 'low a', 'low 2 a', 'low b', 'high a']) source.next(value)
    for (const index of [0, 1, 2, 3]) finish(index)
    expect(started).toEqual(['first a', 'high a', 'low a', 'low b', 'low 2 a'])
  })

  it('errors with QUEUE_FULL when a value is too many, and ends what runs', () => {
    const { source, inner, end } = setUp<number>({ max: 1, queue: 1 })
    for (const value of [1, 2, 3]) source.next(value)
    expect([end(), inner[0]?.observed, source.observed]).toEqual(['QUEUE_FULL', false, false])
  })

  it('drops the one that waited longest where the policy says so', () => {
    const { source, started, finish } = setUp<number>({ max: 1, queue: 1, overflow: 'drop-oldest' })
    for (const value of [1, 2, 3]) source.next(value)
    finish(0)
    expect(started).toEqual([1, 3])
  })

  it('unsubscribing ends what runs and starts nothing more', () => {
    const { source, started, inner, subscription } = setUp<number>({ max: 1 })
    for (const value of [1, 2]) source.next(value)
    subscription.unsubscribe()
    expect([inner[0]?.observed, started]).toEqual([false, [1]])
  })

  it('passes on an error of an inner stream, and of the function', async () => {
    const failing = of(1).pipe(limitConcurrency(() => throwError(() => new Error('inner'))))
    await expect(lastValueFrom(failing)).rejects.toThrow('inner')
    const throwing = of(1).pipe(
      limitConcurrency(() => {
        throw new Error('function')
      }),
    )
    await expect(lastValueFrom(throwing)).rejects.toThrow('function')
  })

  it('lets 100,000 that end at once wait behind a slow one without recursion', async () => {
    const slow = new Subject<number>()
    const all = lastValueFrom(
      range(0, 100_001).pipe(
        limitConcurrency((n) => (n === 0 ? slow : of(n)), { max: 1, queue: 100_000 }),
        toArray(),
      ),
    )
    slow.complete()
    expect(await all).toEqual(await lastValueFrom(range(1, 100_000).pipe(toArray())))
  })

  it('starts the next one after the teardown of the one that ended', () => {
    const order: string[] = []
    const inner = [new Subject<never>(), new Subject<never>()]
    const limited = range(0, 2).pipe(
      limitConcurrency(
        (n) => {
          order.push(`${n} begins`)
          return (inner[n] ?? NEVER).pipe(finalize(() => order.push(`${n} is torn down`)))
        },
        { max: 1 },
      ),
    )
    limited.subscribe({ complete: () => order.push('complete') })
    for (const subject of inner) subject.complete()
    expect(order).toEqual(['0 begins', '0 is torn down', '1 begins', '1 is torn down', 'complete'])
  })

  it('gives the function the number of the run', async () => {
    const limited = of('a', 'b', 'c').pipe(
      limitConcurrency((value, index) => of(`${index}${value}`), { max: 1 }),
      toArray(),
    )
    expect(await lastValueFrom(limited)).toEqual(['0a', '1b', '2c'])
  })

  it('errors with QUEUE_TIMEOUT when a value waits too long, not when it runs', () => {
    vi.useFakeTimers()
    const ends: unknown[] = []
    const limited = (ms: number) =>
      concat(range(0, 2), NEVER).pipe(limitConcurrency(() => timer(ms), { max: 1, queueTimeout: 50 }))
    for (const ms of [49, 51]) limited(ms).subscribe({ error: (error: ToolError) => ends.push([ms, error.code]) })
    vi.advanceTimersByTime(49)
    expect(ends).toEqual([])
    vi.advanceTimersByTime(100)
    expect([ends, vi.getTimerCount()]).toEqual([[[51, 'QUEUE_TIMEOUT']], 0])
    vi.useRealTimers()
  })

  it('leaves no timer of those who wait when it is left', () => {
    vi.useFakeTimers()
    const limited = concat(range(0, 9), NEVER).pipe(limitConcurrency(() => NEVER, { max: 1, queueTimeout: 50 }))
    limited.subscribe().unsubscribe()
    expect(vi.getTimerCount()).toBe(0)
    vi.useRealTimers()
  })

  it('errors with what the functions of the value throw, and where a priority is no number', async () => {
    const fail = (): never => {
      throw new Error('function')
    }
    const run = (options: LimitConcurrencyOptions<number>) =>
      lastValueFrom(of(1).pipe(limitConcurrency((n) => of(n), options)))
    await expect(run({ priority: fail })).rejects.toThrow('function')
    await expect(run({ session: fail })).rejects.toThrow('function')
    await expect(run({ priority: () => Number.NaN })).rejects.toThrow('priority must give a number, got NaN')
  })

  it('stops a source that gives everything at once, when a value is too many', () => {
    let given = 0
    const endless = new Observable<number>((subscriber) => {
      while (!subscriber.closed && given < 1000) {
        given += 1
        subscriber.next(given)
      }
    })
    endless.pipe(limitConcurrency(() => NEVER, { max: 1, queue: 3 })).subscribe({ error: () => undefined })
    expect(given).toBeLessThan(10)
  })

  it.each([
    [{ max: 0 }, 'limitConcurrency: concurrency.max'],
    [{ priority: 5 }, 'limitConcurrency: priority must be a function'],
    [{ session: 'a' }, 'limitConcurrency: session must be a function'],
    [{ exclusive: true }, "limitConcurrency: unknown option 'exclusive'"],
  ])('refuses %o', (options, message) => {
    expect(() => limitConcurrency(() => NEVER, options as object)).toThrow(message)
  })

  it('takes promises and arrays as inner streams', async () => {
    const values = from([1, 2]).pipe(
      limitConcurrency((n) => Promise.resolve([n])),
      toArray(),
    )
    expect(await lastValueFrom(values)).toEqual([[1], [2]])
  })
})
