import type { BreakerAdmission, BreakerState, BreakerView } from '../../ports/breaker-store.ts'
import type { CallWindow } from './call-window.ts'

/** What a breaker needs from outside. */
export interface BreakerHooks {
  /** 0 to below 1: spreads the times at which breakers probe. */
  readonly random: () => number
  /** Told each change of state, when the change is complete. */
  readonly onChange: (view: BreakerView, from: BreakerState) => void
}

/** The permit of one probing call. */
export interface Probe {
  readonly id: string
  readonly expiresAt: number
}

/**
 * All that is known of one key's breaker. Mutable, and changed only by the functions of this folder. Its times are those
 * of its own clock: see {@link readClock}.
 */
export interface Breaker {
  readonly key: string
  readonly hooks: BreakerHooks
  state: BreakerState
  /** Grows with every change of state, so that calls from before it can be told. */
  generation: number
  /** What every call of this generation that needs no probe is given. */
  admission: BreakerAdmission
  view: BreakerView
  /** Whether an outcome, or somebody by hand, has ever told anything about the key. */
  isJudged: boolean
  window: CallWindow | undefined
  failuresInRow: number
  /** Who saw the failures in a row; kept only where reporters are counted. */
  failureReporters: Set<string> | undefined
  lastFailure: string | undefined
  cause: string | undefined
  openUntil: number
  /** How long the last opening was to last. */
  openMs: number
  /** How often the time open doubles next. */
  growth: number
  closedAt: number
  halfOpenUntil: number
  probes: Probe[]
  probesGiven: number
  successes: number
  now: number
  clockShift: number
}

/** Makes a closed breaker that knows nothing yet. */
export function createBreaker(key: string, generation: number, hooks: BreakerHooks): Breaker {
  return {
    key,
    hooks,
    state: 'closed',
    generation,
    admission: Object.freeze({ admitted: true, generation }),
    view: Object.freeze({ key, state: 'closed', generation }),
    isJudged: false,
    window: undefined,
    failuresInRow: 0,
    failureReporters: undefined,
    lastFailure: undefined,
    cause: undefined,
    openUntil: Number.NEGATIVE_INFINITY,
    openMs: 0,
    growth: 0,
    closedAt: Number.NEGATIVE_INFINITY,
    halfOpenUntil: Number.NEGATIVE_INFINITY,
    probes: [],
    probesGiven: 0,
    successes: 0,
    now: Number.NEGATIVE_INFINITY,
    clockShift: 0,
  }
}

// Below this a step back is two callers who read the clock in another order; above it the clock was set back.
const toleratedStepBackMs = 1_000

/**
 * Moves the breaker's own clock to the caller's `now` (milliseconds since the epoch) and gives its time. It never runs
 * backwards: over a small step back it stands still, over a large one it goes on from where it stood.
 */
export function readClock(breaker: Breaker, now: number): number {
  const time = now + breaker.clockShift
  if (time >= breaker.now) {
    breaker.now = time
  } else if (breaker.now - time > toleratedStepBackMs) {
    breaker.clockShift += breaker.now - time
    if (breaker.state === 'open') refreshView(breaker)
  }
  return breaker.now
}

/** Renews what others see of the breaker. */
export function refreshView(breaker: Breaker): void {
  const { key, state, generation, cause } = breaker
  breaker.view = Object.freeze({
    key,
    state,
    generation,
    ...(state === 'open' && { openUntil: breaker.openUntil - breaker.clockShift }),
    ...(cause !== undefined && { cause }),
  })
}
