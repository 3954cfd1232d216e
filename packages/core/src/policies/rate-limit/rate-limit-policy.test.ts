import { describe, expect, it } from 'vitest'
import { type RateLimitPolicy, resolveRateLimit } from './rate-limit-policy.ts'

describe('resolveRateLimit', () => {
  it('fills in the defaults', () => {
    expect(resolveRateLimit({ limit: 10, per: 1000 }, 'here')).toEqual([
      {
        limit: 10,
        perMs: 1000,
        burst: 10,
        key: undefined,
        weight: 1,
        rejects: false,
        algorithm: 'token-bucket',
      },
    ])
  })

  it('takes what is given, in its order', () => {
    const key = (): string => 'a'
    const weight = (): number => 2
    const policy: RateLimitPolicy = [
      { limit: 10, per: 1000, burst: 20, key, weight, mode: 'reject' },
      { limit: 100, per: 60_000, weight: 3, algorithm: 'sliding-window' },
    ]
    expect(resolveRateLimit(policy, 'here')).toMatchObject([
      { burst: 20, key, weight, rejects: true, algorithm: 'token-bucket' },
      { limit: 100, perMs: 60_000, burst: 100, weight: 3, rejects: false, algorithm: 'sliding-window' },
    ])
  })

  it('lets one call through at once where the limit is less than one', () => {
    expect(resolveRateLimit({ limit: 0.5, per: 1000 }, 'here')).toMatchObject([{ limit: 0.5, burst: 1 }])
  })

  it('is switched off by false', () => {
    expect(resolveRateLimit(false, 'here')).toBeUndefined()
  })

  it.each([
    [{ per: 1 }, 'here: rateLimit.limit is missing; give a number > 0'],
    [{ limit: 1 }, 'here: rateLimit.per is missing; give a number > 0'],
    [{ limit: 0, per: 1 }, 'here: rateLimit.limit must be a number > 0, got 0'],
    [{ limit: Number.POSITIVE_INFINITY, per: 1 }, 'here: rateLimit.limit must be a number > 0, got Infinity'],
    [{ limit: 1, per: 0 }, 'here: rateLimit.per must be a number > 0, got 0'],
    [{ limit: 1, per: Number.NaN }, 'here: rateLimit.per must be a number > 0, got NaN'],
    [{ limit: 1, per: 1, burst: 0.5 }, 'here: rateLimit.burst must be a number >= 1, got 0.5'],
    [{ limit: 1, per: 1, burst: 2, algorithm: 'sliding-window' }, 'here: rateLimit.burst is for a token bucket'],
    [{ limit: 5, per: 1, weight: 6 }, 'here: rateLimit.weight must be a number > 0 and <= 5, got 6'],
    [{ limit: 5, per: 1, burst: 2, weight: 3 }, 'here: rateLimit.weight must be a number > 0 and <= 2, got 3'],
    [{ limit: 5, per: 1, weight: 0 }, 'here: rateLimit.weight must be a number > 0 and <= 5, got 0'],
    [{ limit: 0.5, per: 1, algorithm: 'sliding-window' }, 'here: rateLimit.weight must be a number > 0 and <= 0.5'],
    [{ limit: 5, per: 1, weight: '1' }, "here: rateLimit.weight must be a number > 0 and <= 5, got '1'"],
    [{ limit: 5, per: 1, key: 'a' }, "here: rateLimit.key must be a function, got 'a'"],
    [{ limit: 5, per: 1, mode: 'drop' }, "here: rateLimit.mode must be 'delay' or 'reject', got 'drop'"],
    [{ limit: 5, per: 1, algorithm: 'leaky' }, "here: rateLimit.algorithm must be 'token-bucket' or 'sliding-window'"],
    [{ limit: 5, per: 1, rate: 1 }, "here: rateLimit: unknown option 'rate'; known are limit"],
    [[], 'here: rateLimit is an empty array; switch it off with false'],
    [
      [
        { limit: 5, per: 1 },
        { limit: 0, per: 1 },
      ],
      'here: rateLimit[1].limit must be a number > 0, got 0',
    ],
    [[false], 'here: rateLimit[0] must be an object, got false'],
    [5, 'here: rateLimit must be an object, got 5'],
    [null, 'here: rateLimit must be an object, got null'],
  ])('refuses %o', (policy, message) => {
    expect(() => resolveRateLimit(policy as never, 'here')).toThrow(message)
  })
})
