import type { ApprovalPolicy } from '../policies/approval/approval-policy.ts'
import type { BreakerPolicy } from '../policies/breaker/breaker-policy.ts'
import type { CachePolicy, InvalidatePolicy } from '../policies/cache/cache-policy.ts'
import type { ConcurrencyPolicy } from '../policies/concurrency/concurrency-policy.ts'
import type { FallbackPolicy } from '../policies/fallback/fallback-policy.ts'
import type { HedgePolicy } from '../policies/hedge/hedge-policy.ts'
import type { RateLimitPolicy } from '../policies/rate-limit/rate-limit-policy.ts'
import type { RepeatPolicy } from '../policies/repeat/repeat-policy.ts'
import type { RetryPolicy } from '../policies/retry/retry-policy.ts'
import type { TimeoutPolicy } from '../policies/timeout/timeout-policy.ts'

/** How calls of one tool are guarded. Durations are milliseconds; `false` switches a policy off. */
export interface ToolPolicy {
  /** How long an attempt, and the whole call, may take. */
  readonly timeout?: TimeoutPolicy | false | undefined
  /** Runs a failed call again. Needs `readOnlyHint` or `idempotentHint`, or `idempotent: 'accept-repeats'`. */
  readonly retry?: RetryPolicy | false | undefined
  /** Fails fast while the backend is down. */
  readonly breaker?: BreakerPolicy | false | undefined
  /** How many calls run at once, and how many may wait. */
  readonly concurrency?: ConcurrencyPolicy | false | undefined
  /**
   * How many calls may start in a time. After a 429 nobody is let through for its Retry-After, else a second, at most a
   * minute, also where there is no limit; `false` switches that off too.
   */
  readonly rateLimit?: RateLimitPolicy | false | undefined
  /** Answers equal calls from a store. Needs `readOnlyHint`. */
  readonly cache?: CachePolicy | false | undefined
  /**
   * Names what a call writes: cached results that carry one of these tags are removed before it starts and when it has
   * ended. Not for a tool with `readOnlyHint`.
   */
  readonly invalidates?: InvalidatePolicy | false | undefined
  /**
   * Starts a second attempt beside a slow one. Off by default; needs what `retry` needs, or
   * `idempotent: 'accept-repeats'` of its own.
   */
  readonly hedge?: HedgePolicy | false | undefined
  /** Answers where a call has failed for good; the result is marked `degraded`. */
  readonly fallback?: FallbackPolicy | false | undefined
  /** Refuses the same call, in one session, when it has failed again and again. */
  readonly repeat?: RepeatPolicy | false | undefined
  /** Asks for consent before a call runs. */
  readonly approval?: ApprovalPolicy | false | undefined
  /** Higher starts first; 0 by default. The `priority` of a call overrides it. */
  readonly priority?: number | undefined
}

/** Limits over all tools together. */
export interface GlobalPolicy {
  /** How many calls run at once; no limit by default. */
  readonly concurrency?: { readonly max?: number | undefined } | undefined
  /** How many calls may start in a time; no limit by default. */
  readonly rateLimit?: RateLimitPolicy | undefined
}

/** The default policy of every tool, and the limits over all of them together. */
export interface RuntimePolicy extends ToolPolicy {
  readonly global?: GlobalPolicy | undefined
}
