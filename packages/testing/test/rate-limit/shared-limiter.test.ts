import { type CacheStore, type Limiter, memoryCacheStore, memoryLimiter, type PendingCall } from '@headrace/core'
import { createTestClock } from '@headrace/testing'
import { describe, expect, it } from 'vitest'
import { codeOf, openRuntime, resultOf, type StageOptions } from '../fixture/open-runtime.ts'
import { forever, readTool, sleep } from '../fixture/tools.ts'

/** A limiter as another process would be: it answers after a while, and says that it is shared. */
function remote(clock: () => { setTimer(ms: number, run: () => void): unknown }, change: Partial<Limiter> = {}) {
  const store = memoryLimiter()
  const log: string[] = []
  const later = <T>(name: string, give: () => T): Promise<T> => {
    log.push(name)
    return new Promise((resolve) => clock().setTimer(5, () => resolve(give())))
  }
  const limiter: Limiter = {
    supports: { concurrency: true, slidingWindow: true, shared: true },
    acquire: (...of) => later('acquire', () => store.acquire(...of)),
    renew: (...of) => later('renew', () => store.renew(...of)),
    release: (lease, options) => later(options.refund ? 'refund' : 'release', () => store.release(lease, options)),
    cooldown: (...of) => later('cooldown', () => store.cooldown(...of)),
    watch: (listener) => store.watch(listener),
    ...change,
  }
  return { limiter, log }
}

/** Runtimes that share a limiter, each with the tool `api`, whose runs take 100 ms. */
function stages(count: number, change: Partial<Limiter> = {}, options: StageOptions = {}, policy = {}) {
  const running = { now: 0, most: 0 }
  const { limiter, log } = remote(() => clock, change)
  const first = open()
  const { clock } = first
  const all = [first, ...Array.from({ length: count - 1 }, () => open(clock))]
  function open(clock?: StageOptions['clock']): ReturnType<typeof openRuntime> {
    const stage = openRuntime({
      ...options,
      ...(clock === undefined ? {} : { clock }),
      limiter,
      tools: [
        readTool(
          'api',
          async (_, { signal }) => {
            running.now += 1
            running.most = Math.max(running.most, running.now)
            await sleep(stage.clock, 100, signal).finally(() => {
              running.now -= 1
            })
          },
          { concurrency: { max: 2 }, retry: false, ...policy },
        ),
      ],
    })
    return stage
  }
  const call = (tool = 'api', of = 0): PendingCall<unknown> => (all[of] ?? first).call(tool)
  return { first, all, clock, log, running, call }
}

describe('a shared limiter', () => {
  it('counts permits over runtimes', async () => {
    const { all, clock, running } = stages(3)
    const calls = all.flatMap(({ call }) => [call('api'), call('api')])
    await clock.advance(10_000)
    expect([await Promise.all(calls.map(codeOf)), running.most]).toEqual([new Array(6).fill('ok'), 2])
  })

  it('wakes those who wait as soon as it tells of a free permit', async () => {
    const { all, clock } = stages(2, {}, {}, { concurrency: { max: 1 } })
    const [a, b] = all.map(({ call }) => call('api'))
    await clock.advance(5 + 100 + 5 + 5 + 100)
    expect([a?.status, b?.status]).toEqual(['settled', 'settled'])
  })

  it('gets each lease back, with its tokens where the call did not start', async () => {
    const { call, clock, log } = stages(1, {}, {}, { rateLimit: { limit: 10, per: 1000 } })
    const kept = call()
    void call().cancel('enough')
    await clock.advance(200)
    expect(await resultOf(kept)).toMatchObject({ status: 'ok' })
    expect(log.toSorted()).toEqual(['acquire', 'acquire', 'refund', 'release'])
  })

  it('is asked to keep the permit of a run that takes long', async () => {
    const { first, call, clock, log } = stages(1, {}, {}, { timeout: { attempt: 100_000, grace: 1 } })
    const slow = readTool('slow', forever, { timeout: { attempt: 25_000, grace: 1 }, retry: false })
    first.runtime.registry.register(slow)
    call('slow')
    await clock.advance(24_000)
    expect(log.filter((entry) => entry === 'renew')).toHaveLength(2)
    await clock.advance(60_000)
    expect([log.filter((entry) => entry === 'renew').length, log.includes('release')]).toEqual([2, true])
  })

  it('that fails leaves its limits to this process, divided by the instances', async () => {
    const fail = { acquire: () => Promise.reject(new Error('away')) }
    const options = { onStoreError: { instances: 2 } }
    const { first, call, clock, running } = stages(1, fail, options, { concurrency: { max: 4 } })
    for (let n = 0; n < 8; n += 1) call()
    await clock.advance(5000)
    expect(running.most).toBe(2)
    const suspended = first.events.flatMap((event) => (event.type === 'store-suspend' ? [event.forMs] : []))
    expect(suspended).toEqual([1000, 2000, 4000])
  })

  it('that fails lets everything through, or nothing, where that was asked for', async () => {
    const fail = { acquire: () => Promise.reject(new Error('away')) }
    const allow = stages(1, fail, { onStoreError: { limiter: 'allow' } })
    const open = [allow.call(), allow.call()]
    await allow.clock.advance(200)
    expect(open.map(({ status }) => status)).toEqual(['settled', 'settled'])
    const policy = { rateLimit: { limit: 100, per: 100 } }
    const deny = stages(1, fail, { onStoreError: { limiter: 'deny' } }, policy)
    const refused = deny.call()
    await deny.clock.advance(0)
    expect(await codeOf(refused)).toBe('RATE_LIMITED')
  })

  it('that does not answer costs a call 100 ms, and is given back what it grants too late', async () => {
    const store = memoryLimiter()
    const released: boolean[] = []
    const slow: Partial<Limiter> = {
      acquire: (...of) => new Promise((resolve) => clock.setTimer(150, () => resolve(store.acquire(...of)))),
      release: (_, { refund }) => void released.push(refund),
    }
    const { call, clock } = stages(1, slow)
    const late = call()
    await clock.advance(200)
    expect((await resultOf(late)).meta.queuedMs).toBe(100)
    expect(released).toEqual([true])
  })

  it('is asked for as long as it says "not yet", however often: only what it does not answer costs the 100 ms', async () => {
    let asked = 0
    const busy: Partial<Limiter> = {
      acquire: () => {
        asked += 1
        const decision = asked > 40 ? { granted: true as const, lease: '1' } : denied
        return new Promise((resolve) => clock.setTimer(5, () => resolve(decision)))
      },
    }
    const denied = { granted: false as const, retryAfterMs: 10, blockedBy: 'api' }
    const { call, clock } = stages(1, busy, {}, { concurrency: { max: 1 }, rateLimit: { limit: 1, per: 1000 } })
    const patient = call()
    await clock.advance(1000)
    expect((await resultOf(patient)).meta.queuedMs).toBe(41 * 5 + 40 * 10)
    expect(asked).toBe(41)
  })

  it('is asked by one at a time once it has denied one, and by more with each that it grants', async () => {
    const inFlight = { now: 0, most: 0 }
    const most: number[] = []
    const store = memoryLimiter()
    const counting: Partial<Limiter> = {
      acquire: (...of) => {
        inFlight.now += 1
        inFlight.most = Math.max(inFlight.most, inFlight.now)
        return new Promise((resolve) =>
          clock.setTimer(5, () => {
            inFlight.now -= 1
            resolve(store.acquire(...of))
          }),
        )
      },
    }
    const { call, clock } = stages(
      1,
      counting,
      {},
      { concurrency: { max: 100 }, rateLimit: { limit: 10, per: 100, burst: 8 } },
    )
    const calls = Array.from({ length: 60 }, () => call())
    for (let step = 0; step < 10; step += 1) {
      inFlight.most = inFlight.now
      await clock.advance(100)
      most.push(inFlight.most)
    }
    expect(await Promise.all(calls.map(codeOf))).toEqual(new Array(60).fill('ok'))
    // sixteen at first, and one more for each of the eight that were granted
    expect([most[0], Math.max(...most.slice(1)) <= 4]).toEqual([24, true])
  })

  it.each([null, 5, {}, { granted: false }, { granted: false, retryAfterMs: Number.NaN, blockedBy: 'api' }])(
    'that answers %j, at once or later, is one that fails',
    async (nonsense) => {
      for (const acquire of [() => nonsense, () => Promise.resolve(nonsense)]) {
        const { call, clock, first } = stages(1, { acquire: acquire as never })
        const pending = call()
        await clock.advance(200)
        expect(await codeOf(pending)).toBe('ok')
        expect(first.events.filter(({ type }) => type === 'store-error')).toMatchObject([{ store: 'limiter' }])
      }
    },
  )

  it('is asked by so many at a time that none of them waits for long, and refuses nobody whom it grants', async () => {
    const store = memoryLimiter()
    const asking = { now: 0, most: 0 }
    const acquire: Limiter['acquire'] = async (...of) => {
      asking.now += 1
      asking.most = Math.max(asking.most, asking.now)
      await sleep(clock, 5)
      asking.now -= 1
      return store.acquire(...of)
    }
    const policy = { concurrency: { max: 1_000, queue: 0 }, rateLimit: { limit: 500, per: 1000 } }
    const { call, clock } = stages(1, { acquire }, {}, policy)
    const calls = Array.from({ length: 500 }, () => call())
    await clock.advance(1_000)
    expect([await Promise.all(calls.map(codeOf)), asking.most]).toEqual([new Array(500).fill('ok'), 32])
  })

  it('that is back is not suspended again by a call that has hardly any time left: another store took that', async () => {
    const clock = createTestClock()
    const store = memoryLimiter()
    const state = { isAway: true, cacheMs: 0 }
    const acquire: Limiter['acquire'] = async (...of) => {
      if (state.isAway) throw new Error('away')
      await sleep(clock, 5)
      return store.acquire(...of)
    }
    const cache: CacheStore = { ...memoryCacheStore(), get: () => sleep(clock, state.cacheMs).then(() => undefined) }
    const policy = { cache: { ttl: 0, scope: 'shared' as const }, concurrency: { max: 10 } }
    const { first, call } = stages(1, { acquire }, { clock, cache }, policy)
    for (let n = 0; n < 3; n += 1) {
      call()
      await clock.advance(200)
    }
    await clock.advance(1000)
    Object.assign(state, { isAway: false, cacheMs: 97 })
    for (let n = 0; n < 3; n += 1) {
      const pending = call()
      await clock.advance(300)
      expect(await codeOf(pending)).toBe('ok')
    }
    const suspended = first.events.flatMap((event) => (event.type === 'store-suspend' ? [event.forMs] : []))
    expect(suspended).toEqual([1000])
  })
})
