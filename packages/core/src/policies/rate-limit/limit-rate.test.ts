import { concat, NEVER, Observable, of, range, Subject, take, tap, throwError, timer } from 'rxjs'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ToolError } from '../../errors/tool-error.ts'
import { type LimitRateOptions, limitRate } from './limit-rate.ts'

/** What a stream gives, each with the time since the subscription. */
function record<T>(source: Observable<T>): { seen: [number, unknown][]; stop: () => void } {
  const start = performance.now()
  const seen: [number, unknown][] = []
  const add = (what: unknown): number => seen.push([performance.now() - start, what])
  const subscription = source.subscribe({
    next: add,
    error: ({ code, message }: ToolError) => add(code ?? message),
    complete: () => add('complete'),
  })
  return { seen, stop: () => subscription.unsubscribe() }
}

const one = { limit: 1, per: 100 }

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
})

describe('limitRate', () => {
  it('lets a burst through at once and then holds each value until it fits, in order', () => {
    const { seen } = record(range(1, 5).pipe(limitRate({ limit: 2, per: 100 })))
    vi.advanceTimersByTime(1000)
    expect(seen).toEqual([
      [0, 1],
      [0, 2],
      [50, 3],
      [100, 4],
      [150, 5],
      [150, 'complete'],
    ])
  })

  it('lets its limit through in any window where that is asked for', () => {
    const { seen } = record(range(1, 5).pipe(limitRate({ limit: 2, per: 100, algorithm: 'sliding-window' })))
    vi.advanceTimersByTime(1000)
    expect(seen).toEqual([
      [0, 1],
      [0, 2],
      [100, 3],
      [100, 4],
      [200, 5],
      [200, 'complete'],
    ])
  })

  it('holds all limits of a chain at once', () => {
    const chain = [
      { limit: 1, per: 10 },
      { limit: 2, per: 100, algorithm: 'sliding-window' as const },
    ]
    const { seen } = record(range(1, 4).pipe(limitRate(chain)))
    vi.advanceTimersByTime(1000)
    expect(seen).toEqual([
      [0, 1],
      [10, 2],
      [100, 3],
      [110, 4],
      [110, 'complete'],
    ])
  })

  it('asks the functions of the policy about each value', () => {
    const policy = { limit: 3, per: 300, weight: (value: string) => value.length, key: ([first]: string) => `${first}` }
    const { seen } = record(of('aaa', 'b', 'a', 'bb').pipe(limitRate(policy)))
    vi.advanceTimersByTime(1000)
    expect(seen).toEqual([
      [0, 'aaa'],
      [0, 'b'],
      [100, 'a'],
      [100, 'bb'],
      [100, 'complete'],
    ])
  })

  it('errors with RATE_LIMITED and the wait where the policy rejects', () => {
    const errors: ToolError[] = []
    const values: number[] = []
    const limited = limitRate<number>({ ...one, mode: 'reject' }, { name: 'feed' })
    const watch = { next: (value: number) => values.push(value), error: (error: ToolError) => errors.push(error) }
    of(1).pipe(limited).subscribe(watch)
    vi.advanceTimersByTime(40)
    range(2, 2).pipe(limited).subscribe(watch)
    expect(values).toEqual([1])
    const refused = { code: 'RATE_LIMITED', tool: 'feed', retryable: true, retryAfterMs: 60 }
    expect(errors).toMatchObject([{ ...refused, details: { key: 'feed 1/100ms' } }])
    vi.advanceTimersByTime(60)
    of(4).pipe(limited).subscribe(watch)
    expect(values).toEqual([1, 4])
  })

  it('rejects by the limit that stands in the way longest', () => {
    const chain = [one, { limit: 2, per: 1000, mode: 'reject' as const, algorithm: 'sliding-window' as const }]
    const { seen } = record(concat(range(1, 3), NEVER).pipe(limitRate(chain)))
    vi.advanceTimersByTime(1000)
    expect(seen).toEqual([
      [0, 1],
      [100, 2],
      [100, 'RATE_LIMITED'],
    ])
  })

  it('errors with QUEUE_FULL when more wait than may', () => {
    const errors: unknown[] = []
    const full = (queue: number) => range(1, 9).pipe(limitRate(one, { queue }))
    for (const queue of [0, 3]) full(queue).subscribe({ error: (error: ToolError) => errors.push(error) })
    expect(errors).toMatchObject([
      { code: 'QUEUE_FULL', tool: 'limitRate', retryable: true, retryAfterMs: 100 },
      {
        code: 'QUEUE_FULL',
        message: 'More than 3 values wait in limitRate; slow the source down, or give it a longer queue.',
      },
    ])
    expect(record(concat(range(1, 4), NEVER).pipe(limitRate(one, { queue: 3 }), take(4))).seen).toEqual([[0, 1]])
    vi.advanceTimersByTime(300)
  })

  it('counts nobody as waiting who fits by now, however late the timer is', () => {
    const source = new Subject<number>()
    let now = 0
    const clock = { now: () => now, monotonic: () => now, setTimer: () => ({ cancel: () => undefined }) }
    const { seen } = record(source.pipe(limitRate(one, { queue: 1, clock })))
    for (const value of [1, 2]) source.next(value)
    now = 100
    source.next(3)
    expect(seen.map(([, value]) => value)).toEqual([1, 2])
    source.next(4)
    expect(seen.map(([, value]) => value)).toEqual([1, 2, 'QUEUE_FULL'])
  })

  it('passes an error of the source at once, and drops what waits', () => {
    const failing = concat(
      range(1, 3),
      throwError(() => new Error('source')),
    )
    expect(record(failing.pipe(limitRate(one))).seen).toEqual([
      [0, 1],
      [0, 'source'],
    ])
  })

  it('ends its wait when it is left', () => {
    const { seen, stop } = record(range(1, 3).pipe(limitRate(one)))
    expect(vi.getTimerCount()).toBe(1)
    stop()
    vi.advanceTimersByTime(1000)
    expect(seen).toEqual([[0, 1]])
  })

  it('stops a source that gives everything at once, when enough was taken or too many wait', () => {
    let given = 0
    const endless = new Observable<number>((subscriber) => {
      for (; !subscriber.closed && given < 1000; given += 1) subscriber.next(given)
    })
    endless.pipe(limitRate(one, { queue: 3 })).subscribe({ error: () => undefined })
    expect(given).toBeLessThan(10)
    given = 0
    endless.pipe(limitRate({ limit: 100, per: 1 }), take(2)).subscribe()
    expect(given).toBeLessThan(10)
  })

  it('shares its limits between subscriptions, and with no other operator', () => {
    const limited = limitRate<string>(one)
    const first = record(of('a').pipe(limited))
    const second = record(of('b').pipe(limited))
    expect(record(of('c').pipe(limitRate(one))).seen).toHaveLength(2)
    expect([first.seen.length, second.seen]).toEqual([2, []])
    vi.advanceTimersByTime(100)
    expect(second.seen).toEqual([
      [100, 'b'],
      [100, 'complete'],
    ])
  })

  it('waits again where another subscription was quicker', () => {
    const limited = limitRate<string>(one)
    record(of('a').pipe(limited))
    const waiting = ['b', 'c'].map((value) => record(of(value).pipe(limited)))
    vi.advanceTimersByTime(100)
    expect(waiting.map(({ seen }) => seen.length)).toEqual([2, 0])
    vi.advanceTimersByTime(100)
    expect(waiting.map(({ seen }) => seen.length)).toEqual([2, 2])
  })

  it('keeps the order of values that come while one is let through, without recursion', () => {
    const source = new Subject<number>()
    const feed = tap((value: number) => {
      if (value < 100_000) source.next(value + 1)
    })
    const seen: number[] = []
    const subscription = source.pipe(limitRate({ limit: 1e6, per: 1 }, { queue: 0 }), feed).subscribe((value) => {
      seen.push(value)
    })
    source.next(1)
    subscription.unsubscribe()
    expect([seen.length, seen.every((value, index) => value === index + 1)]).toEqual([100_000, true])
  })

  it('bounds what comes while one is let through', () => {
    const source = new Subject<number>()
    const flood = tap(() => range(0, 10).subscribe((value) => source.next(value)))
    const { seen } = record(source.pipe(limitRate({ limit: 100, per: 1 }, { queue: 5 }), flood))
    source.next(1)
    expect(seen).toEqual([[0, 'QUEUE_FULL']])
  })

  it('lets ten thousand values wait', () => {
    const { seen } = record(range(0, 10_000).pipe(limitRate({ limit: 1000, per: 1000, burst: 1 }, { queue: 10_000 })))
    vi.advanceTimersByTime(10_000)
    expect(seen).toEqual([...Array.from({ length: 10_000 }, (_, index) => [index, index]), [9999, 'complete']])
  })

  it('leaves values alone where it is switched off', () => {
    expect(record(range(1, 2).pipe(limitRate(false))).seen).toEqual([
      [0, 1],
      [0, 2],
      [0, 'complete'],
    ])
  })

  it('holds nothing back that comes slowly enough', () => {
    const { seen } = record(concat(timer(0), timer(100), timer(100)).pipe(limitRate(one)))
    vi.advanceTimersByTime(200)
    expect(seen).toEqual([
      [0, 0],
      [100, 0],
      [200, 0],
      [200, 'complete'],
    ])
  })

  it('errors with what the functions of the policy throw, and where a weight could never fit', () => {
    const fail = (): never => {
      throw new Error('function')
    }
    expect(record(of(1).pipe(limitRate({ ...one, key: fail }))).seen).toEqual([[0, 'function']])
    const heavy = record(of(1, 2).pipe(limitRate({ ...one, weight: (value: number) => value })))
    expect(heavy.seen).toEqual([
      [0, 1],
      [0, "rateLimit.weight of 'limitRate' must give a number > 0 and <= 1, got 2"],
    ])
  })

  it.each([
    [{ limit: 0, per: 1 }, {}, 'limitRate: rateLimit.limit must be a number > 0, got 0'],
    [[], {}, 'limitRate: rateLimit is an empty array'],
    [one, { queue: -1 }, 'limitRate: queue must be an integer >= 0 or Infinity, got -1'],
    [one, { size: 1 }, "limitRate: unknown option 'size'"],
  ])('refuses %o with %o', (policy, options, message) => {
    expect(() => limitRate(policy, options as LimitRateOptions)).toThrow(message)
  })
})
