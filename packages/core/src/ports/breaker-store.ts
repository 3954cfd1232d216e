import type { Awaitable, PortOptions } from './port-options.ts'

/** Where a breaker stands. `isolated` and `disabled` are set by hand. */
export type BreakerState = 'closed' | 'open' | 'half-open' | 'isolated' | 'disabled'

/**
 * When a breaker opens and how it closes again: the numbers of a breaker policy, complete. Times in milliseconds.
 *
 * Every outcome is judged, so a success may open a breaker too. Rates are those of the last `windowCalls` calls, none
 * older than `windowMaxAgeMs`, and open where they are reached; below `minimumCalls` none is known. Ignored outcomes
 * count nowhere, a slow call that failed once in each rate.
 */
export interface BreakerRules {
  /** Failures in a row that open it; a success begins the count anew. Infinity leaves the judgement to the rates. */
  readonly consecutiveFailures: number
  readonly failureRate: number
  readonly minimumCalls: number
  readonly windowCalls: number
  /** May be Infinity. */
  readonly windowMaxAgeMs: number
  /** Undefined where slow calls are not judged. */
  readonly slowCallMs: number | undefined
  readonly slowCallRate: number
  /** How many reporters must have had such a call before it opens. */
  readonly minReporters: number
  /**
   * How long it first stays open, give or take a tenth, drawn anew each time. Twice as long with each opening after
   * that, until it was closed for as long as it was last open.
   */
  readonly openForMs: number
  /** The limit of that growth, before the tenth, and of what a backend may ask to wait. */
  readonly maxOpenForMs: number
  /** Probes at a time while it is half-open. */
  readonly permits: number
  /** Probes that have to succeed before it closes; the first that fails opens it again. A slow one counts as failed. */
  readonly successes: number
  /** After this a probe has lost its permit, and its end counts nothing. */
  readonly probeTimeoutMs: number
  /** Half-open for this long, it opens again. */
  readonly maxHalfOpenMs: number
  /** Judges and tells, but rejects nothing by its own judgement. */
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
  /** What the backend asked to wait; may lengthen the time that the breaker stays open, never shorten it. */
  readonly retryAfterMs?: number | undefined
  /** Who reports: one per process. */
  readonly reporter: string
  readonly cause?: string | undefined
}

/**
 * Keeps the state of circuit breakers. `admit` and `record` are atomic. Keys may be any text. The generation of a breaker
 * grows with each change of its state.
 */
export interface BreakerStore {
  /**
   * Lets a call run, or tells when to come back. A breaker whose time open is over is half-open, never closed by
   * itself, and gives out probes, each with a name of its own; calls beside them are rejected as half-open. One that
   * was never heard of is closed.
   */
  admit(key: string, rules: BreakerRules, options: PortOptions): Awaitable<BreakerAdmission>
  /**
   * Counts how an admitted call ended, and gives what is known of the breaker then. Nothing is changed by an outcome of
   * an older generation, by one that arrives while it is open, and, half-open, by one of what holds no probe's permit.
   * An ignored probe gives its permit back.
   */
  record(key: string, rules: BreakerRules, outcome: BreakerOutcome, options: PortOptions): Awaitable<BreakerView>
  /** Keeps a probe's permit, never for longer than `probeTimeoutMs`; false tells that it has ended or was given away. */
  renew(key: string, probe: string, options: PortOptions): Awaitable<boolean>
  /**
   * Sets the state by hand. `isolated` rejects every call, whatever the rules, and can tell no time; `disabled` admits
   * every call; both stay until another state is set. `closed` forgets what was counted, and how long it was open.
   */
  set(key: string, state: 'isolated' | 'closed' | 'disabled', options: PortOptions): Awaitable<BreakerView>
  /**
   * What is known here and now, perhaps old, but never older than what `record` and `set` have answered here. Undefined
   * for a breaker that never judged anything: admissions and ignored outcomes are no judgement.
   */
  peek(key: string): BreakerView | undefined
  /**
   * Tells every change of state, in order; gives the function that ends it. A listener that watches twice is told twice.
   * What one throws reaches neither the caller nor another listener.
   */
  watch(listener: (view: BreakerView) => void): () => void
}
