import type { BreakerRules, BreakerState, BreakerView } from '../../ports/breaker-store.ts'
import { type Breaker, readClock, refreshView } from './breaker-state.ts'

const jitter = 0.1

/** Why and since when a breaker opens. */
export interface Opening {
  readonly at: number
  readonly cause: string | undefined
  /** What the backend asked to wait; lengthens the time open, up to the rules' limit. */
  readonly retryAfterMs?: number | undefined
}

/** Opens the breaker: longer than the last time, unless it was closed for as long as it was open then. */
export function open(breaker: Breaker, rules: BreakerRules, opening: Opening): void {
  if (breaker.state === 'closed' && opening.at - breaker.closedAt >= breaker.openMs) breaker.growth = 0
  const base = Math.min(rules.maxOpenForMs, rules.openForMs * 2 ** breaker.growth)
  // The limit comes before the jitter: breakers that have reached it must not probe in step either.
  const spread = Math.max(1, Math.round(base * (1 - jitter + 2 * jitter * breaker.hooks.random())))
  const asked = opening.retryAfterMs ?? 0
  breaker.openMs = asked > spread ? Math.max(spread, Math.min(asked, rules.maxOpenForMs)) : spread
  breaker.openUntil = opening.at + breaker.openMs
  breaker.growth += 1
  breaker.cause = opening.cause
  enter(breaker, 'open')
}

/** Lets probes through, for a limited time. */
export function halfOpen(breaker: Breaker, rules: BreakerRules): void {
  breaker.halfOpenUntil = breaker.now + rules.maxHalfOpenMs
  enter(breaker, 'half-open')
}

/** Closes the breaker with an empty window. How long it was open is remembered, for the next opening. */
export function close(breaker: Breaker): void {
  breaker.closedAt = breaker.now
  enter(breaker, 'closed')
}

/** Sets the state by hand. Closing by hand forgets everything, also what a closed breaker had counted. */
export function setByHand(breaker: Breaker, state: 'isolated' | 'closed' | 'disabled', now: number): BreakerView {
  if (state !== 'closed' && breaker.state === state) return breaker.view
  breaker.closedAt = readClock(breaker, now)
  breaker.isJudged = true
  breaker.growth = 0
  breaker.openMs = 0
  enter(breaker, state)
  return breaker.view
}

/** Takes over what another store last told of the key; a half-open breaker waits for a probe of its own. */
export function adopt(breaker: Breaker, rules: BreakerRules, view: BreakerView, now: number): void {
  const time = readClock(breaker, now)
  const state = view.state === 'half-open' ? 'open' : view.state
  const left = view.state === 'open' ? (view.openUntil ?? now) - now : 0
  // The other store may go by another clock.
  breaker.openMs = Math.min(Math.max(0, left), longestOpenMs(rules))
  breaker.openUntil = time + breaker.openMs
  breaker.growth = state === 'open' ? 1 : 0
  breaker.closedAt = time
  breaker.cause = view.cause
  breaker.isJudged = true
  breaker.generation = Math.max(breaker.generation, view.generation - 1)
  enter(breaker, state)
}

/** No breaker of these rules stays open for longer at a stretch. */
export function longestOpenMs({ maxOpenForMs }: BreakerRules): number {
  return Math.round(maxOpenForMs * (1 + jitter))
}

function enter(breaker: Breaker, state: BreakerState): void {
  const from = breaker.state
  breaker.state = state
  breaker.generation += 1
  breaker.admission = Object.freeze({ admitted: true, generation: breaker.generation })
  breaker.window = undefined
  breaker.failuresInRow = 0
  breaker.failureReporters = undefined
  breaker.probes = []
  breaker.successes = 0
  if (state !== 'open' && state !== 'half-open') breaker.cause = undefined
  refreshView(breaker)
  if (from !== state) breaker.hooks.onChange(breaker.view, from)
}
