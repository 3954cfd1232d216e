import { config } from 'rxjs'
import { afterEach, describe, expect, it } from 'vitest'
import { resolveBreaker } from '../policies/breaker/breaker-policy.ts'
import type { BreakerOutcome, BreakerOutcomeKind, BreakerView } from '../ports/breaker-store.ts'
import { type MemoryBreakerOptions, memoryBreakerStore } from './memory-breaker-store.ts'

const { rules } = resolveBreaker({ consecutiveFailures: 1 }, 'trial')

function openTrial(options: MemoryBreakerOptions = {}) {
  const store = memoryBreakerStore({ random: () => 0.5, ...options })
  const admit = (key: string, now = 0) => store.admit(key, rules, { now })
  const call = (key: string, kind: BreakerOutcomeKind, now = 0, extra: Partial<BreakerOutcome> = {}) => {
    const admission = admit(key, now)
    if (!admission.admitted) throw new Error('rejected')
    const { generation, probe } = admission
    return store.record(key, rules, { generation, probe, kind, slow: false, reporter: 'a', ...extra }, { now })
  }
  return { store, admit, call }
}

describe('the breaker store in memory', () => {
  it('keeps a breaker for each key', () => {
    const { admit, call } = openTrial()
    call('a', 'failure')
    expect([admit('a').admitted, admit('b').admitted]).toEqual([false, true])
  })

  it('takes any text as a key', () => {
    const { admit, call } = openTrial()
    for (const key of ['__proto__', 'constructor', '', 'a\0b']) call(key, 'failure')
    expect(['__proto__', 'constructor', '', 'a\0b', 'toString'].map((key) => admit(key).admitted)).toEqual([
      ...[false, false, false, false],
      true,
    ])
  })

  it('draws the jitter from its random source', () => {
    const { store, call } = openTrial({ random: () => 0 })
    call('a', 'failure')
    expect(store.peek('a')?.openUntil).toBe(4_500)
  })

  it('tells whether a probe holds its permit', () => {
    const { store, admit, call } = openTrial()
    call('a', 'failure')
    const probe = admit('a', 5_000)
    const id = (probe.admitted && probe.probe) || ''
    expect(store.renew('a', id, { now: 34_999 })).toBe(true)
    expect(store.renew('a', id, { now: 35_000 })).toBe(false)
    expect(store.renew('b', id, { now: 5_000 })).toBe(false)
  })

  it('refuses wrong options', () => {
    expect(() => memoryBreakerStore({ maxKeys: 0 })).toThrow(/maxKeys must be an integer >= 1/)
    expect(() => memoryBreakerStore({ random: 1 } as never)).toThrow(/random must be a function/)
    expect(() => memoryBreakerStore({ size: 1 } as never)).toThrow(/unknown option 'size'/)
  })
})

describe('peek', () => {
  it('knows nothing of a breaker that never judged anything, and makes none', () => {
    const { store, admit, call } = openTrial()
    admit('a')
    call('a', 'ignored')
    expect([store.peek('a'), store.peek('b')]).toEqual([undefined, undefined])
  })

  it('gives the same view while nothing in it has changed', () => {
    const { store, call } = openTrial()
    const view = call('a', 'success')
    call('a', 'success', 1)
    expect(store.peek('a')).toBe(view)
    expect(view).toEqual({ key: 'a', state: 'closed', generation: 1 })
  })

  it('does not keep a key from being dropped', () => {
    const { store, call } = openTrial({ maxKeys: 2 })
    call('a', 'success')
    call('b', 'success')
    store.peek('a')
    call('c', 'success')
    expect(['a', 'b', 'c'].map((key) => store.peek(key) !== undefined)).toEqual([false, true, true])
  })
})

describe('set', () => {
  it('isolates, disables and closes, and gives the view', () => {
    const { store, admit } = openTrial()
    expect(store.set('a', 'isolated', { now: 0 })).toMatchObject({ key: 'a', state: 'isolated' })
    expect(admit('a').admitted).toBe(false)
    expect(store.set('a', 'disabled', { now: 0 }).state).toBe('disabled')
    expect(store.set('a', 'closed', { now: 0 })).toBe(store.peek('a'))
    expect(admit('a').admitted).toBe(true)
  })

  it('makes nothing by closing what was never open', () => {
    const { store } = openTrial()
    expect(store.set('a', 'closed', { now: 0 })).toMatchObject({ key: 'a', state: 'closed' })
    expect(store.peek('a')).toBeUndefined()
  })
})

describe('seed', () => {
  it('goes on from what another store last told', () => {
    const { store, admit } = openTrial()
    store.seed({ key: 'a', state: 'open', generation: 9, openUntil: 2_000, cause: 'down' }, rules, { now: 500 })
    expect(admit('a', 500)).toEqual({ admitted: false, state: 'open', retryAfterMs: 1_500, cause: 'down' })
    expect(admit('a', 2_000)).toMatchObject({ admitted: true, generation: 10 })
  })
})

describe('the bound of the keys', () => {
  it('drops the least recently used first', () => {
    const { store, admit, call } = openTrial({ maxKeys: 3 })
    for (const key of ['a', 'b', 'c']) call(key, 'success')
    admit('a')
    call('d', 'success')
    call('e', 'success')
    const known = ['a', 'b', 'c', 'd', 'e'].filter((key) => store.peek(key))
    expect(known).toEqual(['a', 'd', 'e'])
  })

  it('never drops breakers that are open, half-open, isolated or disabled', () => {
    const { store, admit, call } = openTrial({ maxKeys: 2 })
    call('open', 'failure', 4_000)
    call('half', 'failure', 0)
    admit('half', 5_000)
    store.set('isolated', 'isolated', { now: 0 })
    store.set('disabled', 'disabled', { now: 0 })
    for (const key of ['open', 'half', 'isolated', 'disabled']) admit(key, 5_000)
    for (let n = 0; n < 100; n += 1) call(`key-${n}`, 'success')
    const states = ['open', 'half', 'isolated', 'disabled'].map((key) => store.peek(key)?.state)
    expect(states).toEqual(['open', 'half-open', 'isolated', 'disabled'])
    expect([98, 99].map((n) => store.peek(`key-${n}`) !== undefined)).toEqual([false, true])
  })

  it('drops breakers again once they have closed', () => {
    const { store, call } = openTrial({ maxKeys: 1 })
    call('a', 'failure')
    call('b', 'success')
    call('a', 'success', 5_000)
    expect(store.peek('b')).toBeUndefined()
    call('c', 'success', 5_001)
    expect(store.peek('a')).toBeUndefined()
  })

  it('counts nothing of a call whose breaker was dropped in the meantime', () => {
    const { store, admit, call } = openTrial({ maxKeys: 1 })
    const late = admit('a')
    if (!late.admitted) throw new Error('rejected')
    call('b', 'success')
    const outcome = { generation: late.generation, kind: 'failure', slow: false, reporter: 'a' } as const
    expect(store.record('a', rules, outcome, { now: 1 })).toMatchObject({ key: 'a', state: 'closed' })
    expect([store.peek('a'), store.peek('b')?.state]).toEqual([undefined, 'closed'])
    admit('a', 2)
    expect(store.record('a', rules, outcome, { now: 3 }).state).toBe('closed')
    expect(call('a', 'failure', 4).state).toBe('open')
  })

  it('holds for a hundred thousand keys, each of them judged on its own', () => {
    const { store, call } = openTrial({ maxKeys: 100 })
    for (let n = 0; n < 100_000; n += 1) call(`key-${n}`, 'success')
    const known = Array.from({ length: 100_000 }, (_, n) => store.peek(`key-${n}`)).filter(Boolean)
    expect(known).toHaveLength(100)
  })
})

describe('watch', () => {
  afterEach(() => {
    config.onUnhandledError = null
  })

  it('tells every change of state, in order, until it is ended', () => {
    const { store, call } = openTrial()
    const seen: BreakerView[] = []
    const end = store.watch((view) => seen.push(view))
    call('a', 'success')
    call('a', 'failure', 1, { cause: 'HTTP 500' })
    call('a', 'success', 5_001)
    end()
    end()
    store.set('a', 'isolated', { now: 6_000 })
    expect(seen.map(({ state, cause }) => [state, cause])).toEqual([
      ['open', 'HTTP 500'],
      ['half-open', 'HTTP 500'],
      ['closed', undefined],
    ])
  })

  it('tells the others although one listener throws, and disturbs no call', async () => {
    const reported: unknown[] = []
    config.onUnhandledError = (error) => reported.push(error)
    const { store, call } = openTrial()
    const seen: string[] = []
    store.watch(() => {
      throw new Error('bad listener')
    })
    store.watch(({ state }) => seen.push(state))
    expect(call('a', 'failure').state).toBe('open')
    call('b', 'failure')
    await new Promise((resolve) => setTimeout(resolve))
    expect([seen, reported.length]).toEqual([['open', 'open'], 2])
  })

  it('tells everybody in the order of the changes, also those that a listener makes', () => {
    const { store, call } = openTrial()
    const seen: string[] = []
    store.watch(({ key, state }) => {
      if (state === 'open') store.set(key, 'isolated', { now: 1 })
    })
    store.watch(({ state }) => seen.push(state))
    call('a', 'failure')
    expect(seen).toEqual(['open', 'isolated'])
  })

  it('tells one listener twice where it watches twice', () => {
    const { store, call } = openTrial()
    const seen: string[] = []
    const listener = ({ state }: BreakerView) => seen.push(state)
    const end = store.watch(listener)
    store.watch(listener)
    end()
    call('a', 'failure')
    expect(seen).toEqual(['open'])
  })
})
