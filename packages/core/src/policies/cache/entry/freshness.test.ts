import { describe, expect, it } from 'vitest'
import { judgeEntry, lifeOf, mayStandIn } from './freshness.ts'

const entry = (staleUntil?: number) => ({ id: '1', value: 1, storedAt: 0, expiresAt: 100, staleUntil })
const at = (rules: { revalidateMs: number; spareMs: number }, times: readonly number[], staleUntil?: number) =>
  times.map((now) => judgeEntry(entry(staleUntil), rules, now))

describe('judgeEntry', () => {
  it('has an entry fresh until it expires, exclusive', () => {
    expect(at({ revalidateMs: 0, spareMs: 0 }, [0, 99, 100])).toEqual(['fresh', 'fresh', 'expired'])
  })

  it('renews it in its first window and spares it until the end of the second', () => {
    const rules = { revalidateMs: 10, spareMs: 30 }
    expect(at(rules, [99, 100, 109, 110, 129, 130], 130)).toEqual([
      'fresh',
      'renew',
      'renew',
      'spare',
      'spare',
      'expired',
    ])
  })

  it('goes by what the policy says now, and never beyond what the entry was stored for', () => {
    expect(at({ revalidateMs: 50, spareMs: 0 }, [100, 119, 120], 120)).toEqual(['renew', 'renew', 'expired'])
    expect(at({ revalidateMs: 5, spareMs: 0 }, [104, 105], 120)).toEqual(['renew', 'expired'])
    expect(at({ revalidateMs: 50, spareMs: 50 }, [100])).toEqual(['expired'])
  })
})

describe('mayStandIn', () => {
  it('is true until the end of the window for errors', () => {
    const rules = { revalidateMs: 50, spareMs: 10 }
    expect([99, 100, 109, 110].map((now) => mayStandIn(entry(150), rules, now))).toEqual([true, true, true, false])
    expect(mayStandIn(entry(105), rules, 105)).toBe(false)
    expect(mayStandIn(entry(), rules, 100)).toBe(false)
  })
})

describe('lifeOf', () => {
  it('counts from the write, and keeps an entry for the longer of the windows', () => {
    expect(lifeOf({ ttlMs: 100, revalidateMs: 0, spareMs: 0 }, 5)).toEqual({ storedAt: 5, expiresAt: 105 })
    const stale = { storedAt: 5, expiresAt: 105, staleUntil: 135 }
    expect(lifeOf({ ttlMs: 100, revalidateMs: 10, spareMs: 30 }, 5)).toEqual(stale)
    expect(lifeOf({ ttlMs: 100, revalidateMs: 30, spareMs: 0 }, 5)).toEqual(stale)
  })
})
