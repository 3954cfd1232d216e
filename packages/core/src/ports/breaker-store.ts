import type { Awaitable, PortOptions } from './port-options.ts'

/** Where a breaker stands. `isolated` and `disabled` are set by hand. */
export type BreakerState = 'closed' | 'open' | 'half-open' | 'isolated' | 'disabled'

/** When a breaker opens and how it closes again: the numbers of a breaker policy, complete. Times in milliseconds. */
export interface BreakerRules {
  readonly consecutiveFailures: number
  readonly failureRate: number
  readonly minimumCalls: number
  readonly windowCalls: number
  readonly windowMaxAgeMs: number
  readonly slowCallMs: number | undefined
  readonly slowCallRate: number
  readonly minReporters: number
  readonly openForMs: number
  readonly maxOpenForMs: number
  readonly permits: number
  readonly successes: number
  readonly probeTimeoutMs: number
  readonly maxHalfOpenMs: number
  readonly observe: boolean
}

/** What is known of a breaker at one moment: plain data, never changed afterwards. */
export interface BreakerView {
  readonly key: string
  readonly state: BreakerState
  readonly generation: number
  /** When an open breaker takes its first probe; milliseconds since the epoch. */
  readonly openUntil?: number | undefined
  /** The message of the failure that opened it. */
  readonly cause?: string | undefined
}

/** The answer to a call that wants to run. */
export type BreakerAdmission =
  | { readonly admitted: true; readonly generation: number; readonly probe?: string | undefined }
  | {
      readonly admitted: false
      readonly state: BreakerState
      /** Missing where no time can be told: a breaker isolated by hand. */
      readonly retryAfterMs: number | undefined
      readonly cause?: string | undefined
    }

/** How an admitted call ended, as the breaker judges it. */
export type BreakerOutcomeKind = 'success' | 'failure' | 'ignored'

/** The report of an admitted call's end. */
export interface BreakerOutcome {
  /** As given at admission; an outcome of an older generation changes nothing. */
  readonly generation: number
  readonly probe?: string | undefined
  readonly kind: BreakerOutcomeKind
  readonly slow: boolean
  /** What the backend asked to wait; may lengthen the time that the breaker stays open. */
  readonly retryAfterMs?: number | undefined
  /** Who reports: one per process. */
  readonly reporter: string
  readonly cause?: string | undefined
}

/** Keeps the state of circuit breakers. `admit` and `record` are atomic. */
export interface BreakerStore {
  admit(key: string, rules: BreakerRules, options: PortOptions): Awaitable<BreakerAdmission>
  record(key: string, rules: BreakerRules, outcome: BreakerOutcome, options: PortOptions): Awaitable<BreakerView>
  /** Keeps a probe's permit; false tells that it was given away. */
  renew(key: string, probe: string, options: PortOptions): Awaitable<boolean>
  /** Sets the state by hand. */
  set(key: string, state: 'isolated' | 'closed' | 'disabled', options: PortOptions): Awaitable<BreakerView>
  /** What is known here and now, perhaps old; undefined for a breaker that never judged anything. */
  peek(key: string): BreakerView | undefined
  /** Tells every change of state; gives the function that ends it. */
  watch(listener: (view: BreakerView) => void): () => void
}
