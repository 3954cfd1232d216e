import type { BoundCall } from '../../call/tool-call.ts'
import { givenString, show } from '../../options/check-option.ts'
import type { RateRequest } from '../../ports/limiter.ts'
import { mostWeight, type RateLimitRules, type RateRule } from './rate-limit-policy.ts'

/** What a call asks of a limiter, and what a refusal means for it. */
export interface RateAsk {
  /** One for each limit, in the order of the policy; no two with the same key. */
  readonly requests: readonly RateRequest[]
  /** Keys of those that refuse a call which would have to wait. */
  readonly rejecting: readonly string[]
}

/**
 * Gives a function that tells what a call asks for. `name` is what its limits count together by default. The key of a
 * request is made of the limit's name and numbers: limits of one name but different numbers are apart, and tools whose
 * `key` functions give the same name share a limit of the same numbers. Where nothing depends on the call, every call
 * asks for the same object. Throws what the policy's functions throw, a TypeError where a key is no string, and a
 * RangeError where a weight could never fit.
 */
export function createRateRequests<Call = BoundCall>(
  rules: RateLimitRules<Call>,
  name: string,
): (call: Call) => RateAsk {
  const askOf = (requestOf: (rule: RateRule<Call>) => RateRequest): RateAsk => {
    const requests: RateRequest[] = []
    for (const rule of rules) requests.push(apartFrom(requests, requestOf(rule)))
    const rejecting = requests.filter((_, index) => rules[index]?.rejects).map(({ key }) => key)
    return { requests, rejecting }
  }
  if (rules.every(({ key, weight }) => key === undefined && typeof weight === 'number')) {
    const ask = askOf((rule) => makeRequest(rule, name, typeof rule.weight === 'number' ? rule.weight : 1))
    return () => ask
  }
  return (call) => askOf((rule) => makeRequest(rule, nameOf(rule, name, call), weightOf(rule, name, call)))
}

function makeRequest<Call>(rule: RateRule<Call>, name: string, weight: number): RateRequest {
  const { limit, perMs, burst, algorithm } = rule
  const kind = algorithm === 'sliding-window' ? ',window' : burst === Math.max(1, limit) ? '' : `,burst=${burst}`
  return { kind: 'rate', key: `${name} ${limit}/${perMs}ms${kind}`, limit, perMs, burst, weight, algorithm }
}

/** Limits of one chain with the same numbers count different things, as calls and what they weigh. */
function apartFrom(others: readonly RateRequest[], request: RateRequest): RateRequest {
  let { key } = request
  for (let count = 2; others.some((other) => other.key === key); count += 1) key = `${request.key},#${count}`
  return key === request.key ? request : { ...request, key }
}

function nameOf<Call>(rule: RateRule<Call>, tool: string, call: Call): string {
  return rule.key === undefined ? tool : givenString(`rateLimit.key of '${tool}'`, rule.key(call))
}

function weightOf<Call>(rule: RateRule<Call>, tool: string, call: Call): number {
  if (typeof rule.weight === 'number') return rule.weight
  const weight: unknown = rule.weight(call)
  const most = mostWeight(rule)
  if (typeof weight === 'number' && weight > 0 && weight <= most) return weight
  throw new RangeError(`rateLimit.weight of '${tool}' must give a number > 0 and <= ${most}, got ${show(weight)}`)
}
