import { checkKeys, checkNumber } from '../options/check-option.ts'
import { type Blocked, RateTable } from '../policies/rate-limit/rate-table.ts'
import type { LimitDecision, Limiter, LimitRequest } from '../ports/limiter.ts'
import type { PortOptions } from '../ports/port-options.ts'
import { Cooldowns } from './limiter/cooldowns.ts'
import { type Lease, PermitTable } from './limiter/permit-table.ts'
import { SteadyTime } from './limiter/steady-time.ts'
import { createTelling } from './telling.ts'

/** Options of {@link memoryLimiter}. */
export interface MemoryLimiterOptions {
  /**
   * Rates that are remembered; 10,000. Idle ones make room first, those used longest ago before others. Keys with
   * permits or a cooldown do not count, and are never dropped.
   */
  readonly maxKeys?: number | undefined
}

/** Limits of this process: every method answers at once. */
export interface MemoryLimiter extends Limiter {
  acquire(...of: Parameters<Limiter['acquire']>): LimitDecision
  renew(...of: Parameters<Limiter['renew']>): boolean
  release(...of: Parameters<Limiter['release']>): void
  cooldown(...of: Parameters<Limiter['cooldown']>): void
  watch(listener: (key: string) => void): () => void
}

/**
 * Keeps limits in this process. A lease is remembered until it is released, so each has to be; one whose permits were
 * not renewed in time gives them back as soon as somebody asks for them. A clock that is set back moves no limit.
 * Listeners are told of permits when everything is in order again; what one throws is reported by RxJS and reaches
 * neither the call nor another listener. Requests that could never be granted throw a RangeError.
 */
export function memoryLimiter(options: MemoryLimiterOptions = {}): MemoryLimiter {
  checkKeys('memoryLimiter', options, ['maxKeys'])
  checkNumber('memoryLimiter', 'maxKeys', options.maxKeys, { min: 1, integer: true })
  return new Limits(options.maxKeys ?? 10_000)
}

class Limits implements MemoryLimiter {
  readonly supports = { concurrency: true, slidingWindow: true, shared: false }
  readonly #time = new SteadyTime()
  readonly #rates: RateTable
  readonly #permits = new PermitTable()
  readonly #cooldowns = new Cooldowns()
  /** By number: a fresh text costs four times as much as a key. */
  readonly #leases = new Map<number, Lease>()
  readonly #freed = createTelling<string>()
  #granted = 0

  constructor(maxKeys: number) {
    this.#rates = new RateTable(maxKeys)
  }

  acquire(requests: readonly LimitRequest[], { now }: PortOptions): LimitDecision {
    const time = this.#time.at(now)
    const leaseMs = shortestLease(requests)
    this.#endExpired(requests, time)
    const held = longer(this.#cooldowns.blocking(requests, time), this.#permits.blocking(requests, time))
    const rated = this.#rates.takeAll(requests, time)
    const blocked = longer(held, rated)
    if (blocked === undefined) return { granted: true, lease: this.#grant(requests, leaseMs, time) }
    if (rated === undefined) this.#rates.giveBack(requests, { takenAt: time, now: time })
    return { granted: false, retryAfterMs: blocked.waitMs, blockedBy: blocked.key }
  }

  renew(id: string, { now }: PortOptions): boolean {
    const time = this.#time.at(now)
    const lease = this.#find(id)
    if (lease === undefined) return false
    if (lease.expiresAt <= time) {
      this.#end(lease)
      return false
    }
    lease.expiresAt = time + lease.leaseMs
    return true
  }

  release(id: string, { now, refund }: PortOptions & { readonly refund: boolean }): void {
    const time = this.#time.at(now)
    const lease = this.#find(id)
    if (lease === undefined) return
    // Whether somebody has taken its permits meanwhile or not, a lease that has ended is over.
    if (refund && lease.expiresAt > time) this.#rates.giveBack(lease.requests, { takenAt: lease.takenAt, now: time })
    this.#end(lease)
  }

  cooldown(key: string, until: number, { now }: PortOptions): void {
    const time = this.#time.at(now)
    this.#cooldowns.set(key, this.#time.of(until), time)
  }

  watch(listener: (key: string) => void): () => void {
    return this.#freed.watch(listener)
  }

  #grant(requests: readonly LimitRequest[], leaseMs: number, time: number): string {
    this.#granted += 1
    const number = this.#granted
    const lease: Lease = { id: `${number}`, number, requests, takenAt: time, leaseMs, expiresAt: time + leaseMs }
    this.#leases.set(number, lease)
    this.#permits.take(lease)
    return lease.id
  }

  #find(id: string): Lease | undefined {
    const lease = this.#leases.get(Number(id))
    return lease?.id === id ? lease : undefined
  }

  #endExpired(requests: readonly LimitRequest[], time: number): void {
    for (const request of requests) {
      if (request.kind !== 'concurrency') continue
      for (const lease of this.#permits.expired(request, time)) this.#end(lease)
    }
  }

  #end(lease: Lease): void {
    // A listener may have ended it.
    if (!this.#leases.delete(lease.number)) return
    this.#permits.free(lease)
    for (const { kind, key } of lease.requests) if (kind === 'concurrency') this.#freed.tell(key)
  }
}

/** How long the permits are kept; checks what is asked of them. */
function shortestLease(requests: readonly LimitRequest[]): number {
  let shortest = Number.POSITIVE_INFINITY
  for (const request of requests) {
    if (request.kind !== 'concurrency') continue
    const { key, max, leaseMs } = request
    if (!(max >= 1 && leaseMs > 0)) {
      throw new RangeError(`The permit request '${key}' can never be granted: max ${max}, leaseMs ${leaseMs}`)
    }
    shortest = Math.min(shortest, leaseMs)
  }
  return shortest
}

function longer(one: Blocked | undefined, other: Blocked | undefined): Blocked | undefined {
  if (one === undefined || other === undefined) return one ?? other
  return other.waitMs > one.waitMs ? other : one
}
