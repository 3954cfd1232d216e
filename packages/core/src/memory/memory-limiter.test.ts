import { config } from 'rxjs'
import { afterEach, describe, expect, it } from 'vitest'
import type { LimitRequest } from '../ports/limiter.ts'
import { type MemoryLimiterOptions, memoryLimiter } from './memory-limiter.ts'

/** One call in 1,000 ms. */
const rate = (key: string, change: object = {}): LimitRequest => ({
  kind: 'rate',
  key,
  limit: 1,
  perMs: 1000,
  burst: 1,
  weight: 1,
  algorithm: 'token-bucket',
  ...change,
})
const permit = (key: string, max = 1, leaseMs = 30_000): LimitRequest => ({ kind: 'concurrency', key, max, leaseMs })

function openTrial(options?: MemoryLimiterOptions) {
  const limiter = memoryLimiter(options)
  const ask = (requests: LimitRequest | LimitRequest[], now = 0) => limiter.acquire([requests].flat(), { now })
  const take = (requests: LimitRequest | LimitRequest[], now = 0): string => {
    const decision = ask(requests, now)
    if (!decision.granted) throw new Error(`refused: ${decision.blockedBy}`)
    return decision.lease
  }
  const fits = (requests: LimitRequest | LimitRequest[], now = 0): boolean => {
    const decision = ask(requests, now)
    if (decision.granted) limiter.release(decision.lease, { now, refund: true })
    return decision.granted
  }
  const release = (lease: string, now = 0, refund = false): void => limiter.release(lease, { now, refund })
  return { limiter, ask, take, fits, release }
}

const refused = (blockedBy: string, retryAfterMs: number) => ({ granted: false, retryAfterMs, blockedBy })

describe('the limiter in memory', () => {
  it('says what it can do', () => {
    expect(memoryLimiter().supports).toEqual({ concurrency: true, slidingWindow: true, shared: false })
  })

  it('grants rates of both kinds and tells when the next one fits', () => {
    const { ask, take } = openTrial()
    const bucket = rate('a', { limit: 2, burst: 2 })
    const window = rate('b', { limit: 2, burst: 2, algorithm: 'sliding-window' })
    for (let n = 0; n < 2; n += 1) take([bucket, window])
    expect([ask(bucket), ask(window)]).toEqual([refused('a', 500), refused('b', 1000)])
    expect([ask(bucket, 500).granted, ask(window, 999).granted, ask(window, 1000).granted]).toEqual([true, false, true])
  })

  it('grants permits until they are taken, and again when they are released', () => {
    const { ask, take, release } = openTrial()
    const leases = [take(permit('a', 2)), take(permit('a', 2))]
    expect(ask(permit('a', 2))).toEqual(refused('a', 1000))
    release(leases[0] ?? '')
    expect(ask(permit('a', 2)).granted).toBe(true)
    expect(ask(permit('a', 3)).granted).toBe(true)
  })

  it('takes all or nothing, whichever stands in the way', () => {
    const { ask, take, fits, release } = openTrial()
    const held = take(permit('permit'))
    expect(ask([rate('rate'), permit('permit'), permit('other')])).toEqual(refused('permit', 1000))
    expect(fits([rate('rate'), permit('other')])).toBe(true)
    release(held)
    take(rate('rate'))
    expect(ask([permit('permit'), rate('rate')], 400)).toEqual(refused('rate', 600))
    expect(fits(permit('permit'), 400)).toBe(true)
  })

  it('names what stands in the way longest', () => {
    const { limiter, ask, take } = openTrial()
    take([rate('a', { perMs: 5000 }), rate('b'), permit('c')])
    const all = [rate('b'), permit('c'), rate('a', { perMs: 5000 })]
    expect(ask(all)).toEqual(refused('a', 5000))
    limiter.cooldown('b', 7000, { now: 0 })
    expect(ask(all)).toEqual(refused('b', 7000))
  })

  it('grants nothing that is asked for as nothing, as a lease like others', () => {
    const { limiter, take, release } = openTrial()
    const lease = take([])
    expect(limiter.renew(lease, { now: 1e9 })).toBe(true)
    release(lease)
    expect(limiter.renew(lease, { now: 1e9 })).toBe(false)
  })

  it('counts permits of one key twice that are asked for twice', () => {
    const { ask, take, release } = openTrial()
    expect(ask([permit('a'), permit('a')])).toEqual(refused('a', 1000))
    const lease = take([permit('a', 2), permit('a', 2)])
    expect(ask(permit('a', 2)).granted).toBe(false)
    release(lease)
    expect(ask([permit('a', 2), permit('a', 2)]).granted).toBe(true)
  })

  it.each([
    [rate('a', { weight: 2 }), "The rate request 'a' can never be granted"],
    [permit('a', 0), "The permit request 'a' can never be granted: max 0, leaseMs 30000"],
    [permit('a', 1, 0), "The permit request 'a' can never be granted: max 1, leaseMs 0"],
    [permit('a', Number.NaN), "The permit request 'a' can never be granted: max NaN"],
  ])('throws for what could never be granted, and takes nothing: %o', (request, message) => {
    const { ask, fits } = openTrial()
    expect(() => ask([rate('b'), permit('c'), request])).toThrow(message)
    expect(fits([rate('b'), permit('c')])).toBe(true)
  })

  it('refuses wrong options', () => {
    expect(() => memoryLimiter({ maxKeys: 0 })).toThrow('memoryLimiter: maxKeys must be an integer >= 1, got 0')
    expect(() => memoryLimiter({ max: 1 } as never)).toThrow("memoryLimiter: unknown option 'max'")
  })
})

describe('release', () => {
  it('keeps the tokens of what has started, and gives back those of what never did', () => {
    const { fits, take, release } = openTrial()
    release(take(rate('a')))
    expect(fits(rate('a'))).toBe(false)
    release(take(rate('b')), 0, true)
    expect(fits(rate('b'))).toBe(true)
  })

  it('gives a lease back once', () => {
    const { ask, take, release } = openTrial()
    const lease = take([permit('a', 2), rate('b', { burst: 2 })])
    take([permit('a', 2), rate('b', { burst: 2 })])
    for (let n = 0; n < 3; n += 1) release(lease, 0, true)
    take([permit('a', 2), rate('b', { burst: 2 })])
    expect([ask(permit('a', 2)).granted, ask(rate('b', { burst: 2 })).granted]).toEqual([false, false])
  })

  it('ignores leases that it does not know', () => {
    const { limiter, ask, take, release } = openTrial()
    const lease = take(permit('a'))
    for (const other of ['', '0', 'x', `${lease}.0`, ` ${lease}`, `0${lease}`, '__proto__']) {
      release(other)
      expect(limiter.renew(other, { now: 0 })).toBe(false)
    }
    expect(ask(permit('a')).granted).toBe(false)
  })
})

describe('leases', () => {
  it('end when they were not renewed in time', () => {
    const { limiter, ask, take } = openTrial()
    const lease = take(permit('a', 1, 100))
    expect(ask(permit('a'), 99)).toEqual(refused('a', 1))
    take(permit('a'), 100)
    expect(limiter.renew(lease, { now: 100 })).toBe(false)
  })

  it('last as long again from each renewal', () => {
    const { limiter, ask, take } = openTrial()
    const lease = take(permit('a', 1, 100))
    expect(limiter.renew(lease, { now: 99 })).toBe(true)
    expect(ask(permit('a'), 198).granted).toBe(false)
    expect(limiter.renew(lease, { now: 198 })).toBe(true)
    expect(ask(permit('a'), 297).granted).toBe(false)
    expect(ask(permit('a'), 298).granted).toBe(true)
  })

  it('are over at their end, also where nobody has asked for their permits', () => {
    const { limiter, ask, take, release } = openTrial()
    const both = [permit('a', 1, 100), rate('b', { perMs: 60_000 })]
    const lease = take(both)
    expect(limiter.renew(lease, { now: 100 })).toBe(false)
    expect(ask(permit('a'), 100).granted).toBe(true)
    const other = openTrial()
    other.release(other.take(both), 100, true)
    expect(other.ask(rate('b', { perMs: 60_000 }), 100).granted).toBe(false)
    release(lease, 100, true)
    expect(ask(rate('b', { perMs: 60_000 }), 100).granted).toBe(false)
  })

  it('give all their permits back together, at the end of the first', () => {
    const { ask, take } = openTrial()
    take([permit('a', 1, 100), permit('b', 1, 1000)])
    take(permit('a'), 100)
    expect(ask(permit('b'), 100).granted).toBe(true)
  })

  it('of a key end one by one', () => {
    const { ask, take } = openTrial()
    for (const leaseMs of [300, 100, 200]) take(permit('a', 3, leaseMs))
    expect([99, 100, 101, 199, 200, 201, 300].map((now) => ask(permit('a', 3), now).granted)).toEqual([
      ...[false, true, false, false, true, false, true],
    ])
  })
})

describe('cooldown', () => {
  it('refuses every request of its key until its end', () => {
    const { limiter, ask } = openTrial()
    limiter.cooldown('a', 500, { now: 0 })
    expect([ask(rate('a')), ask(permit('a'), 499)]).toEqual([refused('a', 500), refused('a', 1)])
    expect([ask(rate('b')).granted, ask([rate('a'), permit('a')], 500).granted]).toEqual([true, true])
  })

  it('is changed by a later end, not by an earlier one or one that has passed', () => {
    const { limiter, ask } = openTrial()
    for (const until of [500, 400, 600, -1, Number.NaN]) limiter.cooldown('a', until, { now: 0 })
    expect(ask(rate('a'), 599)).toEqual(refused('a', 1))
    limiter.cooldown('a', 600, { now: 600 })
    expect(ask(rate('a'), 600).granted).toBe(true)
  })

  it('takes nothing from what it refuses', () => {
    const { limiter, ask } = openTrial()
    limiter.cooldown('a', 500, { now: 0 })
    ask([rate('b'), permit('c'), rate('a')])
    expect(ask([rate('b'), permit('c')]).granted).toBe(true)
  })
})

describe('the time', () => {
  it('goes on from where it stood when the clock is set back', () => {
    const { limiter, ask, take } = openTrial()
    const hour = 3_600_000
    take(rate('a'), hour)
    expect(ask(rate('a'), 100)).toEqual(refused('a', 1000))
    expect(ask(rate('a'), 1100).granted).toBe(true)
    limiter.cooldown('b', 1500, { now: 1100 })
    expect(ask(rate('b'), 1200)).toEqual(refused('b', 300))
  })

  it('stands still for readings that come in another order', () => {
    const { ask, take } = openTrial()
    take(rate('a'), 10_000)
    for (let n = 0; n < 10; n += 1) expect(ask(rate('a'), n % 2 === 0 ? 9500 : 10_400).granted).toBe(false)
    expect([ask(rate('a'), 10_999).granted, ask(rate('a'), 11_000).granted]).toEqual([false, true])
  })
})

describe('watch', () => {
  afterEach(() => {
    config.onUnhandledError = null
  })

  it('tells the keys whose permits have become free, until it is ended', () => {
    const { limiter, ask, take, release } = openTrial()
    const seen: string[] = []
    const end = limiter.watch((key) => seen.push(key))
    release(take([permit('a'), rate('r'), permit('b')]))
    expect(seen).toEqual(['a', 'b'])
    take(permit('c', 1, 100))
    ask(permit('c'), 100)
    const lease = take(permit('d', 1, 100), 100)
    limiter.renew(lease, { now: 200 })
    expect(seen).toEqual(['a', 'b', 'c', 'd'])
    end()
    end()
    release(take(permit('a'), 200), 200)
    expect(seen).toHaveLength(4)
  })

  it('tells when the permit can be taken already', () => {
    const { limiter, ask, take, release } = openTrial()
    const granted: boolean[] = []
    limiter.watch((key) => granted.push(ask(permit(key)).granted))
    release(take(permit('a')))
    expect([granted, ask(permit('a')).granted]).toEqual([[true], false])
  })

  it('takes in what listeners take and release, without recursion', () => {
    const { limiter, take, release } = openTrial()
    let runs = 0
    limiter.watch((key) => {
      runs += 1
      if (runs < 100_000) release(take(permit(key)))
    })
    release(take(permit('a')))
    expect(runs).toBe(100_000)
  })

  it('lets a listener end what is about to be ended', () => {
    const { limiter, ask, take, release } = openTrial()
    const leases = [1, 2].map(() => take(permit('a', 3, 100)))
    take(permit('a', 3, 1000))
    limiter.watch(() => {
      for (const lease of leases) release(lease, 100)
    })
    const granted = [1, 2, 3].map(() => ask(permit('a', 3), 100).granted)
    expect(granted).toEqual([true, true, false])
  })

  it('tells the others although one listener throws, and disturbs no call', async () => {
    const reported: unknown[] = []
    config.onUnhandledError = (error) => reported.push(error)
    const { limiter, take, release } = openTrial()
    const seen: string[] = []
    limiter.watch(() => {
      throw new Error('bad listener')
    })
    limiter.watch((key) => seen.push(key))
    for (const key of ['a', 'b']) release(take(permit(key)))
    await new Promise((resolve) => setTimeout(resolve))
    expect([seen, reported.length]).toEqual([['a', 'b'], 2])
  })
})

describe('the bound of the keys', () => {
  it('drops the rates used longest ago, but neither permits nor cooldowns', () => {
    const { limiter, ask, take } = openTrial({ maxKeys: 3 })
    const minute = (key: string): LimitRequest => rate(key, { perMs: 60_000 })
    const held = take([permit('permit'), minute('old')])
    limiter.cooldown('cooled', 60_000, { now: 0 })
    for (let n = 0; n < 1000; n += 1) take(minute(`key-${n}`))
    const known = ['permit', 'cooled'].map((key) => ask(permit(key)).granted)
    expect([known, ask(minute('old')).granted, ask(minute('key-999')).granted]).toEqual([[false, false], true, false])
    expect(limiter.renew(held, { now: 0 })).toBe(true)
  })
})
