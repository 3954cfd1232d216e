import { describe, expect, it } from 'vitest'
import { type CachePolicy, resolveCache } from './cache-policy.ts'

describe('resolveCache', () => {
  it('takes what is given; nothing is on by default', () => {
    expect(resolveCache({ ttl: 0, scope: 'session' }, 'tool')).toEqual({
      ttlMs: 0,
      scope: 'session',
      revalidateMs: 0,
      spareMs: 0,
    })
  })

  it('gives stale results, errors and tags their rules', () => {
    const tags = () => ['a']
    const policy = { ttl: 5, scope: 'shared', staleWhileRevalidate: 10, staleIfError: 20, tags } as const
    const negative = { codes: ['EXECUTION_FAILED', 'TIMEOUT'], ttl: 3 } as const
    expect(resolveCache({ ...policy, negative }, 'tool')).toEqual({
      ttlMs: 5,
      scope: 'shared',
      revalidateMs: 10,
      spareMs: 20,
      tags,
      negative: { codes: new Set(['EXECUTION_FAILED', 'TIMEOUT']), ttlMs: 3 },
    })
  })

  it('keeps the policies of fields that are not exact', () => {
    const upper = (text: string) => text.toUpperCase()
    const fields = { q: 'fuzzy', id: 'exact', trace: 'ignore', about: 'fuzzy', unit: upper } as const
    expect(resolveCache({ ttl: 5, scope: 'shared', fields }, 'tool')?.fields).toEqual({
      ignored: new Set(['trace']),
      normalized: new Map([['unit', upper]]),
      fuzzy: ['about', 'q'],
    })
    expect(resolveCache({ ttl: 5, scope: 'shared', fields: { id: 'exact' } }, 'tool')?.fields).toBeUndefined()
  })

  it('takes a semantic layer with a fuzzy field alone', () => {
    const nothing = () => undefined
    const semantic = { embedderId: 'e', shareable: () => true, find: nothing, remember: nothing, forget: nothing }
    const given = (fields: CachePolicy['fields'], layer: object = semantic): (() => unknown) => {
      return () => resolveCache({ ttl: 5, scope: 'shared', fields, semantic: layer } as CachePolicy, 'tool')
    }
    expect(given({ q: 'fuzzy' })).not.toThrow()
    expect(given({ q: 'ignore' })).toThrow("tool: cache.semantic needs a field of cache.fields that is 'fuzzy'")
    expect(given(undefined)).toThrow('cache.semantic needs a field')
    expect(given({ q: 'fuzzy' }, { ...semantic, embedderId: undefined })).toThrow('must be made by semantic()')
    expect(given({ q: 'fuzzy' }, { embedderId: 'e' })).toThrow('must be made by semantic()')
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
    [{ ttl: 5, scope: 'shared', max: 5 }, "tool.cache: unknown option 'max'; known are ttl, scope, fields"],
    [{ ttl: 5, scope: 'shared', staleWhileRevalidate: -1 }, 'tool: cache.staleWhileRevalidate must be a number >= 0'],
    [{ ttl: 5, scope: 'shared', staleIfError: '5' }, 'tool: cache.staleIfError must be a number >= 0'],
    [{ ttl: 5, scope: 'shared', tags: ['a'] }, 'tool: cache.tags must be a function, got an array'],
    [
      { ttl: 5, scope: 'shared', fields: { q: 'fuzy' } },
      "tool: cache.fields.q must be 'exact' or 'ignore' or 'fuzzy' or a function, got 'fuzy'",
    ],
    [{ ttl: 5, scope: 'shared', fields: { q: null } }, 'tool: cache.fields.q must be'],
    [{ ttl: 5, scope: 'shared', fields: 'q' }, 'tool: cache.fields must be an object'],
    [{ ttl: 5, scope: 'shared', fields: null }, 'tool: cache.fields must be an object'],
    [{ ttl: 5, scope: 'shared', negative: { ttl: 5 } }, 'tool: cache.negative.codes must be a list of at least one'],
    [{ ttl: 5, scope: 'shared', negative: { ttl: 5, codes: [] } }, 'tool: cache.negative.codes must be a list'],
    [
      { ttl: 5, scope: 'shared', negative: { ttl: 5, codes: ['toString'] } },
      "tool: cache.negative.codes has the unknown code 'toString'",
    ],
    [{ ttl: 5, scope: 'shared', negative: { codes: ['TIMEOUT'] } }, 'tool: cache.negative.ttl is missing'],
    [{ ttl: 5, scope: 'shared', negative: { codes: ['TIMEOUT'], ttl: -1 } }, 'tool: cache.negative.ttl must be'],
    [
      { ttl: 5, scope: 'shared', negative: { codes: ['TIMEOUT'], ttl: 5, code: 1 } },
      "tool: cache.negative: unknown option 'code'",
    ],
    [true, 'tool.cache must be an object, got true'],
    [null, 'tool.cache must be an object, got null'],
  ])('refuses %o', (policy, message) => {
    expect(() => resolveCache(policy as CachePolicy, 'tool')).toThrow(message)
  })
})
