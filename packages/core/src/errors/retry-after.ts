import { readHeaders } from './http/header-map.ts'
import { parseWait } from './http/wait-time.ts'

const resetName = /(?:rate-?limit|quota).*reset/
const resetPart = /reset(?:time|son|-after)?/
/** RateLimit of the IETF drafts: `"api";r=0;t=50`, or `limit=10, remaining=0, reset=50` of the older ones. */
const structuredRemaining = /(?:^|[;,\s])(?:r|remaining)=(\d{1,15})/
const structuredReset = /(?:^|[;,\s])(?:t|reset)=(\d{1,15})/

/**
 * Milliseconds that a server asks to wait, or undefined where it gives no hint that makes sense: negative, past and
 * malformed values are none. `retry-after-ms` wins over `retry-after`, these over `x-ratelimit-retry-after`, and all
 * over the resets of rate limits (`x-ratelimit-reset*`, `anthropic-ratelimit-*-reset`, `ratelimit`, …).
 *
 * A reset applies by what remains: of limits with nothing left the latest counts; one with something left is no
 * reason to wait; of those that do not say what remains the earliest counts, and only where `limited` is true, which
 * means that the answer may have been a refusal for lack of quota.
 */
export function readRetryAfterMs(headers: unknown, now: number, limited = true): number | undefined {
  const map = readHeaders(headers)
  if (map.size === 0) return undefined
  const exact = wait(map, 'retry-after-ms', now)
  // Servers that always send `retry-after-ms: 0` put the real wait into `retry-after`.
  if (exact !== undefined && exact > 0) return exact
  return (
    wait(map, 'retry-after', now) ?? exact ?? wait(map, 'x-ratelimit-retry-after', now) ?? lastReset(map, now, limited)
  )
}

/** What an `x-should-retry` header says: OpenAI and Anthropic send it, and their clients put it above the status. */
export function readShouldRetry(headers: unknown): boolean | undefined {
  const value = readHeaders(headers).get('x-should-retry')?.toLowerCase()
  return value === 'true' ? true : value === 'false' ? false : undefined
}

function wait(map: ReadonlyMap<string, string>, name: string, now: number): number | undefined {
  const text = map.get(name)
  if (text === undefined) return undefined
  return parseWait(text, name === 'retry-after-ms' ? 'milliseconds' : 'seconds', now)
}

interface Reset {
  readonly waitMs: number
  readonly remaining: number
}

function lastReset(map: ReadonlyMap<string, string>, now: number, limited: boolean): number | undefined {
  let latestSpent: number | undefined
  let earliestUnknown: number | undefined
  for (const { waitMs, remaining } of resets(map, now)) {
    if (remaining <= 0) latestSpent = Math.max(latestSpent ?? 0, waitMs)
    else if (Number.isNaN(remaining)) earliestUnknown = Math.min(earliestUnknown ?? waitMs, waitMs)
  }
  return latestSpent ?? (limited ? earliestUnknown : undefined)
}

function resets(map: ReadonlyMap<string, string>, now: number): Reset[] {
  const found: Reset[] = []
  for (const [name, text] of map) {
    if (name === 'ratelimit') {
      for (const item of text.includes(';') ? text.split(',') : [text]) {
        const waitMs = parseWait(structuredReset.exec(item)?.[1] ?? '', 'seconds', now)
        const remaining = Number(structuredRemaining.exec(item)?.[1] ?? Number.NaN)
        if (waitMs !== undefined) found.push({ waitMs, remaining })
      }
    } else if (resetName.test(name)) {
      // With the hyphen the number is milliseconds wherever it is a wait at all.
      const waitMs = parseWait(text, name.startsWith('x-rate-limit') ? 'milliseconds' : 'seconds', now)
      const remaining = Number.parseFloat(map.get(name.replace(resetPart, 'remaining')) ?? '')
      if (waitMs !== undefined) found.push({ waitMs, remaining })
    }
  }
  return found
}
