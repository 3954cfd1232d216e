import { describe, expect, it } from 'vitest'
import type { RateRequest } from '../../ports/limiter.ts'
import { RateTable } from './rate-table.ts'

const rate = (key: string, change: Partial<RateRequest> = {}): RateRequest => ({
  kind: 'rate',
  key,
  limit: 1,
  perMs: 1000,
  burst: 1,
  weight: 1,
  algorithm: 'token-bucket',
  ...change,
})

describe('RateTable', () => {
  it('counts each key apart', () => {
    const table = new RateTable(10)
    expect(table.takeAll([rate('a')], 0)).toBeUndefined()
    expect(table.takeAll([rate('b')], 0)).toBeUndefined()
    expect(table.takeAll([rate('a')], 0)).toEqual({ key: 'a', waitMs: 1000 })
  })

  it.each([
    ['a', 'b', 'c'],
    ['b', 'a', 'c'],
    ['b', 'c', 'a'],
  ])('takes all or nothing, whichever of %s, %s and %s comes first', (...order) => {
    const table = new RateTable(10)
    table.takeAll([rate('a')], 0)
    const requests = order.map((key) => rate(key))
    expect(table.takeAll(requests, 400)).toEqual({ key: 'a', waitMs: 600 })
    expect(table.takeAll([rate('b'), rate('c')], 400)).toBeUndefined()
  })

  it('names what stands in the way longest', () => {
    const table = new RateTable(10)
    const chain = [rate('a'), rate('b', { perMs: 5000 }), rate('c', { perMs: 3000, algorithm: 'sliding-window' })]
    table.takeAll(chain, 0)
    expect(table.takeAll(chain, 0)).toEqual({ key: 'b', waitMs: 5000 })
    expect(table.takeAll(chain, 4999)).toEqual({ key: 'b', waitMs: 1 })
    expect(table.takeAll(chain, 5000)).toBeUndefined()
  })

  it('counts a key twice that is asked for twice', () => {
    const table = new RateTable(10)
    const twice = [rate('a', { burst: 2 }), rate('a', { burst: 2 })]
    expect(table.takeAll(twice, 0)).toBeUndefined()
    expect(table.takeAll(twice, 1000)).toEqual({ key: 'a', waitMs: 1000 })
    expect(table.takeAll(twice, 2000)).toBeUndefined()
  })

  it('counts different numbers of one key apart', () => {
    const table = new RateTable(10)
    const minute = rate('a', { perMs: 60_000 })
    table.takeAll([rate('a'), minute], 0)
    expect(table.takeAll([rate('a')], 1000)).toBeUndefined()
    expect(table.takeAll([minute], 1000)).toEqual({ key: 'a', waitMs: 59_000 })
    table.giveBack([minute], { takenAt: 1000, now: 1000 })
    expect(table.takeAll([minute], 1000)).toBeUndefined()
  })

  it('gives back what was never used', () => {
    const table = new RateTable(10)
    const both = [rate('a'), rate('b', { algorithm: 'sliding-window' })]
    table.takeAll(both, 0)
    table.giveBack(both, { takenAt: 0, now: 0 })
    expect(table.takeAll(both, 0)).toBeUndefined()
  })

  it('has nothing to give back for what it has forgotten, or never knew', () => {
    const table = new RateTable(1)
    table.takeAll([rate('a')], 0)
    table.takeAll([rate('b')], 0)
    table.giveBack([rate('a'), rate('c')], { takenAt: 0, now: 0 })
    expect(table.size).toBe(1)
    expect(table.takeAll([rate('b')], 0)).toEqual({ key: 'b', waitMs: 1000 })
  })

  it.each([
    [{ weight: 2 }],
    [{ weight: 0 }],
    [{ weight: Number.NaN }],
    [{ limit: 0 }],
    [{ perMs: 0 }],
    [{ limit: Number.NaN }],
    [{ perMs: Number.POSITIVE_INFINITY }],
    [{ algorithm: 'sliding-window', burst: 5, weight: 2 } as const],
  ])('throws for what could never fit, and takes nothing: %o', (change) => {
    const table = new RateTable(10)
    expect(() => table.takeAll([rate('b'), rate('a', change)], 0)).toThrow(
      /^The rate request 'a' can never be granted: weight/,
    )
    expect(table.takeAll([rate('b')], 0)).toBeUndefined()
  })

  it('takes any text as a key', () => {
    const table = new RateTable(10)
    for (const key of ['__proto__', 'constructor', '', 'a\0b']) {
      expect(table.takeAll([rate(key)], 0)).toBeUndefined()
      expect(table.takeAll([rate(key)], 0)).toEqual({ key, waitMs: 1000 })
    }
  })
})

describe('the bound of the keys', () => {
  const isKnown = (table: RateTable, key: string, now: number): boolean =>
    table.takeAll([rate(key, { perMs: 60_000 })], now) !== undefined

  it('drops the key that was used longest ago', () => {
    const table = new RateTable(3)
    for (const key of ['a', 'b', 'c', 'a', 'd']) table.takeAll([rate(key, { perMs: 60_000 })], 0)
    expect(table.size).toBe(3)
    expect(['a', 'c', 'd'].map((key) => isKnown(table, key, 0))).toEqual([true, true, true])
    expect(isKnown(table, 'b', 0)).toBe(false)
  })

  it('drops idle keys before others that were used longer ago', () => {
    const table = new RateTable(2)
    table.takeAll([rate('busy', { perMs: 60_000 })], 0)
    table.takeAll([rate('idle', { perMs: 100 })], 10)
    table.takeAll([rate('new', { perMs: 60_000 })], 1000)
    expect([isKnown(table, 'busy', 1000), isKnown(table, 'new', 1000), table.size]).toEqual([true, true, 2])
  })

  it('holds for a hundred thousand keys, and for one request of more keys than there may be', () => {
    const table = new RateTable(100)
    for (let n = 0; n < 100_000; n += 1) table.takeAll([rate(`key-${n}`)], n)
    expect(table.size).toBe(100)
    const small = new RateTable(1)
    const many = ['a', 'b', 'c'].map((key) => rate(key))
    expect([small.takeAll(many, 0), small.size]).toEqual([undefined, 1])
    expect(small.takeAll(many, 0)).toEqual({ key: 'c', waitMs: 1000 })
  })
})
