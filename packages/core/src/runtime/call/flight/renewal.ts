import type { BoundCall } from '../../../call/tool-call.ts'
import { CancelReason } from '../../../errors/cancel-reason.ts'
import type { ConcurrencyRules } from '../../../policies/concurrency/concurrency-policy.ts'
import type { CacheEntry } from '../../../ports/cache-store.ts'
import type { Engine } from '../../engine/engine.ts'
import { isThenable } from '../../engine/is-thenable.ts'
import type { FlightWaiter } from '../../engine/shared-run.ts'
import type { Deadline, DeadlineOwner } from '../../engine/timer-lists.ts'
import type { ResolvedPolicy, ToolRecord } from '../../engine/tool-record.ts'
import type { CachePlace } from '../cache/cache-place.ts'
import { Flight } from './flight.ts'
import type { FlightPlan } from './flight-plan.ts'

/** A call that was given a stale result. */
interface ServedCall {
  readonly engine: Engine
  readonly record: ToolRecord
  readonly input: unknown
  readonly session: string | undefined
  bound(): BoundCall
}

/**
 * Renews a stale result in the background, once for all who are given it meanwhile: at the lowest priority, in the
 * runtime's scope, under the tool's own policy. What it fails with nobody is told; a closing runtime starts none.
 */
export function renew(call: ServedCall, place: CachePlace, stale: CacheEntry): void {
  const { root, results } = call.engine
  const { generation } = results
  const isPointless = (): boolean => root.isClosing || results.flights.get(place.partition, place.key) !== undefined
  if (isPointless()) return
  const begin = (epoch: number | undefined): void => {
    if (isPointless()) return
    const vector = undefined
    new Renewal(call).begin({ place, flightKey: place.key, stale, isRenewal: true, epoch, generation, vector })
  }
  const epoch = place.isGuarded ? results.store.epoch(place.partition, { storeWaitedMs: 0 }) : undefined
  if (isThenable(epoch)) void epoch.then(begin)
  else begin(epoch)
}

/** Stands for the call that a renewal is not. */
class Renewal implements FlightWaiter, DeadlineOwner {
  readonly record: ToolRecord
  readonly policy: ResolvedPolicy
  readonly input: unknown
  readonly session: string | undefined
  readonly callId: string
  readonly idempotencyKey: string
  readonly isListening = false
  readonly turn = undefined
  readonly parent = undefined
  /** It is no part of the call that began it. */
  readonly follower = undefined
  readonly storeWaitedMs = 0
  /** Below whatever anybody asks for. */
  readonly priority: number = Number.MIN_SAFE_INTEGER
  readonly #engine: Engine
  readonly #bound: BoundCall
  readonly #startedAt: number
  #flight: Flight | undefined
  #deadline: Deadline | undefined

  constructor(call: ServedCall) {
    const { engine, record } = call
    this.record = record
    this.policy = withoutDropping(record.policy)
    this.input = call.input
    this.session = call.session
    this.callId = engine.callId(engine.nextSequence())
    this.idempotencyKey = `${engine.id}-${engine.nextSequence()}`
    this.#engine = engine
    this.#bound = { ...call.bound(), callId: this.callId }
    this.#startedAt = engine.clock.monotonic()
  }

  begin(plan: FlightPlan): void {
    this.#flight = new Flight(this.#engine, this, plan, this.#startedAt)
    this.#flight.start(this.#startedAt)
  }

  bound(): BoundCall {
    return this.#bound
  }

  remainingMs(now: number): number {
    return this.#startedAt + this.policy.timeout.totalMs - now
  }

  watchDeadline(): void {
    this.#deadline ??= this.#engine.timers.start(this, this.#startedAt, this.policy.timeout.totalMs)
  }

  onDeadline(): void {
    this.#deadline = undefined
    this.onExpire(this.#engine.clock.monotonic())
  }

  onExpire(now: number): void {
    this.#leave({ reason: new CancelReason('deadline'), now, judge: 'failure' })
  }

  cancel(reason: unknown): void {
    this.#leave({ reason, now: this.#engine.clock.monotonic(), judge: 'ignored' })
  }

  onFlightEnd(): void {
    this.#deadline?.cancel()
  }

  emit(): void {}

  #leave(end: Parameters<Flight['leave']>[1]): void {
    this.#deadline?.cancel()
    this.#flight?.leave(this, end)
  }
}

/** A full queue refuses a renewal, and never drops a call for it. All else is as the tool's limits are set at any time. */
function withoutDropping(policy: ResolvedPolicy): ResolvedPolicy {
  const { concurrency } = policy
  if (!concurrency.dropOldest) return policy
  return { ...policy, concurrency: Object.create(concurrency, { dropOldest: { value: false } }) as ConcurrencyRules }
}
