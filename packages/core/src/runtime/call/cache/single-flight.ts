import type { ParentRun } from '../../engine/parent-run.ts'
import type { SharedRun } from '../../engine/shared-run.ts'
import { Flight } from '../flight/flight.ts'
import type { FlightPlan } from '../flight/flight-plan.ts'
import type { CachedCall } from './cached-call.ts'

/** Begins a flight for a call that the cache has no answer for. A listener may end the call before that. */
export function takeOff(call: CachedCall, plan: FlightPlan, now: number): void {
  const { engine } = call
  engine.results.counts.misses += 1
  if (call.isListening) call.emit({ type: 'cache-miss' })
  if (call.status === 'settled') return
  const flight = new Flight(engine, call, plan, now)
  call.onTakeOff(flight)
  flight.start(now)
}

/** Lets a call wait for a flight; false where it would wait for itself, or for a permit that one above it holds. */
export function join(call: CachedCall, flight: SharedRun, now: number): boolean {
  const { parent } = call
  if (parent !== undefined && (flight.isAncestorOf(parent) || flight.wouldBlock(parent))) return false
  call.engine.results.counts.joins += 1
  flight.join(call)
  call.onJoin(flight, { layer: 'in-flight', ageMs: now - flight.startedAt })
  return true
}

/**
 * Whether a call may join a flight without having looked into the store. Not where a stale result may be had at once,
 * and not where another process may have written since the flight began: here, a write has detached it.
 */
export function mayJoinAtOnce(call: CachedCall, flight: SharedRun): boolean {
  return !flight.isRenewal && !(flight.hasTags && call.engine.results.store.isShared)
}

/** Whether nothing was invalidated between the start of a flight and the moment of an epoch, as far as is known. */
export function isCurrent(flight: SharedRun, epoch: number | undefined): boolean {
  return epoch === undefined || flight.epoch === undefined || flight.epoch >= epoch
}

/**
 * A nested call may run under a permit that one above it holds. What it begins is shared only below that one: for
 * anybody else it would go on without a permit when the holder ends.
 */
export function keyUnderLender(call: CachedCall, parent: ParentRun, own: string): string {
  const { engine, record } = call
  const { key } = call.policy.concurrency
  try {
    const gate = key === undefined ? record.gate : engine.admission.gate(key(call.bound()))
    const lender = parent.lender(gate, Number.isFinite(engine.admission.global.max))
    engine.admission.forgetIdle(gate)
    return lender === undefined ? own : `${own}\n${lender.serial}`
  } catch {
    // the execution will ask the key function again, and fail the call with what it throws
    return own
  }
}
