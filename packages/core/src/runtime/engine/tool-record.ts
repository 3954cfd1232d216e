import { type ResolvedBreaker, resolveBreaker } from '../../policies/breaker/breaker-policy.ts'
import { type CacheRules, resolveCache } from '../../policies/cache/cache-policy.ts'
import type { Admission } from '../../policies/concurrency/admission.ts'
import { type ConcurrencyRules, resolveConcurrency } from '../../policies/concurrency/concurrency-policy.ts'
import type { Gate } from '../../policies/concurrency/gate.ts'
import type { FallbackPolicy } from '../../policies/fallback/fallback-policy.ts'
import { RetryBudget } from '../../policies/retry/retry-budget.ts'
import { type RetryRules, resolveRetry } from '../../policies/retry/retry-policy.ts'
import { resolveTimeout, type TimeoutRules } from '../../policies/timeout/timeout-policy.ts'
import type { Tool } from '../../tool/tool.ts'
import type { ToolPolicy } from '../../tool/tool-policy.ts'

/** Every policy of a tool, merged, checked and complete; undefined is one that is switched off. */
export interface ResolvedPolicy {
  readonly timeout: TimeoutRules
  readonly retry: RetryRules | undefined
  /** Whether an attempt that may have run may run again. */
  readonly mayRepeat: boolean
  readonly breaker: ResolvedBreaker | undefined
  readonly concurrency: ConcurrencyRules
  readonly cache: CacheRules | undefined
  readonly fallback: FallbackPolicy | undefined
  readonly priority: number | undefined
}

/** A tool as the runtime runs it. */
export interface ToolRecord {
  readonly tool: Tool
  readonly policy: ResolvedPolicy
  /** The gate of calls without a key of their own. */
  readonly gate: Gate
  readonly budget: RetryBudget | undefined
  /** The policy before it was resolved, onto which a call's own is merged. */
  readonly merged: ToolPolicy
}

/** Policies that a call may change: nothing that calls share depends on them. */
const perCall = ['timeout', 'retry', 'fallback', 'priority'] as const

/** Prepares a tool: the runtime's defaults, overridden by its own policy, checked. */
export function createToolRecord(tool: Tool, defaults: ToolPolicy, admission: Admission): ToolRecord {
  const own = tool.policy
  const readOnly = tool.annotations.readOnlyHint === true
  const merged: ToolPolicy = { ...mergePolicy(defaults, own) }
  if (!readOnly && own.cache === undefined) Object.assign(merged, { cache: false })
  const policy = resolvePolicy(tool, merged, repeatsAccepted(own))
  const budget = policy.retry?.budget === undefined ? undefined : new RetryBudget(policy.retry.budget)
  return { tool, policy, gate: admission.ownGate(tool.name), budget, merged }
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
  const accepted = repeatsAccepted(override) || repeatsAccepted(record.tool.policy)
  if (override.retry && !isRepeatable(record.tool) && !accepted) {
    throw new TypeError(
      `${where}: policy.retry needs a tool with readOnlyHint or idempotentHint, or idempotent: 'accept-repeats'`,
    )
  }
  return resolvePolicy(record.tool, mergePolicy(record.merged, override), accepted)
}

function resolvePolicy(tool: Tool, merged: ToolPolicy, repeatsAccepted: boolean): ResolvedPolicy {
  const where = `tool '${tool.name}': policy`
  const { breaker = {}, retry = {} } = merged
  return {
    timeout: resolveTimeout(merged.timeout ?? {}, where),
    retry: retry === false ? undefined : resolveRetry(retry, where),
    mayRepeat: isRepeatable(tool) || repeatsAccepted,
    breaker: breaker === false ? undefined : resolveBreaker(breaker, where),
    concurrency: resolveConcurrency(merged.concurrency ?? {}, where),
    cache: resolveCache(merged.cache ?? false, where),
    fallback: merged.fallback === false ? undefined : merged.fallback,
    priority: merged.priority,
  }
}

function isRepeatable(tool: Tool): boolean {
  return tool.annotations.readOnlyHint === true || tool.annotations.idempotentHint === true
}

function repeatsAccepted(policy: ToolPolicy): boolean {
  return typeof policy.retry === 'object' && policy.retry.idempotent === 'accept-repeats'
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
