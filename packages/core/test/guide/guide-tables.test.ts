import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { resolveAudit } from '../../src/audit/audit-options.ts'
import { lexicalEmbedder } from '../../src/memory/lexical-embedder.ts'
import { memoryAuditLog } from '../../src/memory/memory-audit-log.ts'
import { resolveBreaker } from '../../src/policies/breaker/breaker-policy.ts'
import { type CachePolicy, resolveCache } from '../../src/policies/cache/cache-policy.ts'
import { resolveConcurrency } from '../../src/policies/concurrency/concurrency-policy.ts'
import { resolveHedge } from '../../src/policies/hedge/hedge-policy.ts'
import { resolveRateLimit } from '../../src/policies/rate-limit/rate-limit-policy.ts'
import { resolveRepeat } from '../../src/policies/repeat/repeat-policy.ts'
import { type RetryRules, resolveRetry } from '../../src/policies/retry/retry-policy.ts'
import { resolveTimeout } from '../../src/policies/timeout/timeout-policy.ts'
import { resolveJobs } from '../../src/runtime/jobs/job-options.ts'
import { resolveStoreErrors } from '../../src/runtime/store-error-policy.ts'
import { semantic } from '../../src/semantic.ts'
import { readOptions, section } from './read-guide.ts'

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')

/** The column `default` of the table of options below a heading. */
function defaultsOf(heading: string, page = 'policies.md'): Record<string, unknown> {
  const options = readOptions(page, heading)
  return Object.fromEntries(options.map(({ name, byDefault }) => [name, readDefault(byDefault)]))
}

function readDefault(text: string): unknown {
  const [, digits, unit] = /^([\d.,]+)(?: (ms|s|h))?$/.exec(text) ?? []
  if (digits !== undefined) return Number(digits.replace(',', '')) * unitMs(unit)
  if (text === 'none') return Number.POSITIVE_INFINITY
  if (text === 'true' || text === 'false') return text === 'true'
  return /^`'(.+)'`$/.exec(text)?.[1]
}

function unitMs(unit: string | undefined): number {
  return unit === 'h' ? 3_600_000 : unit === 's' ? 1000 : 1
}

describe('the guide gives the defaults of', () => {
  it('timeouts', () => {
    const { attemptMs, totalMs, idleMs, graceMs } = resolveTimeout({}, 'guide')
    expect(defaultsOf('## Timeout')).toEqual({ attempt: attemptMs, total: totalMs, idle: idleMs, grace: graceMs })
  })

  it('retries', () => {
    const { maxAttempts, backoff, respectRetryAfter, budget }: RetryRules = resolveRetry({}, 'guide')
    expect(defaultsOf('## Retry')).toEqual({
      maxAttempts,
      ...prefixed('backoff', backoff),
      retryOn: undefined,
      respectRetryAfter,
      ...prefixed('budget', budget ?? {}),
      idempotent: undefined,
    })
  })

  it('hedging', () => {
    const { after, max, budget } = resolveHedge({}, 'guide') ?? {}
    expect(defaultsOf('## Hedging')).toEqual({ after, max, ...prefixed('budget', budget ?? {}), idempotent: undefined })
  })

  it('circuit breakers', () => {
    const { rules } = resolveBreaker({}, 'guide')
    const { windowCalls, windowMaxAgeMs, slowCallMs, openForMs, maxOpenForMs, ...same } = rules
    const { permits, successes, probeTimeoutMs, maxHalfOpenMs, ...others } = same
    expect(defaultsOf('## Circuit breaker')).toEqual({
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

  it('concurrency', () => {
    const { max, queue, dropOldest, queueTimeoutMs, exclusive, maxAbandoned } = resolveConcurrency({}, 'guide')
    expect([dropOldest, maxAbandoned]).toEqual([false, max])
    const given = { max, queue, queueTimeout: queueTimeoutMs, exclusive, overflow: 'reject' }
    expect(defaultsOf('## Concurrency')).toEqual({ ...given, key: undefined, maxAbandoned: undefined })
  })

  it('adaptive concurrency', () => {
    const { adaptive, max } = resolveConcurrency({ adaptive: {} }, 'guide')
    expect(max).toBe(adaptive?.max)
    expect(defaultsOf('### Adaptive concurrency')).toEqual(prefixed('adaptive', adaptive ?? {}))
  })

  it('rate limits', () => {
    const [rule] = resolveRateLimit({ limit: 7, per: 1 }, 'guide') ?? []
    expect([rule?.rejects, rule?.burst]).toEqual([false, 7])
    const { weight, algorithm } = rule ?? {}
    const needed = { limit: undefined, per: undefined }
    const given = { burst: undefined, key: undefined, weight, mode: 'delay', algorithm }
    expect(defaultsOf('## Rate limits')).toEqual({ ...needed, ...given })
  })

  it('the cache', () => {
    const given = resolveCache({ ttl: 1, scope: 'shared' }, 'guide')
    const { revalidateMs, spareMs, fields, negative, tags, semantic } = given ?? {}
    expect(defaultsOf('# Cache', 'cache.md')).toEqual({
      ...{ ttl: undefined, scope: undefined, fields, tags, semantic },
      ...{ staleWhileRevalidate: revalidateMs, staleIfError: spareMs },
      ...prefixed('negative', { codes: negative, ttl: negative }),
    })
  })

  it('stores that are away', () => {
    const { budgetMs, limiter, instances } = resolveStoreErrors({}, 'guide')
    expect(defaultsOf('## When a store is away', 'stores.md')).toEqual({ budget: budgetMs, limiter, instances })
  })

  it('jobs', () => {
    const { leaseMs, ttlMs, pollIntervalMs } = resolveJobs()
    expect(defaultsOf('## Options', 'jobs.md')).toEqual({ store: undefined, leaseMs, ttlMs, pollIntervalMs })
  })

  it('the audit log', () => {
    const { failsClosed, includesArguments, includesOutput, batchMs, maxPending } = resolveAudit(memoryAuditLog())
    expect(failsClosed).toBe(true)
    expect(defaultsOf('## Options', 'audit.md')).toEqual({
      ...{ log: undefined, onAuditError: 'fail', 'redact.keys': undefined, 'redact.text': undefined },
      ...prefixed('include', { arguments: includesArguments, output: includesOutput }),
      batchMs,
      maxPending,
    })
  })
})

/** How each table of options is checked; an option that has to be given is. */
const checks: readonly (readonly [page: string, heading: string, check: (given: object) => unknown])[] = [
  ['policies.md', '## Timeout', (given) => resolveTimeout(given, 'guide')],
  ['policies.md', '## Retry', (given) => resolveRetry(given, 'guide')],
  ['policies.md', '## Hedging', (given) => resolveHedge(given, 'guide')],
  ['policies.md', '## Circuit breaker', (given) => resolveBreaker(given, 'guide')],
  ['policies.md', '## Concurrency', (given) => resolveConcurrency(given, 'guide')],
  ['policies.md', '### Adaptive concurrency', (given) => resolveConcurrency(given, 'guide')],
  ['policies.md', '## Rate limits', (given) => resolveRateLimit({ limit: 7, per: 1, ...given }, 'guide')],
  ['policies.md', '## Repeat guard', (given) => resolveRepeat({ max: 1, within: 1, ...given }, 'guide')],
  ['cache.md', '# Cache', (given) => resolveCache(cacheWith(given), 'guide')],
  ['cache.md', '## By meaning', (given) => semantic({ embedder: lexicalEmbedder(), ...given })],
  ['stores.md', '## When a store is away', (given) => resolveStoreErrors(given, 'guide')],
  ['jobs.md', '## Options', (given) => resolveJobs(given)],
  ['audit.md', '## Options', (given) => resolveAudit({ log: memoryAuditLog(), ...given })],
]

function cacheWith(given: Partial<CachePolicy>): CachePolicy {
  const negative = { codes: ['TIMEOUT'] as const, ttl: 1, ...given.negative }
  return { ttl: 1, scope: 'shared', ...given, negative }
}

describe.each(checks)('the guide says what options take: %s %s', (page, heading, check) => {
  // a store is no value that a table could describe
  const options = readOptions(page, heading).filter(({ takes }) => /^(?:whole|[≥>`]|true|a function)/.test(takes))

  it.each(options)('$name: $takes', ({ name, takes }) => {
    // what no option takes is refused with what it takes
    const place = name.split('.')
    const given = place.reduceRight<unknown>((value, key) => ({ [key]: value }), Number.NaN)
    expect(() => check(given as object)).toThrow(`${place.at(-1)} must be ${refusalOf(takes)}, got NaN`)
  })

  it('all of them', () => {
    expect(options.length).toBeGreaterThan(1)
  })
})

/** What the code says where the guide says this; another kind of value that fits too is left out there. */
function refusalOf(takes: string): string {
  const [text = ''] = takes.split(', or ')
  const plain = text.replace('`burst`', '7').replaceAll('`', '').replace('≥', '>=').replace('≤', '<=')
  if (plain.startsWith('whole')) return plain.replace('whole', 'an integer')
  return /^[<>]/.test(plain) ? `a number ${plain}` : plain
}

it('the guide names every code of an error, and every event', () => {
  const codes = literals('../../src/errors/tool-error-code.ts', /^ {2}\| '(\w+)'$/gm)
  const events = [
    ...literals('../../src/call/call-event.ts', /type: '([\w-]+)'/g),
    ...literals('../../src/runtime/engine/runtime-event.ts', /type: '([\w-]+)'/g),
  ]
  expect([codes.length > 10, events.length > 15]).toEqual([true, true])
  const page = 'errors-and-events.md'
  for (const code of codes) expect(section(page, '## Errors')).toContain(`\`${code}\``)
  for (const event of events) expect(section(page, '## Events')).toMatch(new RegExp(`\`${event}( \\{[^\`]*)?\``))
})

function prefixed(group: string, options: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(options).map(([name, value]) => [`${group}.${name}`, value]))
}

function literals(path: string, pattern: RegExp): string[] {
  return Array.from(read(path).matchAll(pattern), ({ 1: name = '' }) => name)
}
