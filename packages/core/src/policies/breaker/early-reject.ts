import type { BreakerAdmission, BreakerRules, BreakerView } from '../../ports/breaker-store.ts'
import { longestOpenMs } from './breaker-transitions.ts'

/**
 * Tells from a view whether a call would be rejected, before it waits in a queue; undefined lets it go on to its real
 * admission, which alone gives out probes.
 */
export function rejectEarly(
  view: BreakerView | undefined,
  rules: BreakerRules,
  now: number,
): Extract<BreakerAdmission, { admitted: false }> | undefined {
  if (view === undefined || view.state === 'closed') return undefined
  const { state, cause } = view
  if (state === 'isolated') return { admitted: false, state, retryAfterMs: undefined, cause }
  if (state !== 'open' || rules.observe) return undefined
  const left = (view.openUntil ?? now) - now
  // More time than any opening lasts: the clock was set back since.
  if (left <= 0 || left > longestOpenMs(rules)) return undefined
  return { admitted: false, state, retryAfterMs: Math.ceil(left), cause }
}
