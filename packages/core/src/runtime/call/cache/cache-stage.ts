import type { CacheRules } from '../../../policies/cache/cache-policy.ts'
import { isThenable } from '../../engine/is-thenable.ts'
import { placeOf } from './cache-place.ts'
import { type CachedCall, serve } from './cached-call.ts'
import { LookUp } from './look-up.ts'
import { join, keyUnderLender, mayJoinAtOnce } from './single-flight.ts'

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
  const isKnown = found !== undefined && !isThenable(found)
  if (!isKnown || moment.at >= found.expiresAt || engine.results.isBanned(place, found.id)) {
    new LookUp(call, place, flightKey, moment).begin(found)
  } else if (!serve(call, place, { layer: 'exact', entry: found, home: place }, moment)) {
    new LookUp(call, place, flightKey, moment).begin(undefined)
  }
  return true
}
