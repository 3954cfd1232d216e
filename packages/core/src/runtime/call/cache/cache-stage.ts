import type { CacheRules } from '../../../policies/cache/cache-policy.ts'
import type { CacheEntry } from '../../../ports/cache-store.ts'
import type { Awaitable } from '../../../ports/port-options.ts'
import { isThenable } from '../../engine/is-thenable.ts'
import type { FlightPlan } from '../flight/flight-plan.ts'
import { type CachePlace, learnPlace, placeOf } from './cache-place.ts'
import { type CachedCall, type Moment, serve } from './cached-call.ts'
import { LookUp } from './look-up.ts'
import { join, keyUnderLender, mayJoinAtOnce, takeOff } from './single-flight.ts'

/** The cache and single-flight stage; false when the call has to run by itself. */
export function enterCache(call: CachedCall, rules: CacheRules, now: number): boolean {
  const { engine, parent } = call
  const { flights, store } = engine.results
  const place = placeOf(call, rules)
  if (place === undefined) return false
  const { partition, key } = place
  const running = flights.get(partition, key)
  if (running !== undefined && mayJoinAtOnce(call, running)) return join(call, running, now)
  const flightKey = parent === undefined ? key : keyUnderLender(call, parent, key)
  const kin = parent === undefined ? undefined : flights.get(partition, flightKey)
  if (kin !== undefined && mayJoinAtOnce(call, kin)) return join(call, kin, now)
  const moment = { at: engine.clock.now(), now }
  const found = store.get(place, call, moment.at)
  const isAlone = running === undefined && kin === undefined
  // most calls end here, so they do without the object that asks the other layers
  if (found === undefined && isAlone && place.isPlain) takeOff(call, plainPlan(call, place, flightKey), now)
  else if (!serveAtOnce(call, place, found, moment)) new LookUp(call, place, flightKey, moment).begin(found)
  return true
}

function serveAtOnce(
  call: CachedCall,
  place: CachePlace,
  found: Awaitable<CacheEntry | undefined>,
  moment: Moment,
): boolean {
  if (found === undefined || isThenable(found) || moment.at >= found.expiresAt) return false
  if (call.engine.results.isBanned(place, found.id)) return false
  learnPlace(call, place)
  return serve(call, place, { layer: 'exact', entry: found, home: place }, moment)
}

function plainPlan(call: CachedCall, place: CachePlace, flightKey: string): FlightPlan {
  const { generation } = call.engine.results
  return { place, flightKey, stale: undefined, isRenewal: false, epoch: undefined, generation, vector: undefined }
}
