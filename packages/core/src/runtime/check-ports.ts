import { checkPort, type PortShape } from '../options/check-port.ts'
import type { BreakerStore } from '../ports/breaker-store.ts'
import type { CacheStore } from '../ports/cache-store.ts'
import type { Clock } from '../ports/clock.ts'
import type { Limiter } from '../ports/limiter.ts'

const breakerStore: PortShape = {
  name: 'a BreakerStore',
  methods: ['admit', 'record', 'renew', 'set', 'peek', 'watch'],
}
const cacheStore: PortShape = {
  name: 'a CacheStore',
  methods: ['get', 'set', 'delete', 'invalidate', 'purge', 'epoch'],
  supports: ['leases', 'tags', 'persistent'],
}
const leasingStore: PortShape = { ...cacheStore, name: 'a CacheStore with leases', methods: ['lease', 'release'] }
const limiter: PortShape = {
  name: 'a Limiter',
  methods: ['acquire', 'renew', 'release', 'cooldown'],
  supports: ['concurrency', 'slidingWindow', 'shared'],
}
const clock: PortShape = { name: 'a Clock', methods: ['now', 'monotonic', 'setTimer'] }

/** Throws a TypeError where a store, or the clock, lacks what its port has: better here than at the first call. */
export function checkPorts(
  where: string,
  ports: {
    readonly cache?: CacheStore | undefined
    readonly breakers?: BreakerStore | undefined
    readonly limiter?: Limiter | undefined
    readonly clock?: Clock | undefined
  },
): void {
  checkPort(where, 'cache', ports.cache, cacheStore)
  if (ports.cache?.supports.leases === true) checkPort(where, 'cache', ports.cache, leasingStore)
  checkPort(where, 'breakers', ports.breakers, breakerStore)
  checkPort(where, 'limiter', ports.limiter, limiter)
  checkPort(where, 'clock', ports.clock, clock)
}
