import { concatMap, interval, NEVER, Observable, of, take, timer } from 'rxjs'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { retryCalls } from '../retry/retry-calls.ts'
import { timeoutCalls } from './timeout-calls.ts'

function record<T>(source: Observable<T>): { seen: unknown[]; stop: () => void } {
  const seen: unknown[] = []
  const subscription = source.subscribe({
    next: (value) => seen.push(value),
    error: (error: unknown) => seen.push(error),
    complete: () => seen.push('complete'),
  })
  return { seen, stop: () => subscription.unsubscribe() }
}

describe('timeoutCalls', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    expect(vi.getTimerCount()).toBe(0)
    vi.useRealTimers()
  })

  it('bounds the whole source however often it emits', () => {
    const { seen } = record(interval(20).pipe(timeoutCalls({ attempt: 50 }, { name: 'feed' })))
    vi.advanceTimersByTime(1000)
    expect(seen).toMatchObject([0, 1, { code: 'TIMEOUT', tool: 'feed', details: { limit: 'attempt', limitMs: 50 } }])
  })

  it('bounds the time between values', () => {
    const source = of(20, 20, 80).pipe(concatMap((wait) => timer(wait)))
    const { seen } = record(source.pipe(timeoutCalls({ idle: 50 })))
    vi.advanceTimersByTime(89)
    expect(seen).toEqual([0, 0])
    vi.advanceTimersByTime(1)
    expect(seen).toMatchObject([0, 0, { code: 'TIMEOUT', details: { limit: 'idle' } }])
  })

  it('ends with the deadline where total is not the wider limit', () => {
    const { seen } = record(NEVER.pipe(timeoutCalls({ total: 50 })))
    vi.advanceTimersByTime(50)
    expect(seen).toMatchObject([{ code: 'DEADLINE_EXCEEDED' }])
  })

  it('releases the source before it errors', () => {
    const order: string[] = []
    const source = new Observable(() => () => order.push('released'))
    source.pipe(timeoutCalls({ attempt: 50 })).subscribe({ error: () => order.push('errored') })
    vi.advanceTimersByTime(50)
    expect(order).toEqual(['released', 'errored'])
  })

  it('leaves a source that is in time alone, and takes its timer away', () => {
    expect(record(of(1, 2).pipe(timeoutCalls({}))).seen).toEqual([1, 2, 'complete'])
    const { seen } = record(timer(10).pipe(timeoutCalls({ attempt: 50 })))
    vi.advanceTimersByTime(10)
    expect(seen).toEqual([0, 'complete'])
  })

  it('takes its timer away when it is unsubscribed', () => {
    record(NEVER.pipe(timeoutCalls({ attempt: 50 }))).stop()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('stops a source that never pauses when enough was taken', () => {
    const source = new Observable<number>((subscriber) => {
      for (let count = 0; !subscriber.closed; count += 1) subscriber.next(count)
    })
    expect(record(source.pipe(timeoutCalls({}), take(2))).seen).toEqual([0, 1, 'complete'])
  })

  it('sets no timer when it is switched off', () => {
    const { stop } = record(NEVER.pipe(timeoutCalls(false)))
    expect(vi.getTimerCount()).toBe(0)
    stop()
  })

  it('starts anew for each try of retryCalls around it', () => {
    const { seen } = record(
      NEVER.pipe(timeoutCalls({ attempt: 50 }), retryCalls({ maxAttempts: 2, backoff: () => 10 })),
    )
    vi.advanceTimersByTime(109)
    expect(seen).toEqual([])
    vi.advanceTimersByTime(1)
    expect(seen).toMatchObject([{ code: 'TIMEOUT' }])
  })

  it('refuses options that nobody reads', () => {
    expect(() => timeoutCalls({}, { tool: 'search' } as never)).toThrow("timeoutCalls: unknown option 'tool'")
  })
})
