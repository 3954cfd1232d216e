import { checkKeys, checkNumber, checkOneOf } from '../../options/check-option.ts'

/** Who shares a cached result: one session, all sessions of one tenant, or everybody. */
export type CacheScope = 'session' | 'tenant' | 'shared'

/** Keeps results of a read-only tool and joins equal calls that run at the same time. */
export interface CachePolicy {
  /** Milliseconds that a result lives, from its write; a hit never extends it. 0 stores nothing, but still joins. */
  readonly ttl: number
  /** Whoever lacks the session or tenant that the scope asks for is not cached at all. */
  readonly scope: CacheScope
}

/** A cache policy, complete. */
export interface CacheRules {
  readonly ttlMs: number
  readonly scope: CacheScope
}

/** Checks a policy and fills in its defaults; undefined for `false`. `where` begins the message of a refusal. */
export function resolveCache(policy: CachePolicy | false, where: string): CacheRules | undefined {
  if (policy === false) return undefined
  checkKeys(`${where}.cache`, policy, ['ttl', 'scope'])
  if (policy.ttl === undefined) throw new RangeError(`${where}: cache.ttl is missing; give milliseconds`)
  checkNumber(where, 'cache.ttl', policy.ttl, { min: 0 })
  const scopes = ['session', 'tenant', 'shared'] as const
  if (policy.scope === undefined) throw new TypeError(`${where}: cache.scope is missing; give ${scopes.join(' or ')}`)
  checkOneOf(where, 'cache.scope', policy.scope, scopes)
  return { ttlMs: policy.ttl, scope: policy.scope }
}
