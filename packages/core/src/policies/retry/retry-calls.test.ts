import { defer, NEVER, Observable, of, Subject, take, throwError } from 'rxjs'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type RetryCallsOptions, retryCalls } from './retry-calls.ts'
import type { RetryPolicy } from './retry-policy.ts'

const constant: RetryPolicy = { backoff: { type: 'constant', base: 100 } }
const upstream = (status: number, more: object = {}): Error =>
  Object.assign(new Error(`upstream ${status}`), { status, ...more })

/** A source that errors as often as there are errors, and then gives a value. */
function flaky<T>(errors: readonly unknown[], value: T): { source: Observable<T>; tries: () => number } {
  let tries = 0
  const source = defer(() => {
    tries += 1
    return tries <= errors.length ? throwError(() => errors[tries - 1]) : of(value)
  })
  return { source, tries: () => tries }
}

function record<T>(source: Observable<T>): { seen: unknown[]; stop: () => void } {
  const seen: unknown[] = []
  const subscription = source.subscribe({
    next: (value) => seen.push(value),
    error: (error: unknown) => seen.push(error),
    complete: () => seen.push('complete'),
  })
  return { seen, stop: () => subscription.unsubscribe() }
}

function run<T>(
  source: Observable<T>,
  policy: RetryPolicy = constant,
  options?: RetryCallsOptions,
): ReturnType<typeof record> {
  return record(source.pipe(retryCalls(policy, options)))
}

describe('retryCalls', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    expect(vi.getTimerCount()).toBe(0)
    vi.useRealTimers()
  })

  it('subscribes again after the wait until the source succeeds', () => {
    const { source, tries } = flaky([upstream(503), upstream(503)], 'ok')
    const { seen } = run(source)
    vi.advanceTimersByTime(99)
    expect(tries()).toBe(1)
    vi.advanceTimersByTime(1)
    expect(tries()).toBe(2)
    vi.advanceTimersByTime(100)
    expect(seen).toEqual(['ok', 'complete'])
  })

  it('passes the last error on unchanged', () => {
    const last = upstream(503)
    const { source, tries } = flaky([upstream(503), upstream(503), last], 'ok')
    const { seen } = run(source)
    vi.runAllTimers()
    expect(seen).toEqual([last])
    expect(seen[0]).toBe(last)
    expect(tries()).toBe(3)
  })

  it('does not try again what is not worth it', () => {
    const { source, tries } = flaky([upstream(404)], 'ok')
    expect(run(source).seen).toMatchObject([{ status: 404 }])
    expect(tries()).toBe(1)
  })

  it('does not try again after a value', () => {
    let tries = 0
    const source = new Observable<string>((subscriber) => {
      tries += 1
      subscriber.next('part')
      subscriber.error(upstream(503))
    })
    const { seen } = run(source)
    expect(seen).toMatchObject(['part', { status: 503 }])
    expect(tries).toBe(1)
  })

  it('ends a wait when it is unsubscribed, and tries nothing more', () => {
    const { source, tries } = flaky([upstream(503)], 'ok')
    const { stop, seen } = run(source)
    stop()
    expect(vi.getTimerCount()).toBe(0)
    vi.advanceTimersByTime(1000)
    expect([tries(), seen]).toEqual([1, []])
  })

  it('unsubscribes a running try', () => {
    const teardown = vi.fn()
    const { stop } = run(new Observable(() => teardown))
    stop()
    expect(teardown).toHaveBeenCalledTimes(1)
  })

  it('stops a source that never pauses when enough was taken', () => {
    const source = new Observable<number>((subscriber) => {
      for (let count = 0; !subscriber.closed; count += 1) subscriber.next(count)
    })
    expect(record(source.pipe(retryCalls(constant), take(2))).seen).toEqual([0, 1, 'complete'])
  })

  it('waits as long as the server asks, and gives up where that is too long', () => {
    const asked = flaky([upstream(429, { headers: { 'retry-after': '2' } })], 'ok')
    const first = run(asked.source)
    vi.advanceTimersByTime(1999)
    expect(first.seen).toEqual([])
    vi.advanceTimersByTime(1)
    expect(first.seen).toEqual(['ok', 'complete'])
    expect(run(flaky([upstream(429, { headers: { 'retry-after': '61' } })], 'ok').source).seen).toMatchObject([
      { status: 429 },
    ])
  })

  it('counts attempts and waits for each subscription by itself', () => {
    const seenAttempts: number[] = []
    const backoff = (attempt: number): number => {
      seenAttempts.push(attempt)
      return 10
    }
    const retried = throwError(() => upstream(503)).pipe(retryCalls({ backoff, budget: false }))
    record(retried)
    record(retried)
    vi.runAllTimers()
    expect(seenAttempts).toEqual([1, 1, 2, 2])
  })

  it('takes chance from its option', () => {
    const { seen } = run(flaky([upstream(503)], 'ok').source, {}, { random: () => 1 })
    vi.advanceTimersByTime(749)
    expect(seen).toEqual([])
    vi.advanceTimersByTime(1)
    expect(seen).toEqual(['ok', 'complete'])
  })

  it('shares one budget between its subscriptions, and gives a retry back when it ends', () => {
    const operator = retryCalls<string>({ ...constant, budget: { ratio: 0, minConcurrent: 1 } })
    const first = record(operator(flaky([upstream(503)], 'first').source))
    expect(record(operator(flaky([upstream(503)], 'second').source)).seen).toMatchObject([{ status: 503 }])
    vi.advanceTimersByTime(100)
    expect(first.seen).toEqual(['first', 'complete'])
    const third = record(operator(throwError(() => upstream(503))))
    third.stop()
    const fourth = record(operator(flaky([upstream(503)], 'fourth').source))
    vi.advanceTimersByTime(100)
    expect(fourth.seen).toEqual(['fourth', 'complete'])
  })

  it('gives a retry back when the try that it allowed is unsubscribed', () => {
    const operator = retryCalls<string>({ ...constant, budget: { ratio: 0, minConcurrent: 1 } })
    let tries = 0
    const source = defer(() => (++tries === 1 ? throwError(() => upstream(503)) : NEVER))
    const { stop } = record(operator(source))
    vi.advanceTimersByTime(100)
    expect(tries).toBe(2)
    stop()
    const next = record(operator(flaky([upstream(503)], 'next').source))
    vi.advanceTimersByTime(100)
    expect(next.seen).toEqual(['next', 'complete'])
  })

  it('gives a retry back whose own functions have unsubscribed', () => {
    let stop: (() => void) | undefined
    const retryOn = (): boolean => {
      stop?.()
      return true
    }
    const operator = retryCalls<string>({ ...constant, retryOn, budget: { ratio: 0, minConcurrent: 1 } })
    const fails = new Subject<string>()
    stop = record(fails.pipe(operator)).stop
    fails.error(upstream(503))
    stop = undefined
    const { seen } = record(flaky([upstream(503)], 'next').source.pipe(operator))
    vi.advanceTimersByTime(100)
    expect(seen).toEqual(['next', 'complete'])
  })

  it('retries a source that fails at once many times without growing the stack', () => {
    const { source, tries } = flaky(Array(5_000).fill(upstream(503)), 'ok')
    const { seen } = run(source, { maxAttempts: Number.POSITIVE_INFINITY, backoff: { base: 0 }, budget: false })
    vi.runAllTimers()
    expect(seen).toEqual(['ok', 'complete'])
    expect(tries()).toBe(5_001)
  })

  it('refuses wrong options where it is made', () => {
    expect(() => retryCalls({ maxAttempts: 0 })).toThrow('retryCalls: maxAttempts')
    expect(() => retryCalls({}, { rand: Math.random } as never)).toThrow("retryCalls: unknown option 'rand'")
  })
})
