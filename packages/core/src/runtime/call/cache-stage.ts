import type { CacheMeta } from '../../call/call-result.ts'
import { canonicalJson, frozenCopy, notPlain } from '../../json/plain-json.ts'
import type { CacheRules } from '../../policies/cache/cache-policy.ts'
import type { CacheEntry, CacheKey } from '../../ports/cache-store.ts'
import type { Engine } from '../engine/engine.ts'
import type { ParentRun } from '../engine/parent-run.ts'
import type { FlightWaiter, SharedRun } from '../engine/shared-run.ts'
import { waitForStore } from '../engine/store-wait.ts'
import { Flight } from './flight.ts'

/** A call at the cache stage. */
export interface CachedCall extends FlightWaiter {
  readonly engine: Engine
  readonly toolName: string
  readonly tenant: string | undefined
  readonly status: 'queued' | 'running' | 'settled'
  /** The store has an answer. */
  onHit(output: unknown, cache: CacheMeta, now: number): void
  /** Waits for a flight that was running already. */
  onJoin(flight: SharedRun, cache: CacheMeta): void
  /** Waits for a flight of its own. */
  onTakeOff(flight: Flight): void
  /** Runs by itself, without the cache. */
  execute(now: number): void
}

/** The cache and single-flight stage; false when the call has to run by itself. */
export function enterCache(call: CachedCall, rules: CacheRules, now: number): boolean {
  const { engine } = call
  const partition = partitionOf(call, rules)
  if (partition === undefined) {
    engine.warn(call.toolName, rules.scope === 'session' ? 'no-session' : 'no-tenant')
    return false
  }
  const key = canonicalJson(call.input)
  if (key === undefined) {
    engine.warn(call.toolName, 'arguments-not-json')
    return false
  }
  const running = engine.flights.get(partition, key)
  if (running !== undefined) return join(call, running, now)
  const place = { partition, key, flightKey: call.parent === undefined ? key : keyUnderLender(call, call.parent, key) }
  const kin = call.parent === undefined ? undefined : engine.flights.get(partition, place.flightKey)
  if (kin !== undefined) return join(call, kin, now)
  lookUp(call, place, now)
  return true
}

/**
 * A nested call may run under a permit that one above it holds. What it begins is shared only below that one: for
 * anybody else it would go on without a permit when the holder ends.
 */
function keyUnderLender(call: CachedCall, parent: ParentRun, own: string): string {
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

interface Place extends CacheKey {
  /** Its key among the flights of the partition. */
  readonly flightKey: string
}

function join(call: CachedCall, flight: SharedRun, now: number): boolean {
  const { parent } = call
  if (parent !== undefined && (flight.isAncestorOf(parent) || flight.wouldBlock(parent))) return false
  call.engine.cacheCounts.joins += 1
  flight.join(call)
  call.onJoin(flight, { layer: 'in-flight', ageMs: now - flight.startedAt })
  return true
}

function lookUp(call: CachedCall, place: Place, now: number): void {
  const { engine } = call
  const epoch = engine.clock.now()
  try {
    const found = engine.cache.get(place, { now: epoch })
    if (found === undefined || !('then' in found)) return afterLookUp(call, place, { entry: found, epoch, now })
    call.watchDeadline()
    void waitForStore(engine, found, { store: 'cache', value: () => undefined }).then((entry) =>
      resume(call, place, entry),
    )
  } catch (error) {
    engine.storeFailed('cache', error)
    afterLookUp(call, place, { entry: undefined, epoch, now })
  }
}

/** Others may have begun the same call while the store was asked. */
function resume(call: CachedCall, place: Place, entry: CacheEntry | undefined): void {
  if (call.status === 'settled') return
  const now = call.engine.clock.monotonic()
  const running = entry === undefined ? call.engine.flights.get(place.partition, place.flightKey) : undefined
  if (running === undefined) afterLookUp(call, place, { entry, epoch: call.engine.clock.now(), now })
  else if (!join(call, running, now)) call.execute(now)
}

function afterLookUp(
  call: CachedCall,
  place: Place,
  found: { readonly entry: CacheEntry | undefined; readonly epoch: number; readonly now: number },
): void {
  const { entry, epoch, now } = found
  const value = entry !== undefined && epoch < entry.expiresAt ? frozenValue(call.engine, entry) : notPlain
  if (entry !== undefined && value !== notPlain) {
    call.engine.cacheCounts.hits += 1
    call.onHit(value, { layer: 'exact', ageMs: Math.max(0, epoch - entry.storedAt), entryId: entry.id }, now)
    return
  }
  call.engine.cacheCounts.misses += 1
  if (call.isListening) call.emit({ type: 'cache-miss' })
  if (call.status === 'settled') return
  const flight = new Flight(call.engine, call, place, now)
  call.onTakeOff(flight)
  flight.execute(now)
}

/** What a store outside the process gives back is neither trusted to be plain JSON nor frozen yet. */
function frozenValue(engine: Engine, { value }: CacheEntry): unknown {
  if (Object.isFrozen(value)) return value
  const copy = frozenCopy(value)
  if (copy === notPlain)
    engine.storeFailed('cache', new TypeError('The cache store gave a value that is no plain JSON.'))
  return copy
}

/** Whose entries these are; undefined where the scope asks for a session or tenant that the call does not have. */
function partitionOf(call: CachedCall, { scope }: CacheRules): string | undefined {
  const { engine, session, tenant, record } = call
  if (scope === 'shared') return engine.partition(record, '')
  if (scope === 'tenant') return tenant === undefined ? undefined : engine.partition(record, JSON.stringify([tenant]))
  if (session === undefined) return undefined
  return engine.partition(record, JSON.stringify([tenant ?? null, session]))
}
