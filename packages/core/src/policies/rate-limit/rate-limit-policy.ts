import type { BoundCall } from '../../call/tool-call.ts'
import { checkFunction, checkKeys, checkNumber, checkOneOf, type NumberRange } from '../../options/check-option.ts'
import type { Rate } from './rate-machine.ts'

/** How many calls may start in a time. `Call` is what the functions are given. */
export interface RateLimit<Call = BoundCall> {
  /** Weight that may start in `per` milliseconds: a number of calls where none has a weight. May be a fraction. */
  readonly limit: number
  /** Milliseconds. */
  readonly per: number
  /** Weight that may start at once after a pause, for a token bucket: `limit` by default, but at least 1. */
  readonly burst?: number | undefined
  /** Calls of one name share the limit; the tool's name by default. */
  readonly key?: ((call: Call) => string) | undefined
  /** What a call counts; 1 by default. More than 0, and at most `burst`, or `limit` in a sliding window. */
  readonly weight?: number | ((call: Call) => number) | undefined
  /** Lets a call that is too many wait in the queue (the default), or refuses it with RATE_LIMITED. */
  readonly mode?: 'delay' | 'reject' | undefined
  /**
   * 'token-bucket', the default, spreads the calls after a burst evenly; 'sliding-window' lets `limit` through in any
   * `per` milliseconds, whenever in them.
   */
  readonly algorithm?: 'token-bucket' | 'sliding-window' | undefined
}

/** A limit, or several that a call has to fit into all together. */
export type RateLimitPolicy<Call = BoundCall> = RateLimit<Call> | readonly RateLimit<Call>[]

/** A rate limit with every default filled in. */
export interface RateRule<Call = BoundCall> extends Rate {
  readonly key: ((call: Call) => string) | undefined
  readonly weight: number | ((call: Call) => number)
  /** Refuses what would have to wait. */
  readonly rejects: boolean
}

/** A rate limit policy, complete: every limit that a call has to fit into. */
export type RateLimitRules<Call = BoundCall> = readonly RateRule<Call>[]

const keys = ['limit', 'per', 'burst', 'key', 'weight', 'mode', 'algorithm']
const positive: NumberRange = { min: 0, aboveMin: true }

/** Checks a policy and fills in its defaults; undefined for `false`. `where` begins the message of a refusal. */
export function resolveRateLimit<Call = BoundCall>(
  policy: RateLimitPolicy<Call> | false,
  where: string,
): RateLimitRules<Call> | undefined {
  if (policy === false) return undefined
  if (!isChain(policy)) return [resolveOne(policy, where, 'rateLimit')]
  if (policy.length === 0) throw new TypeError(`${where}: rateLimit is an empty array; switch it off with false`)
  return policy.map((limit, index) => resolveOne(limit, where, `rateLimit[${index}]`))
}

/** The most that one call may weigh. */
export function mostWeight({ algorithm, limit, burst }: Rate): number {
  return algorithm === 'sliding-window' ? limit : burst
}

function isChain<Call>(policy: RateLimitPolicy<Call>): policy is readonly RateLimit<Call>[] {
  return Array.isArray(policy)
}

function resolveOne<Call>(policy: RateLimit<Call>, where: string, name: string): RateRule<Call> {
  checkKeys(`${where}: ${name}`, policy, keys)
  checkShape(policy, where, name)
  const { limit, per, key, weight = 1, mode = 'delay', algorithm = 'token-bucket' } = policy
  const burst = algorithm === 'sliding-window' ? limit : (policy.burst ?? Math.max(1, limit))
  const rule = { limit, perMs: per, burst, key, weight, rejects: mode === 'reject', algorithm }
  if (typeof weight !== 'function') checkNumber(where, `${name}.weight`, weight, { ...positive, max: mostWeight(rule) })
  return Object.freeze(rule)
}

function checkShape<Call>(policy: RateLimit<Call>, where: string, name: string): void {
  const { limit, per, burst, key, mode, algorithm } = policy
  for (const missing of ['limit', 'per'] as const) {
    if (policy[missing] === undefined)
      throw new RangeError(`${where}: ${name}.${missing} is missing; give a number > 0`)
  }
  checkNumber(where, `${name}.limit`, limit, positive)
  checkNumber(where, `${name}.per`, per, positive)
  checkNumber(where, `${name}.burst`, burst, { min: 1 })
  checkFunction(where, `${name}.key`, key)
  checkOneOf(where, `${name}.mode`, mode, ['delay', 'reject'])
  checkOneOf(where, `${name}.algorithm`, algorithm, ['token-bucket', 'sliding-window'])
  if (burst !== undefined && algorithm === 'sliding-window') {
    throw new TypeError(`${where}: ${name}.burst is for a token bucket; a sliding window lets limit through at once`)
  }
}
