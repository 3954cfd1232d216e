import { checkFunction, checkKeys, checkNumber, checkObject } from '../options/check-option.ts'
import { checkApproval } from '../policies/approval/approval-policy.ts'
import { resolveBreaker } from '../policies/breaker/breaker-policy.ts'
import { resolveCache } from '../policies/cache/cache-policy.ts'
import { resolveConcurrency } from '../policies/concurrency/concurrency-policy.ts'
import { checkFallback } from '../policies/fallback/fallback-policy.ts'
import { resolveHedge } from '../policies/hedge/hedge-policy.ts'
import { resolveRateLimit } from '../policies/rate-limit/rate-limit-policy.ts'
import { resolveRepeat } from '../policies/repeat/repeat-policy.ts'
import { resolveRetry } from '../policies/retry/retry-policy.ts'
import { resolveTimeout } from '../policies/timeout/timeout-policy.ts'
import type { ToolAnnotations } from './tool.ts'
import type { ToolPolicy } from './tool-policy.ts'

const known = [
  'timeout',
  'retry',
  'breaker',
  'concurrency',
  'rateLimit',
  'cache',
  'invalidates',
  'hedge',
  'fallback',
  'repeat',
  'approval',
  'priority',
]

/** Of policies that are an object or false. */
const checks: readonly (readonly [keyof ToolPolicy, (policy: never, where: string) => unknown])[] = [
  ['timeout', resolveTimeout],
  ['retry', resolveRetry],
  ['breaker', resolveBreaker],
  ['hedge', resolveHedge],
  ['repeat', resolveRepeat],
]

/** Throws where a policy has an unknown name or an option out of its range. `where` begins the message. */
export function checkPolicy(policy: ToolPolicy, where: string): void {
  checkKeys(`${where}.policy`, policy, known)
  const { concurrency, rateLimit, cache, priority } = policy
  for (const [name, resolve] of checks) {
    const value = policy[name]
    if (value === false || value === undefined) continue
    checkObject(`${where}: ${name}`, value, 'an object or false')
    resolve(value as never, `${where}: ${name}`)
  }
  if (concurrency !== undefined) resolveConcurrency(concurrency, where)
  if (rateLimit !== undefined) resolveRateLimit(rateLimit, where)
  if (cache !== undefined) resolveCache(cache, where)
  if (policy.invalidates !== false) checkFunction(where, 'invalidates', policy.invalidates)
  checkFallback(policy.fallback, where)
  checkApproval(policy.approval, where)
  checkNumber(where, 'priority', priority, {})
}

/** Throws where a tool's own policy asks for what its annotations do not allow. */
export function checkPolicyFits(policy: ToolPolicy, annotations: ToolAnnotations, where: string): void {
  const { readOnlyHint, idempotentHint } = annotations
  const { retry, hedge, cache } = policy
  for (const [name, repeating] of Object.entries({ retry, hedge })) {
    if (!repeating || readOnlyHint || idempotentHint || repeating.idempotent === 'accept-repeats') continue
    throw new TypeError(
      `${where}: ${name} needs annotations.readOnlyHint or annotations.idempotentHint, ` +
        `or ${name}.idempotent: 'accept-repeats' where running it twice does no harm`,
    )
  }
  if (cache && !readOnlyHint) throw new TypeError(`${where}: cache needs annotations.readOnlyHint`)
  if (policy.invalidates && readOnlyHint) {
    throw new TypeError(`${where}: invalidates is for tools that write, not for one with annotations.readOnlyHint`)
  }
}
