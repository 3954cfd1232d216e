import { describe, expect, it } from 'vitest'
import type { LimitRequest } from '../../ports/limiter.ts'
import { Cooldowns } from './cooldowns.ts'

const permit = (key: string): LimitRequest => ({ kind: 'concurrency', key, max: 1, leaseMs: 1000 })

describe('Cooldowns', () => {
  it('names the one of several keys that has to wait longest', () => {
    const cooldowns = new Cooldowns()
    cooldowns.set('a', 500, 0)
    cooldowns.set('b', 700, 0)
    expect(cooldowns.blocking([permit('a'), permit('b'), permit('c')], 100)).toEqual({ key: 'b', waitMs: 600 })
    expect(cooldowns.blocking([permit('c')], 100)).toBeUndefined()
  })

  it('tells whole milliseconds', () => {
    const cooldowns = new Cooldowns()
    cooldowns.set('a', 500.25, 0)
    expect(cooldowns.blocking([permit('a')], 500)).toEqual({ key: 'a', waitMs: 1 })
  })

  it('forgets what is over when it is asked for', () => {
    const cooldowns = new Cooldowns()
    cooldowns.set('a', 500, 0)
    cooldowns.blocking([permit('a')], 500)
    expect(cooldowns.size).toBe(0)
  })

  it('forgets what is over also where nobody asks, and keeps all that is not', () => {
    const cooldowns = new Cooldowns()
    for (let n = 0; n < 100_000; n += 1) cooldowns.set(`key-${n}`, n + 50, n)
    expect(cooldowns.size).toBeLessThan(200)
    for (let n = 0; n < 1000; n += 1) cooldowns.set(`other-${n}`, 300_000, 200_000)
    expect(cooldowns.size).toBe(1000)
  })
})
