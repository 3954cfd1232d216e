import { checkFunction, checkKeys, checkNumber, checkOneOf } from '../../options/check-option.ts'
import { type FieldPolicy, type FieldRules, resolveFields } from './field-policy.ts'
import { type NegativePolicy, type NegativeRules, resolveNegative } from './negative-policy.ts'
import type { Semantic } from './semantic.ts'

/** Who shares a cached result: one session, all sessions of one tenant, or everybody. */
export type CacheScope = 'session' | 'tenant' | 'shared'

/** Gives the tags of a result. A function may say which arguments and outputs it takes. */
export type TagResult = { of(args: unknown, output: unknown): readonly string[] }['of']

/** Gives the tags that a call invalidates. A function may say which arguments it takes. */
export type InvalidatePolicy = { of(args: unknown): readonly string[] }['of']

/** Keeps results of a read-only tool and joins equal calls that run at the same time. Durations are milliseconds. */
export interface CachePolicy {
  /** How long a result lives, from its write; a hit never extends it. 0 stores nothing, but still joins. */
  readonly ttl: number
  /** Whoever lacks the session or tenant that the scope asks for is not cached at all. */
  readonly scope: CacheScope
  /** How members of the arguments count; those that are not named are exact. */
  readonly fields?: Readonly<Record<string, FieldPolicy>> | undefined
  /** How long after its `ttl` a result is still given at once, while one run in the background renews it. */
  readonly staleWhileRevalidate?: number | undefined
  /** How long after its `ttl` a result is given in place of a failure of the backend. */
  readonly staleIfError?: number | undefined
  /** Errors that are kept too. */
  readonly negative?: NegativePolicy | undefined
  /** Names what a result depends on: a write that invalidates one of the tags removes it. */
  readonly tags?: TagResult | undefined
  /** Answers fuzzy fields also by meaning; made by `semantic`. */
  readonly semantic?: Semantic | undefined
}

/** A cache policy, complete. */
export interface CacheRules {
  readonly ttlMs: number
  readonly scope: CacheScope
  /** Undefined where every field is exact. */
  readonly fields: FieldRules | undefined
  /** After the end of the ttl. */
  readonly revalidateMs: number
  readonly spareMs: number
  readonly negative: NegativeRules | undefined
  readonly tags: TagResult | undefined
  readonly semantic: Semantic | undefined
}

const keys = ['ttl', 'scope', 'fields', 'staleWhileRevalidate', 'staleIfError', 'negative', 'tags', 'semantic']
const scopes = ['session', 'tenant', 'shared'] as const

/** Checks a policy and fills in its defaults; undefined for `false`. `where` begins the message of a refusal. */
export function resolveCache(policy: CachePolicy | false, where: string): CacheRules | undefined {
  if (policy === false) return undefined
  checkKeys(`${where}.cache`, policy, keys)
  const { ttl, scope, staleWhileRevalidate = 0, staleIfError = 0, semantic } = policy
  if (ttl === undefined) throw new RangeError(`${where}: cache.ttl is missing; give milliseconds`)
  checkNumber(where, 'cache.ttl', ttl, { min: 0 })
  if (scope === undefined) throw new TypeError(`${where}: cache.scope is missing; give ${scopes.join(' or ')}`)
  checkOneOf(where, 'cache.scope', scope, scopes)
  checkNumber(where, 'cache.staleWhileRevalidate', staleWhileRevalidate, { min: 0 })
  checkNumber(where, 'cache.staleIfError', staleIfError, { min: 0 })
  checkFunction(where, 'cache.tags', policy.tags)
  const fields = resolveFields(policy.fields, where)
  checkSemantic(semantic, fields, where)
  return {
    ttlMs: ttl,
    scope,
    fields,
    revalidateMs: staleWhileRevalidate,
    spareMs: staleIfError,
    negative: resolveNegative(policy.negative, where),
    tags: policy.tags,
    semantic,
  }
}

function checkSemantic(semantic: unknown, fields: FieldRules | undefined, where: string): void {
  if (semantic === undefined) return
  const parts = (typeof semantic === 'object' && semantic !== null ? semantic : {}) as Partial<Record<string, unknown>>
  const isWhole = ['shareable', 'find', 'remember', 'forget'].every((name) => typeof parts[name] === 'function')
  if (!isWhole || typeof parts.embedderId !== 'string') {
    throw new TypeError(`${where}: cache.semantic must be made by semantic() of @headrace/core/semantic`)
  }
  if (fields === undefined || fields.fuzzy.length === 0) {
    throw new TypeError(`${where}: cache.semantic needs a field of cache.fields that is 'fuzzy'`)
  }
}
