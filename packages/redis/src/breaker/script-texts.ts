import type { BreakerOutcome, BreakerRules } from '@headrace/core'

/** Stands for Infinity, which JSON does not know: longer, and more, than anything that a script compares it to. */
const endless = 1e300
const longestCause = 500
const texts = new WeakMap<BreakerRules, string>()

/** Rules as scripts read them. */
export function rulesText(rules: BreakerRules): string {
  let text = texts.get(rules)
  if (text === undefined) {
    text = JSON.stringify(rules, (_, value: unknown) => (value === Number.POSITIVE_INFINITY ? endless : value))
    // frozen ones never change
    if (Object.isFrozen(rules)) texts.set(rules, text)
  }
  return text
}

/** The end of a call as the script of `record` is told it: who reports a plain success matters nowhere. */
export function reportOf(outcome: BreakerOutcome, rules: BreakerRules): readonly string[] {
  const { generation, probe, kind, slow, retryAfterMs = 0, reporter, cause } = outcome
  const isSlow = slow && rules.slowCallMs !== undefined
  const saysMore = isSlow || retryAfterMs !== 0 || cause !== undefined || probe !== undefined
  if (kind === 'success' && !saysMore) return [`${generation} ${rules.windowCalls}`]
  const asked = retryAfterMs > 0 ? Math.min(retryAfterMs, endless) : 0
  return [JSON.stringify({ generation, kind, slow: isSlow, asked, cause: causeText(cause) }), reporter, probe ?? '']
}

/** A cause as scripts keep it: JSON, and not longer than is read. */
function causeText(cause: string | undefined): string {
  return cause === undefined ? '' : JSON.stringify(cause.slice(0, longestCause))
}
