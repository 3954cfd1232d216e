import type { BreakerOutcome, BreakerRules } from '../../ports/breaker-store.ts'
import { type Breaker, readClock } from './breaker-state.ts'
import { open } from './breaker-transitions.ts'
import {
  addCall,
  addReporter,
  type CallWindow,
  countReporters,
  createCallWindow,
  dropOlder,
  mark,
  rateOf,
  resizeWindow,
} from './call-window.ts'

/** Counts the end of a call of a closed breaker, whatever it was, and opens the breaker where the rules say so. */
export function judgeCall(breaker: Breaker, rules: BreakerRules, outcome: BreakerOutcome, now: number): void {
  if (outcome.kind === 'ignored') return
  const time = readClock(breaker, now)
  const window = windowOf(breaker, rules)
  const isFailure = outcome.kind === 'failure'
  const isSlow = outcome.slow && rules.slowCallMs !== undefined
  breaker.isJudged = true
  addCall(window, (isFailure ? mark.failed : mark.none) | (isSlow ? mark.slow : mark.none), time)
  if (rules.minReporters > 1) addReporter(window, outcome.reporter)
  if (isFailure) countFailure(breaker, rules, outcome)
  else if (breaker.failuresInRow > 0) endFailures(breaker)
  // Old calls need no look while there is nothing to hold against any.
  if (window.failures > 0 || window.slow > 0) judge(breaker, rules, window, outcome)
}

function judge(breaker: Breaker, rules: BreakerRules, window: CallWindow, outcome: BreakerOutcome): void {
  const { now: at } = breaker
  const { retryAfterMs } = outcome
  dropOlder(window, at - rules.windowMaxAgeMs)
  if (hasFailed(breaker, rules, window)) open(breaker, rules, { at, cause: breaker.lastFailure, retryAfterMs })
  else if (isTooSlow(rules, window)) open(breaker, rules, { at, cause: outcome.cause, retryAfterMs })
}

function windowOf(breaker: Breaker, { windowCalls }: BreakerRules): CallWindow {
  let window = breaker.window
  if (window?.size === windowCalls) return window
  window = window ? resizeWindow(window, windowCalls) : createCallWindow(windowCalls)
  breaker.window = window
  return window
}

function countFailure(breaker: Breaker, rules: BreakerRules, outcome: BreakerOutcome): void {
  breaker.failuresInRow += 1
  breaker.lastFailure = outcome.cause
  if (rules.minReporters <= 1) return
  breaker.failureReporters ??= new Set()
  breaker.failureReporters.add(outcome.reporter)
}

function endFailures(breaker: Breaker): void {
  breaker.failuresInRow = 0
  breaker.failureReporters = undefined
}

function hasFailed(breaker: Breaker, rules: BreakerRules, window: CallWindow): boolean {
  if (breaker.failuresInRow >= rules.consecutiveFailures && hasReporters(rules, breaker.failureReporters?.size)) {
    return true
  }
  const rate = rateOf(window.failures, window, rules.minimumCalls)
  return rate !== undefined && rate >= rules.failureRate && isConfirmed(rules, window, mark.failed)
}

function isTooSlow(rules: BreakerRules, window: CallWindow): boolean {
  const rate = rateOf(window.slow, window, rules.minimumCalls)
  if (rules.slowCallMs === undefined || rate === undefined || rate < rules.slowCallRate) return false
  return isConfirmed(rules, window, mark.slow)
}

function isConfirmed(rules: BreakerRules, window: CallWindow, wanted: number): boolean {
  return rules.minReporters <= 1 || countReporters(window, wanted) >= rules.minReporters
}

function hasReporters(rules: BreakerRules, count = 0): boolean {
  return rules.minReporters <= 1 || count >= rules.minReporters
}
