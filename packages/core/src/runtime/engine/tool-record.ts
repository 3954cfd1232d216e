import type { BoundCall } from '../../call/tool-call.ts'
import type { ToolError } from '../../errors/tool-error.ts'
import { type ApprovalPolicy, checkApproval } from '../../policies/approval/approval-policy.ts'
import { type ResolvedBreaker, resolveBreaker } from '../../policies/breaker/breaker-policy.ts'
import { type CacheRules, type InvalidatePolicy, resolveCache } from '../../policies/cache/cache-policy.ts'
import type { Admission } from '../../policies/concurrency/admission.ts'
import { type ConcurrencyRules, resolveConcurrency } from '../../policies/concurrency/concurrency-policy.ts'
import type { Gate } from '../../policies/concurrency/gate.ts'
import type { FallbackPolicy } from '../../policies/fallback/fallback-policy.ts'
import { type HedgeRules, resolveHedge } from '../../policies/hedge/hedge-policy.ts'
import { HedgeState } from '../../policies/hedge/hedge-state.ts'
import { type RateLimitRules, resolveRateLimit } from '../../policies/rate-limit/rate-limit-policy.ts'
import { createRateRequests, type RateAsk } from '../../policies/rate-limit/rate-requests.ts'
import { RepeatGuard } from '../../policies/repeat/repeat-guard.ts'
import { type RepeatRules, resolveRepeat } from '../../policies/repeat/repeat-policy.ts'
import { RetryBudget } from '../../policies/retry/retry-budget.ts'
import { type RetryRules, resolveRetry } from '../../policies/retry/retry-policy.ts'
import { resolveTimeout, type TimeoutRules } from '../../policies/timeout/timeout-policy.ts'
import type { CacheKey } from '../../ports/cache-store.ts'
import type { Tool } from '../../tool/tool.ts'
import type { ToolPolicy } from '../../tool/tool-policy.ts'
import { KeyPrefix } from './stores/cache-partition.ts'
import { KnownPlaces } from './stores/known-places.ts'

/** Every policy of a tool, merged, checked and complete; undefined is one that is switched off. */
export interface ResolvedPolicy {
  readonly timeout: TimeoutRules
  readonly retry: RetryRules | undefined
  /** Whether an attempt that may have run may run again. */
  readonly mayRepeat: boolean
  readonly breaker: ResolvedBreaker | undefined
  readonly concurrency: ConcurrencyRules
  readonly rateLimit: RateLimitRules | undefined
  /** Whether a 429 keeps other calls away for a while. */
  readonly coolsDown: boolean
  readonly cache: CacheRules | undefined
  /** Of a tool that writes. */
  readonly invalidates: InvalidatePolicy | undefined
  /** Only where the tool may run twice. */
  readonly hedge: HedgeRules | undefined
  readonly fallback: FallbackPolicy | undefined
  readonly repeat: RepeatRules | undefined
  readonly approval: ApprovalPolicy | undefined
  readonly priority: number | undefined
}

/** A tool as the runtime runs it. */
export interface ToolRecord {
  readonly tool: Tool
  readonly policy: ResolvedPolicy
  /** The gate of calls without a key of their own. */
  readonly gate: Gate
  readonly budget: RetryBudget | undefined
  /** What its hedged calls know together; calls may bring a hedge of their own, so every tool has it. */
  readonly hedges: HedgeState
  /** Which of its calls have failed of late. */
  readonly repeats: RepeatGuard<ToolError> | undefined
  /** What its keys in the cache begin with. */
  readonly keyPrefix: KeyPrefix
  /** Where its results were found. */
  readonly knownPlaces: KnownPlaces<CacheKey>
  /** What a call asks of the limiter. */
  readonly rate: ((call: BoundCall) => RateAsk) | undefined
  /** The policy before it was resolved, onto which a call's own is merged. */
  readonly merged: ToolPolicy
}

/** Policies that a call may change: nothing that calls share depends on them. */
const perCall = ['timeout', 'retry', 'hedge', 'fallback', 'approval', 'priority'] as const

/** Prepares a tool: the runtime's defaults, overridden by its own policy, checked. */
export function createToolRecord(tool: Tool, defaults: ToolPolicy, admission: Admission): ToolRecord {
  const own = tool.policy
  const readOnly = tool.annotations.readOnlyHint === true
  const merged: ToolPolicy = { ...mergePolicy(defaults, own) }
  if (!readOnly && own.cache === undefined) Object.assign(merged, { cache: false })
  if (readOnly) Object.assign(merged, { invalidates: false })
  const policy = resolvePolicy(tool, merged, [own])
  const budget = policy.retry?.budget === undefined ? undefined : new RetryBudget(policy.retry.budget)
  const repeats = policy.repeat === undefined ? undefined : new RepeatGuard<ToolError>()
  const gate = admission.ownGate(tool.name)
  const rate = policy.rateLimit && createRateRequests(policy.rateLimit, tool.name)
  const cached = { keyPrefix: new KeyPrefix(tool), knownPlaces: new KnownPlaces<CacheKey>() }
  return { tool, policy, gate, budget, hedges: new HedgeState(), repeats, rate, ...cached, merged }
}

/** The policy of one call that brings its own. */
export function policyOfCall(record: ToolRecord, override: ToolPolicy): ResolvedPolicy {
  const where = `call of '${record.tool.name}'`
  for (const key of Object.keys(override)) {
    if ((perCall as readonly string[]).includes(key)) continue
    throw new TypeError(
      `${where}: policy.${key} is shared by calls and cannot be set for one; only ${perCall.join(', ')}`,
    )
  }
  const given = [override, record.tool.policy]
  for (const name of ['retry', 'hedge'] as const) {
    if (!override[name] || mayRunTwice(record.tool, name, given)) continue
    throw new TypeError(
      `${where}: policy.${name} needs a tool with readOnlyHint or idempotentHint, or idempotent: 'accept-repeats'`,
    )
  }
  // those may have been changed since, and belong to all calls
  const { concurrency } = record.policy
  return { ...resolvePolicy(record.tool, mergePolicy(record.merged, override), given), concurrency }
}

/** `given`: what was said of this tool or call itself; only there repeats can be accepted. */
function resolvePolicy(tool: Tool, merged: ToolPolicy, given: readonly ToolPolicy[]): ResolvedPolicy {
  const where = `tool '${tool.name}': policy`
  const { breaker = {}, retry = {}, hedge = false, approval = false } = merged
  checkApproval(approval, where)
  return {
    timeout: resolveTimeout(merged.timeout ?? {}, where),
    retry: retry === false ? undefined : resolveRetry(retry, where),
    mayRepeat: mayRunTwice(tool, 'retry', given),
    breaker: breaker === false ? undefined : resolveBreaker(breaker, where),
    concurrency: resolveConcurrency(merged.concurrency ?? {}, where),
    rateLimit: resolveRateLimit(merged.rateLimit ?? false, where),
    coolsDown: merged.rateLimit !== false,
    cache: resolveCache(merged.cache ?? false, where),
    invalidates: merged.invalidates === false ? undefined : merged.invalidates,
    hedge: mayRunTwice(tool, 'hedge', given) ? resolveHedge(hedge, `${where}.hedge`) : undefined,
    fallback: merged.fallback === false ? undefined : merged.fallback,
    repeat: resolveRepeat(merged.repeat ?? false, `${where}.repeat`),
    approval: approval === false ? undefined : approval,
    priority: merged.priority,
  }
}

function mayRunTwice(tool: Tool, why: 'retry' | 'hedge', given: readonly ToolPolicy[]): boolean {
  const { readOnlyHint, idempotentHint } = tool.annotations
  if (readOnlyHint === true || idempotentHint === true) return true
  return given.some(({ [why]: policy }) => typeof policy === 'object' && policy.idempotent === 'accept-repeats')
}

/** Key by key at every level; `false`, functions and arrays replace, undefined leaves as it is. */
function mergePolicy<P extends object>(base: P, over: P): P {
  const merged = { ...base } as Record<string, unknown>
  for (const [key, value] of Object.entries(over)) {
    if (value === undefined) continue
    const known = merged[key]
    merged[key] = isBranch(value) && isBranch(known) ? mergePolicy(known, value) : value
  }
  return merged as P
}

function isBranch(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}
