import type { BreakerAdmission, BreakerOutcome, BreakerRules, BreakerView } from '../../ports/breaker-store.ts'
import { type Breaker, readClock } from './breaker-state.ts'
import { close, halfOpen, open } from './breaker-transitions.ts'
import { judgeCall } from './judge-call.ts'

/**
 * Lets a call run, or tells when to come back. `now` is milliseconds since the epoch. A closed breaker answers with one
 * frozen object per generation.
 */
export function admitCall(breaker: Breaker, rules: BreakerRules, now: number): BreakerAdmission {
  return breaker.state === 'closed' ? breaker.admission : admitGuarded(breaker, rules, now)
}

/**
 * Counts the end of an admitted call and judges the breaker by it. Outcomes of an older generation, and those of probes
 * that have lost their permit, change nothing. The view stays the same object while nothing in it has changed.
 */
export function recordOutcome(
  breaker: Breaker,
  rules: BreakerRules,
  outcome: BreakerOutcome,
  now: number,
): BreakerView {
  if (outcome.generation === breaker.generation) {
    if (breaker.state === 'closed') judgeCall(breaker, rules, outcome, now)
    else if (breaker.state === 'half-open') judgeProbe(breaker, rules, outcome, now)
  }
  return breaker.view
}

/** Whether the probe still holds its permit. Renewing does not extend the probe's timeout. */
export function holdsPermit(breaker: Breaker, probe: string, now: number): boolean {
  const time = readClock(breaker, now)
  if (breaker.state !== 'half-open' || time >= breaker.halfOpenUntil) return false
  return breaker.probes.some(({ id, expiresAt }) => id === probe && time < expiresAt)
}

function admitGuarded(breaker: Breaker, rules: BreakerRules, now: number): BreakerAdmission {
  const time = readClock(breaker, now)
  endHalfOpen(breaker, rules)
  if (breaker.state === 'open' && time >= breaker.openUntil) halfOpen(breaker, rules)
  switch (breaker.state) {
    case 'half-open':
      return admitProbe(breaker, rules)
    case 'open':
      return rules.observe ? breaker.admission : reject(breaker, breaker.openUntil - time)
    case 'isolated':
      return reject(breaker, undefined)
    default:
      return breaker.admission
  }
}

function admitProbe(breaker: Breaker, rules: BreakerRules): BreakerAdmission {
  const { now, generation } = breaker
  breaker.probes = breaker.probes.filter((probe) => now < probe.expiresAt)
  if (breaker.probes.length >= rules.permits) {
    if (rules.observe) return breaker.admission
    // Most probes end long before their timeout: nobody is sent away for longer than a breaker first opens.
    return reject(breaker, Math.min(rules.openForMs, ...breaker.probes.map((probe) => probe.expiresAt - now)))
  }
  breaker.probesGiven += 1
  const probe = `${generation}-${breaker.probesGiven}`
  breaker.probes.push({ id: probe, expiresAt: now + rules.probeTimeoutMs })
  return { admitted: true, generation, probe }
}

function judgeProbe(breaker: Breaker, rules: BreakerRules, outcome: BreakerOutcome, now: number): void {
  const time = readClock(breaker, now)
  endHalfOpen(breaker, rules)
  const probe = breaker.probes.find(({ id }) => id === outcome.probe)
  if (!probe) return
  breaker.probes = breaker.probes.filter((other) => other !== probe)
  if (time >= probe.expiresAt || outcome.kind === 'ignored') return
  if (outcome.kind === 'failure') {
    open(breaker, rules, { at: time, cause: outcome.cause, retryAfterMs: outcome.retryAfterMs })
  } else if (outcome.slow && rules.slowCallMs !== undefined) {
    open(breaker, rules, { at: time, cause: breaker.cause })
  } else {
    breaker.successes += 1
    if (breaker.successes >= rules.successes) close(breaker)
  }
}

// Nothing runs when the time is over: whoever comes next finds the breaker as a timer would have left it.
function endHalfOpen(breaker: Breaker, rules: BreakerRules): void {
  if (breaker.state !== 'half-open' || breaker.now < breaker.halfOpenUntil) return
  open(breaker, rules, { at: breaker.halfOpenUntil, cause: breaker.cause })
}

function reject(breaker: Breaker, retryAfterMs: number | undefined): BreakerAdmission {
  const { state, cause } = breaker
  return { admitted: false, state, retryAfterMs: retryAfterMs && Math.ceil(retryAfterMs), cause }
}
