import { judgeEntry } from '../../../policies/cache/entry/freshness.ts'
import type { CacheEntry } from '../../../ports/cache-store.ts'
import type { Awaitable } from '../../../ports/port-options.ts'
import type { Engine } from '../../engine/engine.ts'
import { isThenable } from '../../engine/is-thenable.ts'
import type { SharedEnd } from '../../engine/shared-run.ts'
import type { Lease } from '../../engine/stores/cache-access.ts'
import type { ResolvedPolicy } from '../../engine/tool-record.ts'
import type { FlightPlan } from './flight-plan.ts'
import { storedAnswer } from './stored-answer.ts'

/** An execution that other processes may want to share. */
interface LeasedRun {
  readonly engine: Engine
  readonly toolName: string
  readonly callId: string
  readonly policy: ResolvedPolicy
  readonly plan: FlightPlan
  readonly isOver: boolean
  storeWaitedMs: number
  /** The lease under which it runs. */
  token: string | undefined
  /** How often it has waited for the holder of the lease. */
  pauses: number
  watchDeadline(): void
  execute(now: number): void
  /** Calls `resume` after `ms` milliseconds, unless it is over by then. */
  pause(ms: number, resume: () => void): void
  /** Ends without having run. */
  endWith(end: SharedEnd): void
}

/** A process that dies keeps others waiting for so long, at most. */
const longestLeaseMs = 30_000
/** A store may name the end of the lease: its holder will mostly be ready long before. Each pause is twice the last. */
const firstPauseMs = 20
const longestPauseMs = 1_000

/**
 * Runs where no other process does; else waits for what that one stores. Where the store does not answer, it runs: two
 * runs are better than none.
 */
export function runUnderLease(run: LeasedRun): void {
  const { engine, plan } = run
  after(run, engine.results.store.lease(plan.place, leaseMs(run), run), (lease) => afterLease(run, lease))
}

function leaseMs({ policy }: LeasedRun): number {
  return Math.min(policy.timeout.attemptMs, longestLeaseMs)
}

function afterLease(run: LeasedRun, lease: Lease | undefined): void {
  const { engine, plan } = run
  if (run.isOver) {
    if (lease !== undefined && 'token' in lease) engine.results.store.release(plan.place, lease.token)
    return
  }
  if (lease !== undefined && 'token' in lease) run.token = lease.token
  else if (lease !== undefined && lease.waitMs > 0 && !mayBeLost(engine)) {
    run.pause(Math.ceil(Math.min(lease.waitMs, pauseMs(run))), () => lookAgain(run))
    return
  }
  run.execute(engine.clock.monotonic())
}

/** After a failure a lease may be one of ours that could not be given back: nobody would end it. */
function mayBeLost(engine: Engine): boolean {
  return engine.store('cache').hasFailedWithin(longestLeaseMs)
}

function pauseMs(run: LeasedRun): number {
  const ms = Math.min(longestPauseMs, firstPauseMs * 2 ** run.pauses)
  run.pauses += 1
  return ms
}

function lookAgain(run: LeasedRun): void {
  const { engine, plan } = run
  const now = engine.clock.now()
  const look = { storeWaitedMs: run.storeWaitedMs }
  after(run, engine.results.store.get(plan.place, look, now), (entry) => {
    // it waits for the holder, who may take long; only a wait for a store that is away counts as one for the store
    if (mayBeLost(engine)) run.storeWaitedMs = look.storeWaitedMs
    afterLook(run, entry)
  })
}

function afterLook(run: LeasedRun, entry: CacheEntry | undefined): void {
  const { engine, plan } = run
  const { place } = plan
  if (run.isOver) return
  const now = engine.clock.now()
  const isAnswer = entry !== undefined && judgeEntry(entry, place.rules, now) === 'fresh'
  if (!isAnswer || engine.results.isBanned(place, entry.id)) return runUnderLease(run)
  const ageMs = Math.max(0, now - entry.storedAt)
  const answer = storedAnswer(run, entry.value, ageMs)
  if (answer === undefined) return runUnderLease(run)
  engine.results.note(entry.id, place, place.key)
  run.endWith({ ...answer, cache: { layer: 'exact', ageMs, entryId: entry.id } })
}

function after<T>(run: LeasedRun, answer: Awaitable<T>, next: (value: T) => void): void {
  if (!isThenable(answer)) return next(answer)
  run.watchDeadline()
  void answer.then(next)
}
