import type { CallResult } from '../../call/call-result.ts'
import type { BoundCall } from '../../call/tool-call.ts'
import { checkFunction, checkKeys, checkNumber, checkOneOf, type NumberRange } from '../../options/check-option.ts'
import type { BreakerOutcomeKind, BreakerRules } from '../../ports/breaker-store.ts'

/** When calls of one key fail fast instead of reaching a backend that is down. Times in milliseconds. */
export interface BreakerPolicy {
  /** Names the backend that a call goes to; the tool's name by default. Calls of one key share one breaker. */
  readonly key?: (call: BoundCall) => string
  /** Failures in a row that open the breaker; 5. Infinity leaves the judgement to the rates. */
  readonly consecutiveFailures?: number
  /** Share of failed calls in the window that opens the breaker; 0.5. */
  readonly failureRate?: number
  /** Below this many calls in the window no rate is known; 10, or the window's size where that is smaller. */
  readonly minimumCalls?: number
  /** The rates look at the last `calls` (20), of which none is older than `maxAge` (60 s). */
  readonly window?: { readonly calls?: number; readonly maxAge?: number }
  /** A call that takes this long or longer is slow. Without it, slow calls are not judged. */
  readonly slowCallMs?: number
  /** Share of slow calls in the window that opens the breaker; 0.8. */
  readonly slowCallRate?: number
  /** How many reporters (processes) must have seen it; 1. A breaker in memory has one reporter, its own process. */
  readonly minReporters?: number
  /** How long the breaker first stays open, ±10 %; 5 s, doubled by each re-opening. */
  readonly openFor?: number
  /** The limit of that growth, and of what a Retry-After of the backend may lengthen it to; 60 s. */
  readonly maxOpenFor?: number
  /** How a breaker finds out whether it may close: `permits` (1) probes at a time, `successes` (1) of which close it. */
  readonly halfOpen?: {
    readonly permits?: number
    readonly successes?: number
    /** A probe that takes longer loses its permit and counts nothing; 30 s. */
    readonly probeTimeout?: number
    /** A breaker that is half-open for this long opens again; 60 s. */
    readonly maxDuration?: number
  }
  /** Judges an attempt instead of the defaults. One that throws has ignored the attempt. */
  readonly classify?: (result: CallResult) => BreakerOutcomeKind
  /** Judges and reports, but rejects nothing on its own judgement. */
  readonly observe?: boolean
}

/** A breaker policy with every default filled in. */
export interface ResolvedBreaker {
  /** Frozen. */
  readonly rules: BreakerRules
  readonly key?: NonNullable<BreakerPolicy['key']>
  readonly classify?: NonNullable<BreakerPolicy['classify']>
}

const count: NumberRange = { min: 1, integer: true }
const time: NumberRange = { min: 1 }
const share: NumberRange = { min: 0, max: 1, aboveMin: true }
const mostWindowCalls = 100_000

/** Checks a policy and fills in its defaults; throws a RangeError or TypeError that names the wrong option. */
export function resolveBreaker(policy: BreakerPolicy, where: string): ResolvedBreaker {
  checkShape(policy, where)
  const rules = fillIn(policy)
  checkNumbers(policy, rules, where)
  const { key, classify } = policy
  return { rules: Object.freeze(rules), ...(key && { key }), ...(classify && { classify }) }
}

const groups = { window: ['calls', 'maxAge'], halfOpen: ['permits', 'successes', 'probeTimeout', 'maxDuration'] }
const numbers = ['consecutiveFailures', 'failureRate', 'minimumCalls', 'slowCallMs', 'slowCallRate', 'minReporters']
const options = [...numbers, ...Object.keys(groups), 'key', 'openFor', 'maxOpenFor', 'classify', 'observe']

function checkShape(policy: BreakerPolicy, where: string): void {
  checkKeys(where, policy, options)
  for (const name of ['window', 'halfOpen'] as const) {
    const group = policy[name]
    if (group !== undefined) checkKeys(`${where}.${name}`, group, groups[name])
  }
  checkFunction(where, 'key', policy.key)
  checkFunction(where, 'classify', policy.classify)
  checkOneOf(where, 'observe', policy.observe, [true, false])
}

function fillIn({ window = {}, halfOpen = {}, ...policy }: BreakerPolicy): BreakerRules {
  const windowCalls = window.calls ?? 20
  const openForMs = policy.openFor ?? Math.min(5_000, policy.maxOpenFor ?? 5_000)
  return {
    consecutiveFailures: policy.consecutiveFailures ?? 5,
    failureRate: policy.failureRate ?? 0.5,
    minimumCalls: policy.minimumCalls ?? Math.min(10, windowCalls),
    windowCalls,
    windowMaxAgeMs: window.maxAge ?? 60_000,
    slowCallMs: policy.slowCallMs,
    slowCallRate: policy.slowCallRate ?? 0.8,
    minReporters: policy.minReporters ?? 1,
    openForMs,
    maxOpenForMs: policy.maxOpenFor ?? Math.max(60_000, openForMs),
    permits: halfOpen.permits ?? 1,
    successes: halfOpen.successes ?? 1,
    probeTimeoutMs: halfOpen.probeTimeout ?? 30_000,
    maxHalfOpenMs: halfOpen.maxDuration ?? 60_000,
    observe: policy.observe ?? false,
  }
}

function checkNumbers(policy: BreakerPolicy, rules: BreakerRules, where: string): void {
  checkNumber(where, 'consecutiveFailures', policy.consecutiveFailures, { ...count, infinite: true })
  checkNumber(where, 'failureRate', policy.failureRate, share)
  checkNumber(where, 'window.calls', policy.window?.calls, { ...count, max: mostWindowCalls })
  checkNumber(where, 'window.maxAge', policy.window?.maxAge, { ...time, infinite: true })
  checkNumber(where, 'minimumCalls', policy.minimumCalls, { ...count, max: rules.windowCalls })
  checkNumber(where, 'slowCallMs', policy.slowCallMs, { min: 0, aboveMin: true })
  checkNumber(where, 'slowCallRate', policy.slowCallRate, share)
  checkNumber(where, 'minReporters', policy.minReporters, count)
  checkNumber(where, 'openFor', policy.openFor, time)
  checkNumber(where, 'maxOpenFor', policy.maxOpenFor, { min: policy.openFor ?? 1 })
  checkNumber(where, 'halfOpen.permits', policy.halfOpen?.permits, count)
  checkNumber(where, 'halfOpen.successes', policy.halfOpen?.successes, count)
  checkNumber(where, 'halfOpen.probeTimeout', policy.halfOpen?.probeTimeout, time)
  checkNumber(where, 'halfOpen.maxDuration', policy.halfOpen?.maxDuration, time)
}
