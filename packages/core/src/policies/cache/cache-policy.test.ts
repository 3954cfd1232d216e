import { describe, expect, it } from 'vitest'
import { type CachePolicy, resolveCache } from './cache-policy.ts'

describe('resolveCache', () => {
  it('takes what is given; there are no defaults', () => {
    expect(resolveCache({ ttl: 0, scope: 'session' }, 'tool')).toEqual({ ttlMs: 0, scope: 'session' })
  })

  it('gives nothing where the cache is switched off', () => {
    expect(resolveCache(false, 'tool')).toBeUndefined()
  })

  it.each([
    [{ scope: 'shared' }, 'tool: cache.ttl is missing; give milliseconds'],
    [{ ttl: 5 }, 'tool: cache.scope is missing; give session or tenant or shared'],
    [{ ttl: -1, scope: 'shared' }, 'tool: cache.ttl must be a number >= 0, got -1'],
    [{ ttl: Number.POSITIVE_INFINITY, scope: 'shared' }, 'tool: cache.ttl must be a number >= 0, got Infinity'],
    [{ ttl: '5s', scope: 'shared' }, "tool: cache.ttl must be a number >= 0, got '5s'"],
    [{ ttl: 5, scope: 'user' }, "tool: cache.scope must be 'session' or 'tenant' or 'shared', got 'user'"],
    [{ ttl: 5, scope: 'shared', max: 5 }, "tool.cache: unknown option 'max'; known are ttl, scope"],
    [true, 'tool.cache must be an object, got true'],
    [null, 'tool.cache must be an object, got null'],
  ])('refuses %o', (policy, message) => {
    expect(() => resolveCache(policy as CachePolicy, 'tool')).toThrow(message)
  })
})
