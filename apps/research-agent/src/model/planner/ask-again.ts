import type { CallResult } from '@headrace/core'
import type { Findings } from './findings.ts'
import type { PlannedCall } from './rule.ts'

/** How often a call is asked for in all, as long as its error says that it may succeed later. */
const maxAsks = 3

/**
 * Which calls of a stage are worth another try. An open breaker lets one call through to see whether its backend is
 * back: one of the calls that it rejected goes ahead, and what else failed follows when that one has succeeded. Where
 * it has failed for good, the others are not asked for again either.
 */
export function askAgain(calls: readonly PlannedCall[], found: Findings): readonly PlannedCall[] {
  const failed = calls.filter(({ key }) => mayRecover(found.result(key)))
  const breakersOf = (those: readonly PlannedCall[]): string[] =>
    those.flatMap(({ key }) => found.rejectedBy(key) ?? [])
  const closed = new Set(breakersOf(calls.filter(({ key }) => found.result(key)?.status === 'ok')))
  const lost = new Set(breakersOf(failed.filter(({ key }) => found.asked(key) >= maxAsks)))
  const again = failed.filter(({ key }) => found.asked(key) < maxAsks && !lost.has(found.rejectedBy(key) ?? ''))
  const ahead = new Map<string, PlannedCall>()
  for (const call of again) {
    const breaker = found.rejectedBy(call.key)
    if (breaker !== undefined && !closed.has(breaker) && !ahead.has(breaker)) ahead.set(breaker, call)
  }
  return ahead.size > 0 ? [...ahead.values()] : again
}

function mayRecover(result: CallResult | undefined): boolean {
  if (result?.status !== 'error') return false
  // A backend that took all the time it was given will hardly be quicker the next time.
  return result.error.retryable && result.error.code !== 'TIMEOUT'
}
