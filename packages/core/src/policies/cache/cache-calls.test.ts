import { concat, defer, delayWhen, EMPTY, lastValueFrom, NEVER, of, Subject, throwError, timer, toArray } from 'rxjs'
import { describe, expect, it } from 'vitest'
import type { Clock } from '../../ports/clock.ts'
import { cacheCalls } from './cache-calls.ts'
import type { CachePolicy } from './cache-policy.ts'
import { singleEntryStore } from './calls/single-entry-store.ts'

const policy: CachePolicy = { ttl: 100, scope: 'shared' }

function setUp() {
  let now = 0
  let runs = 0
  const clock: Clock = { now: () => now, monotonic: () => now, setTimer: () => ({ cancel: () => undefined }) }
  return {
    clock,
    runs: () => runs,
    pass: (ms: number) => {
      now += ms
    },
    count: defer(() => of({ run: ++runs })),
  }
}

describe('cacheCalls', () => {
  it('subscribes to the source once, and answers from the store for the ttl from the write', async () => {
    const { clock, count, pass } = setUp()
    const cached = count.pipe(cacheCalls(policy, { key: 'a', clock }))
    expect(await lastValueFrom(cached)).toEqual({ run: 1 })
    pass(99)
    expect(await lastValueFrom(cached)).toEqual({ run: 1 })
    pass(1)
    expect(await lastValueFrom(cached)).toEqual({ run: 2 })
  })

  it('gives frozen copies, also to the first', async () => {
    const own = { list: [1] }
    const cached = of(own).pipe(cacheCalls(policy, { key: 'a' }))
    const [first, second] = [await lastValueFrom(cached), await lastValueFrom(cached)]
    expect([Object.isFrozen(first.list), first, second, Object.isFrozen(own)]).toEqual([true, own, own, false])
  })

  it('lets those who ask at the same time share one run, with what came before they joined', async () => {
    const source = new Subject<number>()
    const cached = source.pipe(cacheCalls(policy, { key: 'a' }))
    const first = lastValueFrom(cached.pipe(toArray()))
    source.next(1)
    const second = lastValueFrom(cached.pipe(toArray()))
    expect(source.observed).toBe(true)
    source.next(2)
    source.complete()
    expect([await first, await second]).toEqual([
      [1, 2],
      [1, 2],
    ])
    expect(await lastValueFrom(cached.pipe(toArray()))).toEqual([2])
  })

  it('ends the run when the last one leaves', () => {
    const source = new Subject<number>()
    const cached = source.pipe(cacheCalls(policy, { key: 'a' }))
    const [first, second] = [cached.subscribe(), cached.subscribe()]
    first.unsubscribe()
    expect(source.observed).toBe(true)
    second.unsubscribe()
    expect(source.observed).toBe(false)
  })

  it('gives an error to all who wait, and keeps none', async () => {
    let runs = 0
    const cached = defer(() =>
      concat(of('part'), ++runs === 1 ? throwError(() => new Error('down')) : of('whole')),
    ).pipe(cacheCalls(policy, { key: 'a' }))
    await expect(lastValueFrom(cached)).rejects.toThrow('down')
    expect([await lastValueFrom(cached), await lastValueFrom(cached), runs]).toEqual(['whole', 'whole', 2])
  })

  it('answers who asks again at the end of a run from the store, without another run', () => {
    const { clock, count, runs } = setUp()
    const cached = count.pipe(cacheCalls<{ run: number }>(policy, { key: 'a', clock }))
    const given: unknown[] = []
    cached.subscribe({ complete: () => cached.subscribe((value) => given.push(value)) })
    cached.subscribe((value) => given.push(value))
    expect([given, runs()]).toEqual([[{ run: 1 }, { run: 1 }], 1])
  })

  it('starts afresh for who asks again at an error, once for all', () => {
    let runs = 0
    const failing = defer(() => {
      runs += 1
      return runs === 1 ? throwError(() => new Error('down')) : NEVER
    }).pipe(cacheCalls(policy, { key: 'a' }))
    failing.subscribe({ error: () => failing.subscribe() })
    failing.subscribe()
    expect(runs).toBe(2)
  })

  it('is shared by all pipelines of one operator, and by those of one store with the same key', async () => {
    const store = singleEntryStore()
    const cached = cacheCalls<string>(policy, { key: 'a', store })
    expect(await lastValueFrom(of('one').pipe(cached))).toBe('one')
    expect(await lastValueFrom(of('other').pipe(cached))).toBe('one')
    expect(await lastValueFrom(of('third').pipe(cacheCalls<string>(policy, { key: 'a', store })))).toBe('one')
    const running = cacheCalls<string>(policy, { key: 'a' })
    const first = new Subject<string>()
    const answers = [lastValueFrom(first.pipe(running)), lastValueFrom(of('other').pipe(running))]
    first.next('one')
    first.complete()
    expect(await Promise.all(answers)).toEqual(['one', 'one'])
  })

  it('runs the source once for all who ask while a slow store looks', async () => {
    const { clock, count, runs } = setUp()
    const store = { ...singleEntryStore(), get: () => Promise.resolve(undefined) }
    const cached = count.pipe(cacheCalls<{ run: number }>(policy, { key: 'a', clock, store }))
    const slow = cached.pipe(delayWhen(() => timer(1)))
    await Promise.all([lastValueFrom(slow), lastValueFrom(slow)])
    expect(runs()).toBe(1)
  })

  it('runs nothing for who leaves while a slow store looks', async () => {
    const { count, runs } = setUp()
    const store = { ...singleEntryStore(), get: () => Promise.resolve(undefined) }
    count
      .pipe(cacheCalls(policy, { key: 'a', store }))
      .subscribe()
      .unsubscribe()
    await new Promise(setImmediate)
    expect(runs()).toBe(0)
  })

  it('freezes what a store outside the process gives back, and takes what is no plain JSON for a miss', async () => {
    const give = (value: unknown) => {
      const get = () => ({ id: '1', value, storedAt: 0, expiresAt: Number.MAX_VALUE })
      return lastValueFrom(
        of('own').pipe(cacheCalls<unknown>(policy, { key: 'a', store: { ...singleEntryStore(), get } })),
      )
    }
    const stored = await give({ list: [1] })
    expect([stored, Object.isFrozen(stored)]).toEqual([{ list: [1] }, true])
    expect(await give({ list: new Map() })).toBe('own')
  })

  it('keeps nothing of a source that gives nothing', async () => {
    const { count } = setUp()
    const cached = defer(() => EMPTY).pipe(cacheCalls<unknown>(policy, { key: 'a' }))
    expect(await lastValueFrom(cached, { defaultValue: 'none' })).toBe('none')
    expect(await lastValueFrom(count.pipe(cacheCalls<unknown>(policy, { key: 'a' })))).toEqual({ run: 1 })
  })

  it.each([
    [{ ttl: -1, scope: 'shared' }, { key: 'a' }, 'cacheCalls: cache.ttl'],
    [false, { key: 'a' }, 'cacheCalls: cache must be an object, got false'],
    [{ ...policy, tags: () => [] }, { key: 'a' }, 'cacheCalls: cache.tags is for tools'],
    [{ ...policy, fields: { q: 'ignore' } }, { key: 'a' }, 'cacheCalls: cache.fields is for tools'],
    [policy, { key: 5 }, 'cacheCalls: key must be a string, got number'],
    [policy, { key: 'a', sotre: {} }, "cacheCalls: unknown option 'sotre'"],
  ])('refuses %o with %o', (given, options, message) => {
    expect(() => cacheCalls(given as CachePolicy, options as { key: string })).toThrow(message)
  })

  it('passes on what is no plain JSON, and does not keep it', async () => {
    const { runs } = setUp()
    let made = 0
    const cached = defer(() => of(new Map([[++made, runs()]]))).pipe(cacheCalls(policy, { key: 'a' }))
    await lastValueFrom(cached)
    expect((await lastValueFrom(cached)).has(2)).toBe(true)
  })

  it('takes a store that fails for a miss', async () => {
    const fail = () => Promise.reject(new Error('store'))
    const { count } = setUp()
    const cached = count.pipe(cacheCalls(policy, { key: 'a', store: { ...singleEntryStore(), get: fail, set: fail } }))
    expect([await lastValueFrom(cached), await lastValueFrom(cached)]).toEqual([{ run: 1 }, { run: 2 }])
  })

  it('gives a stale value at once and renews it once, whoever asks meanwhile and whoever leaves', async () => {
    const { clock, pass } = setUp()
    const sources: Subject<string>[] = []
    const cached = defer(() => {
      const source = new Subject<string>()
      sources.push(source)
      return source
    }).pipe(cacheCalls<string>({ ...policy, staleWhileRevalidate: 50 }, { key: 'a', clock }))
    const given: string[] = []
    const ask = () => cached.subscribe((value) => given.push(value))
    const finish = (n: number, value: string): void => {
      sources[n]?.next(value)
      sources[n]?.complete()
    }
    ask()
    finish(0, 'old')
    pass(100)
    ask().unsubscribe()
    ask()
    expect([given, sources.length]).toEqual([['old', 'old', 'old'], 2])
    finish(1, 'new')
    ask()
    expect([given.at(-1), sources.length]).toEqual(['new', 2])
  })

  it('lets who comes after the window wait for the renewal that runs, and hides its failure from the others', () => {
    const { clock, pass } = setUp()
    const sources: Subject<string>[] = []
    const cached = defer(() => {
      const source = new Subject<string>()
      sources.push(source)
      return source
    }).pipe(cacheCalls<string>({ ...policy, staleWhileRevalidate: 50 }, { key: 'a', clock }))
    const given: unknown[] = []
    const ask = () => cached.subscribe({ next: (value) => given.push(value), error: (error) => given.push(error) })
    ask()
    sources[0]?.next('old')
    sources[0]?.complete()
    pass(149)
    ask()
    pass(1)
    ask()
    sources[1]?.error('down')
    expect([given, sources.length]).toEqual([['old', 'old', 'down'], 2])
  })

  it('gives a stale value in place of an error, within its window and where nothing was given before', async () => {
    const { clock, pass } = setUp()
    const run: { error: unknown; partly: boolean } = { error: undefined, partly: false }
    const cached = defer(() => {
      if (run.error === undefined) return of('old')
      return concat(
        run.partly ? of('part') : EMPTY,
        throwError(() => run.error),
      )
    }).pipe(cacheCalls<string>({ ...policy, staleIfError: 50 }, { key: 'a', clock }))
    await lastValueFrom(cached)
    run.error = new Error('down')
    pass(149)
    expect(await lastValueFrom(cached)).toBe('old')
    run.partly = true
    await expect(lastValueFrom(cached)).rejects.toThrow('down')
    run.partly = false
    pass(1)
    await expect(lastValueFrom(cached)).rejects.toThrow('down')
  })

  it('stores nothing with a ttl of 0', async () => {
    const { count } = setUp()
    const cached = count.pipe(cacheCalls({ ...policy, ttl: 0 }, { key: 'a' }))
    expect([await lastValueFrom(cached), await lastValueFrom(cached)]).toEqual([{ run: 1 }, { run: 2 }])
  })
})
