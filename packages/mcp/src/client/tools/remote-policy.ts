import type { ToolAnnotations, ToolPolicy } from '@headrace/core'
import { breakerOf } from '../call/breaker-of.ts'

/** What is said of a tool's policy, and what it does to the world. */
export interface GivenPolicies {
  /** For all tools of the server: what a tool's hints do not allow is no part of it. */
  readonly ofAll: ToolPolicy | undefined
  /** For this tool; what its hints do not allow is an error where the tool is defined. */
  readonly own: ToolPolicy | undefined
  readonly annotations: ToolAnnotations
}

/** The policy of a tool of a server: the tool's own, key by key, over that of all, over the server's breaker. */
export function remotePolicy(server: string, { ofAll = {}, own = {}, annotations }: GivenPolicies): ToolPolicy {
  return over(over({ breaker: breakerOf(server) }, allowed(ofAll, annotations)), own)
}

function allowed(policy: ToolPolicy, { readOnlyHint = false, idempotentHint = false }: ToolAnnotations): ToolPolicy {
  const { retry, hedge, cache, invalidates, ...rest } = policy
  const mayRepeat = readOnlyHint || idempotentHint
  return {
    ...rest,
    ...(mayRepeat || needsNoHint(retry) ? { retry } : undefined),
    ...(mayRepeat || needsNoHint(hedge) ? { hedge } : undefined),
    ...(readOnlyHint || cache === false ? { cache } : undefined),
    ...(readOnlyHint ? undefined : { invalidates }),
  }
}

function needsNoHint(policy: ToolPolicy['retry'] | ToolPolicy['hedge']): boolean {
  return typeof policy === 'object' ? policy.idempotent !== undefined : policy === false
}

/** Undefined leaves as it is, and a breaker that says less keeps the rest. */
function over(base: ToolPolicy, next: ToolPolicy): ToolPolicy {
  const given = Object.fromEntries(Object.entries(next).filter(([, value]) => value !== undefined)) as ToolPolicy
  const { breaker = base.breaker } = given
  return { ...base, ...given, breaker: breaker && base.breaker ? { ...base.breaker, ...breaker } : breaker }
}
