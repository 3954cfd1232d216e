import { concat, defer, lastValueFrom, of, Subject, throwError, toArray } from 'rxjs'
import { describe, expect, it } from 'vitest'
import type { Clock } from '../../ports/clock.ts'
import { cacheCalls } from './cache-calls.ts'
import type { CachePolicy } from './cache-policy.ts'
import { singleEntryStore } from './single-entry-store.ts'

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

  it('stores nothing with a ttl of 0', async () => {
    const { count } = setUp()
    const cached = count.pipe(cacheCalls({ ...policy, ttl: 0 }, { key: 'a' }))
    expect([await lastValueFrom(cached), await lastValueFrom(cached)]).toEqual([{ run: 1 }, { run: 2 }])
  })
})
