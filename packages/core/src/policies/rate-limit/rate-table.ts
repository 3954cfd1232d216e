import type { LimitRequest, RateRequest } from '../../ports/limiter.ts'
import { KeyedRate } from './keyed-rate.ts'
import { mostWeight } from './rate-limit-policy.ts'
import type { RefundTimes } from './rate-machine.ts'

/** What stands in the way longest. */
export interface Blocked {
  readonly key: string
  readonly waitMs: number
}

/** Of the rates used longest ago, how many are looked at for one that is idle. */
const mostLooks = 16

/**
 * The rates of many keys, of which only so many are remembered: idle ones make room first, those used longest ago before
 * others. A rate that is dropped lets its whole burst through again. Rates of one key with different numbers are counted
 * apart. Of a list of requests only those for rates are looked at.
 */
export class RateTable {
  readonly #maxKeys: number
  readonly #rates = new Map<string, KeyedRate>()
  /** The rates in a circle by last use: between the newest and the oldest. */
  readonly #ends = new KeyedRate('', { limit: 1, perMs: 1, burst: 1, algorithm: 'token-bucket' })

  constructor(maxKeys: number) {
    this.#maxKeys = maxKeys
  }

  /** Rates that are remembered. */
  get size(): number {
    return this.#rates.size
  }

  /** Takes all that is asked for, or nothing. Throws a RangeError for what could never fit. */
  takeAll(requests: readonly LimitRequest[], now: number): Blocked | undefined {
    for (const request of requests) if (request.kind === 'rate') checkRequest(request)
    let blocked: Blocked | undefined
    let index = 0
    for (const request of requests) {
      if (request.kind === 'rate') {
        const { machine } = this.#use(request)
        const waitMs = machine.waitMs(request.weight, now)
        if (waitMs === 0 && blocked === undefined) machine.take(request.weight, now)
        if (waitMs > 0 && blocked === undefined) this.giveBack(requests.slice(0, index), { takenAt: now, now })
        if (waitMs > (blocked?.waitMs ?? 0)) blocked = { key: request.key, waitMs }
      }
      index += 1
    }
    if (this.#rates.size > this.#maxKeys) this.#trim(now)
    return blocked
  }

  /** Gives back what was taken for them and never used. */
  giveBack(requests: readonly LimitRequest[], times: RefundTimes): void {
    for (const request of requests) {
      if (request.kind === 'rate') this.#find(request)?.machine.refund(request.weight, times)
    }
  }

  #find(request: RateRequest): KeyedRate | undefined {
    const rate = this.#rates.get(request.key)
    return rate === undefined || rate.is(request) ? rate : this.#rates.get(nameApart(request))
  }

  #use(request: RateRequest): KeyedRate {
    const found = this.#find(request)
    if (found !== undefined) {
      if (this.#ends.older !== found) found.unlink().insert(this.#ends)
      return found
    }
    const name = this.#rates.has(request.key) ? nameApart(request) : request.key
    const rate = new KeyedRate(name, request)
    this.#rates.set(name, rate)
    return rate.insert(this.#ends)
  }

  #trim(now: number): void {
    while (this.#rates.size > this.#maxKeys) this.#rates.delete(this.#leastNeeded(now).unlink().name)
  }

  #leastNeeded(now: number): KeyedRate {
    let rate = this.#ends.newer
    for (let looks = 0; looks < mostLooks && rate !== this.#ends; looks += 1) {
      if (rate.machine.isIdle(now)) return rate
      rate = rate.newer
    }
    return this.#ends.newer
  }
}

function checkRequest(request: RateRequest): void {
  const { key, limit, perMs, burst, weight } = request
  const most = mostWeight(request)
  if (weight > 0 && weight <= most && limit > 0 && perMs > 0 && Number.isFinite(limit) && Number.isFinite(perMs)) return
  const rate = `limit ${limit}, perMs ${perMs}, burst ${burst}`
  throw new RangeError(`The rate request '${key}' can never be granted: weight ${weight} of ${rate}`)
}

/** For a rate whose key is that of another one with different numbers. */
function nameApart({ key, limit, perMs, burst, algorithm }: RateRequest): string {
  return `${key}\0${limit}\0${perMs}\0${burst}\0${algorithm}`
}
