import { concat, defer, EMPTY, NEVER, Observable, of, take, throwError, timer } from 'rxjs'
import { map } from 'rxjs/operators'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { hedgeCalls } from './hedge-calls.ts'
import type { HedgePolicy } from './hedge-policy.ts'

const after40: HedgePolicy = { after: 40 }

/** A source that is another one at each subscription, the last one from then on; tells who was left and how often. */
function sourceOf<T>(...runs: readonly Observable<T>[]) {
  const log: string[] = []
  let started = 0
  const source = defer(() => {
    const run = started
    started += 1
    return new Observable<T>((subscriber) => {
      subscriber.add(() => log.push(`end ${run}`))
      subscriber.add(runs[Math.min(run, runs.length - 1)]?.subscribe(subscriber))
    })
  })
  return { source, log, started: () => started }
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

const late = <T>(ms: number, value: T): Observable<T> => timer(ms).pipe(map(() => value))
const failing = (message: string, ms = 0): Observable<never> =>
  concat(ms === 0 ? EMPTY : timer(ms).pipe(map(() => message)), NEVER).pipe(
    map(() => {
      throw new Error(message)
    }),
  )
const failed = (message: string): Observable<never> => throwError(() => new Error(message))

describe('hedgeCalls', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    expect(vi.getTimerCount()).toBe(0)
    vi.useRealTimers()
  })

  it('lets a quick source alone', () => {
    const { source, started } = sourceOf(late(30, 'first'))
    const { seen } = record(source.pipe(hedgeCalls(after40)))
    vi.advanceTimersByTime(1_000)
    expect([seen, started()]).toEqual([['first', 'complete'], 1])
  })

  it('subscribes a slow source once more after its time; the first value wins and the other is left before it passes', () => {
    const { source, log, started } = sourceOf<string>(NEVER, late(10, 'second'))
    const seen: unknown[] = []
    source.pipe(hedgeCalls(after40)).subscribe((value) => seen.push(value, ...log))
    vi.advanceTimersByTime(39)
    expect(started()).toBe(1)
    vi.advanceTimersByTime(1)
    expect(started()).toBe(2)
    vi.advanceTimersByTime(10)
    expect(seen).toEqual(['second', 'end 0'])
  })

  it('takes the first subscription where it is the one to give a value', () => {
    const { source, log, started } = sourceOf(late(45, 'first'), late(10, 'second'))
    const { seen } = record(source.pipe(hedgeCalls(after40)))
    vi.advanceTimersByTime(1_000)
    expect([seen, log, started()]).toEqual([['first', 'complete'], ['end 1', 'end 0'], 2])
  })

  it('passes every value of the winner, and its error', () => {
    const wins = concat(of('a', 'b'), failed('broken'))
    const { source } = sourceOf(NEVER, wins)
    const { seen } = record(source.pipe(hedgeCalls(after40)))
    vi.advanceTimersByTime(40)
    expect(seen).toEqual(['a', 'b', new Error('broken')])
  })

  it('counts an empty source that completes as a winner', () => {
    const { source, log } = sourceOf(NEVER, EMPTY)
    const { seen } = record(source.pipe(hedgeCalls(after40)))
    vi.advanceTimersByTime(40)
    expect([seen, log.toSorted()]).toEqual([['complete'], ['end 0', 'end 1']])
  })

  it('subscribes at once when the first fails', () => {
    const { source, started } = sourceOf(failed('first'), late(10, 'second'))
    const { seen } = record(source.pipe(hedgeCalls(after40)))
    expect(started()).toBe(2)
    vi.advanceTimersByTime(10)
    expect(seen).toEqual(['second', 'complete'])
  })

  it('waits with an error for the other subscription', () => {
    const { source, started } = sourceOf<string>(failing('first', 50), late(30, 'second'))
    const { seen } = record(source.pipe(hedgeCalls(after40)))
    vi.advanceTimersByTime(60)
    expect([seen, started()]).toEqual([[], 2])
    vi.advanceTimersByTime(10)
    expect(seen).toEqual(['second', 'complete'])
  })

  it('gives the first error when all have failed', () => {
    const { source, started } = sourceOf(failing('first', 50), failing('second', 30))
    const { seen } = record(source.pipe(hedgeCalls(after40)))
    vi.advanceTimersByTime(1_000)
    expect([seen, started()]).toEqual([[new Error('first')], 2])
  })

  it('gives the error at once where it may not try again', () => {
    const { source, started } = sourceOf(failed('first'))
    const { seen } = record(source.pipe(hedgeCalls({ budget: { burst: 0 } })))
    expect([seen, started()]).toEqual([[new Error('first')], 1])
  })

  it('starts as many as the policy allows, each after its time', () => {
    const { source, started } = sourceOf<never>(NEVER)
    const { stop } = record(source.pipe(hedgeCalls({ after: 40, max: 3, budget: { burst: 10 } })))
    const counts = [0, 1, 2, 3, 4].map(() => {
      vi.advanceTimersByTime(40)
      return started()
    })
    expect(counts).toEqual([2, 3, 4, 4, 4])
    stop()
  })

  it('ends all subscriptions and its timer when it is unsubscribed', () => {
    const { source, log } = sourceOf<never>(NEVER)
    const { stop } = record(source.pipe(hedgeCalls({ after: 40, max: 2, budget: { burst: 10 } })))
    vi.advanceTimersByTime(40)
    stop()
    expect(log).toEqual(['end 0', 'end 1'])
  })

  it('shares one budget between its subscriptions', () => {
    const { source, started } = sourceOf<never>(NEVER)
    const hedged = source.pipe(hedgeCalls(after40))
    const all = Array.from({ length: 20 }, () => record(hedged))
    vi.advanceTimersByTime(1_000)
    expect(started()).toBe(23)
    for (const { stop } of all) stop()
  })

  it('learns how long the source takes to its first value', () => {
    let ms = 30
    const { source, started } = sourceOf(defer(() => late(ms, 'value')))
    const hedged = source.pipe(hedgeCalls({}))
    for (let count = 0; count < 20; count += 1) {
      record(hedged)
      vi.advanceTimersByTime(30)
    }
    ms = 500
    record(hedged)
    vi.advanceTimersByTime(29)
    expect(started()).toBe(21)
    vi.advanceTimersByTime(1)
    expect(started()).toBe(22)
    vi.advanceTimersByTime(500)
  })

  it('stops a source that never pauses when enough was taken', () => {
    const source = new Observable<number>((subscriber) => {
      for (let count = 0; !subscriber.closed; count += 1) subscriber.next(count)
    })
    expect(record(source.pipe(hedgeCalls(after40), take(2))).seen).toEqual([0, 1, 'complete'])
  })

  it('lets a loser that ends later say nothing', () => {
    const tell: ((error: unknown) => void)[] = []
    const deaf = new Observable<string>((subscriber) => void tell.push((error) => subscriber.error(error)))
    let started = 0
    const source = defer(() => (started++ === 0 ? deaf : of('second')))
    const { seen } = record(source.pipe(hedgeCalls(after40)))
    vi.advanceTimersByTime(40)
    tell[0]?.(new Error('late'))
    vi.advanceTimersByTime(1_000)
    expect(seen).toEqual(['second', 'complete'])
  })

  it('leaves the source as it is where it is switched off', () => {
    const source = of(1)
    expect(hedgeCalls<number>(false)(source)).toBe(source)
  })

  it('refuses wrong options where it is made', () => {
    expect(() => hedgeCalls({ max: 0 })).toThrow('hedgeCalls: max')
    expect(() => hedgeCalls({}, { time: 5 } as never)).toThrow("hedgeCalls: unknown option 'time'")
  })
})
