import type { Blocked } from '../../policies/rate-limit/rate-table.ts'
import type { ConcurrencyRequest, LimitRequest } from '../../ports/limiter.ts'

/** What was granted at one time. */
export interface Lease {
  readonly id: string
  /** The same as the id. */
  readonly number: number
  readonly requests: readonly LimitRequest[]
  readonly takenAt: number
  /** How long it lasts without being renewed; Infinity where it holds no permits. */
  readonly leaseMs: number
  expiresAt: number
}

/** Nobody can tell when a permit is given back: whoever found none asks again after this at the latest. */
const longestGuessMs = 1000
const none: readonly Lease[] = []

class KeyPermits {
  taken = 0
  readonly holders = new Set<Lease>()
  /** No holder's lease ends before. */
  firstEnd = Number.POSITIVE_INFINITY
}

/** Which leases hold the permits of which keys. A key without holders is not remembered. */
export class PermitTable {
  readonly #keys = new Map<string, KeyPermits>()

  /** Keys with holders. */
  get size(): number {
    return this.#keys.size
  }

  /** The leases that have ended and stand in the way of a request. */
  expired({ key, max }: ConcurrencyRequest, now: number): readonly Lease[] {
    const permits = this.#keys.get(key)
    if (permits === undefined || permits.taken < max || permits.firstEnd > now) return none
    const expired: Lease[] = []
    permits.firstEnd = Number.POSITIVE_INFINITY
    for (const lease of permits.holders) {
      if (lease.expiresAt <= now) expired.push(lease)
      else permits.firstEnd = Math.min(permits.firstEnd, lease.expiresAt)
    }
    return expired
  }

  /** The first of the requests that finds no permit. */
  blocking(requests: readonly LimitRequest[], now: number): Blocked | undefined {
    let index = 0
    for (const request of requests) {
      if (request.kind === 'concurrency') {
        const { key, max } = request
        const permits = this.#keys.get(key)
        const taken = (permits?.taken ?? 0) + countBefore(requests, index, key)
        if (taken >= max) return { key, waitMs: guessWait(permits, now) }
      }
      index += 1
    }
    return undefined
  }

  /** Takes the permits of a lease. */
  take(lease: Lease): void {
    for (const request of lease.requests) {
      if (request.kind !== 'concurrency') continue
      const permits = this.#keys.get(request.key) ?? new KeyPermits()
      this.#keys.set(request.key, permits)
      permits.taken += 1
      permits.holders.add(lease)
      permits.firstEnd = Math.min(permits.firstEnd, lease.expiresAt)
    }
  }

  /** Gives the permits of a lease back. */
  free(lease: Lease): void {
    for (const { kind, key } of lease.requests) {
      const permits = kind === 'concurrency' ? this.#keys.get(key) : undefined
      if (permits === undefined) continue
      permits.taken -= 1
      permits.holders.delete(lease)
      if (permits.taken === 0) this.#keys.delete(key)
    }
  }
}

/** How many permits of the key the requests before this one ask for. */
function countBefore(requests: readonly LimitRequest[], end: number, key: string): number {
  let count = 0
  for (let index = 0; index < end; index += 1) {
    const request = requests[index]
    if (request?.kind === 'concurrency' && request.key === key) count += 1
  }
  return count
}

function guessWait(permits: KeyPermits | undefined, now: number): number {
  const leaseMs = (permits?.firstEnd ?? Number.POSITIVE_INFINITY) - now
  return Math.max(1, Math.min(longestGuessMs, Math.ceil(leaseMs)))
}
