import type { CacheKey } from '@headrace/core'
import { TwoLevelMap } from './two-level-map.ts'

/** Others look again after this time at the latest: within a process, a result is there soon. */
const longestWaitMs = 50

interface Lease {
  readonly of: CacheKey
  readonly token: string
  readonly until: number
}

/** Who may compute what: one holder at a time for each key. */
export class Leases {
  readonly #leases = new TwoLevelMap<Lease>()
  readonly #all = new Set<Lease>()
  #hand = this.#all.values()
  #count = 0

  take(key: CacheKey, ttlMs: number, now: number): { readonly token: string } | { readonly waitMs: number } {
    this.#sweep(now)
    const held = this.#leases.get(key.partition, key.key)
    if (held !== undefined && now < held.until) return { waitMs: Math.min(held.until - now, longestWaitMs) }
    if (held !== undefined) this.#drop(held)
    this.#count += 1
    const lease = { of: key, token: `${this.#count}`, until: now + ttlMs }
    this.#leases.set(key.partition, key.key, lease)
    this.#all.add(lease)
    return { token: lease.token }
  }

  /** Whether somebody else than the holder of the token has it now; nobody is, to who has no token. */
  isHeldByOther(key: CacheKey, token: string | undefined, now: number): boolean {
    if (token === undefined) return false
    const lease = this.#leases.get(key.partition, key.key)
    return lease !== undefined && lease.token !== token && now < lease.until
  }

  end(key: CacheKey, token: string | undefined): void {
    if (token === undefined) return
    const lease = this.#leases.get(key.partition, key.key)
    if (lease?.token === token) this.#drop(lease)
  }

  #drop(lease: Lease): void {
    this.#leases.delete(lease.of.partition, lease.of.key)
    this.#all.delete(lease)
  }

  /** Two a call, going round: those that nobody ended do not gather. */
  #sweep(now: number): void {
    for (let count = 0; count < 2; count += 1) {
      const { done, value } = this.#hand.next()
      if (done) this.#hand = this.#all.values()
      else if (value.until <= now) this.#drop(value)
    }
  }
}
