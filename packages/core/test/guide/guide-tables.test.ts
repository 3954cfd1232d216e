import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { resolveBreaker } from '../../src/policies/breaker/breaker-policy.ts'
import { resolveConcurrency } from '../../src/policies/concurrency/concurrency-policy.ts'
import { type RetryRules, resolveRetry } from '../../src/policies/retry/retry-policy.ts'
import { resolveTimeout } from '../../src/policies/timeout/timeout-policy.ts'

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')

/** The text below a heading of a page in `docs`. */
function section(page: string, heading: string): string {
  const [, text = ''] = read(`../../../../docs/${page}`).split(`\n## ${heading}\n`)
  return text.split(/\n##+ /)[0] ?? ''
}

/** The column `default` of the table of options of a policy. */
function defaultsOf(heading: string): Record<string, unknown> {
  const rows = section('policies.md', heading).matchAll(/^\| `([\w.]+)` \| ([^|]*?) ?\|/gm)
  return Object.fromEntries(Array.from(rows, ({ 1: name = '', 2: text = '' }) => [name, readDefault(text)]))
}

function readDefault(text: string): unknown {
  const [, digits, unit] = /^([\d.,]+)(?: (m?s))?$/.exec(text) ?? []
  if (digits !== undefined) return Number(digits.replace(',', '')) * (unit === 's' ? 1000 : 1)
  if (text === 'none') return Number.POSITIVE_INFINITY
  if (text === 'true' || text === 'false') return text === 'true'
  return /^`'(.+)'`$/.exec(text)?.[1]
}

it('the guide gives the defaults of timeouts', () => {
  const { attemptMs, totalMs, idleMs, graceMs } = resolveTimeout({}, 'guide')
  expect(defaultsOf('Timeout')).toEqual({ attempt: attemptMs, total: totalMs, idle: idleMs, grace: graceMs })
})

it('the guide gives the defaults of retries', () => {
  const { maxAttempts, backoff, respectRetryAfter, budget }: RetryRules = resolveRetry({}, 'guide')
  expect(defaultsOf('Retry')).toEqual({
    maxAttempts,
    ...prefixed('backoff', backoff),
    retryOn: undefined,
    respectRetryAfter,
    ...prefixed('budget', budget ?? {}),
    idempotent: undefined,
  })
})

it('the guide gives the defaults of circuit breakers', () => {
  const { rules } = resolveBreaker({}, 'guide')
  const { windowCalls, windowMaxAgeMs, slowCallMs, openForMs, maxOpenForMs, ...same } = rules
  const { permits, successes, probeTimeoutMs, maxHalfOpenMs, ...others } = same
  expect(defaultsOf('Circuit breaker')).toEqual({
    ...others,
    ...prefixed('window', { calls: windowCalls, maxAge: windowMaxAgeMs }),
    slowCallMs: slowCallMs ?? Number.POSITIVE_INFINITY,
    openFor: openForMs,
    maxOpenFor: maxOpenForMs,
    ...prefixed('halfOpen', { permits, successes, probeTimeout: probeTimeoutMs, maxDuration: maxHalfOpenMs }),
    key: undefined,
    classify: undefined,
  })
})

it('the guide gives the defaults of concurrency', () => {
  const { max, queue, dropOldest, queueTimeoutMs, exclusive, maxAbandoned } = resolveConcurrency({}, 'guide')
  expect([dropOldest, maxAbandoned]).toEqual([false, max])
  const given = { max, queue, queueTimeout: queueTimeoutMs, exclusive, overflow: 'reject' }
  expect(defaultsOf('Concurrency')).toEqual({ ...given, key: undefined, maxAbandoned: undefined })
})

it('the guide names every code of an error, and every event', () => {
  const codes = literals('../../src/errors/tool-error-code.ts', /^ {2}\| '(\w+)'$/gm)
  const events = [
    ...literals('../../src/call/call-event.ts', /type: '([\w-]+)'/g),
    ...literals('../../src/runtime/engine/runtime-event.ts', /type: '([\w-]+)'/g),
  ]
  expect([codes.length > 10, events.length > 15]).toEqual([true, true])
  for (const code of codes) expect(section('errors-and-events.md', 'Errors')).toContain(`\`${code}\``)
  for (const event of events) expect(section('errors-and-events.md', 'Events')).toMatch(new RegExp(`\`${event}( \\{[^\`]*)?\``))
})

function prefixed(group: string, options: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(options).map(([name, value]) => [`${group}.${name}`, value]))
}

function literals(path: string, pattern: RegExp): string[] {
  return Array.from(read(path).matchAll(pattern), ({ 1: name = '' }) => name)
}
