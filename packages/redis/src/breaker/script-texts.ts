import type { BreakerRules } from '@headrace/core'

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

/** A cause as scripts keep it: not longer than is read. */
export function causeText(cause: string | undefined): string {
  return cause === undefined ? '' : JSON.stringify(cause.slice(0, longestCause))
}
