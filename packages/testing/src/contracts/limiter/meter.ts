import type { ConcurrencyRequest, LimitDecision, Limiter, LimitRequest, RateRequest } from '@headrace/core'
import { hold } from '../hold.ts'
import type { Trial } from '../trial.ts'

/** A refusal. */
export type Refusal = Extract<LimitDecision, { granted: false }>

/** What a call does with a limiter. */
export interface Meter {
  ask(...requests: readonly LimitRequest[]): Promise<LimitDecision>
  /** Asks for what has to be granted; gives the lease. */
  take(...requests: readonly LimitRequest[]): Promise<string>
  /** Asks for what has to be refused. */
  refuse(...requests: readonly LimitRequest[]): Promise<Refusal>
  /** How many of so many who ask at once are granted. */
  crowd(size: number, ...requests: readonly LimitRequest[]): Promise<number>
  release(lease: string, refund?: boolean): Promise<void>
  renew(lease: string): Promise<boolean>
}

/** Works with the limiter under test, or with another one of the same trial. */
export function openMeter({ at, ...trial }: Trial<Limiter>, store: Limiter = trial.store): Meter {
  const ask: Meter['ask'] = async (...requests) => store.acquire(requests, at())
  return {
    ask,
    async take(...requests) {
      const decision = await ask(...requests)
      hold(decision.granted, 'the request is granted', decision)
      return decision.lease
    },
    async refuse(...requests) {
      const decision = await ask(...requests)
      hold(!decision.granted, 'the request is refused', decision)
      const { retryAfterMs } = decision
      hold(retryAfterMs > 0 && Number.isFinite(retryAfterMs), 'a refusal tells after how long to ask again', decision)
      return decision
    },
    async crowd(size, ...requests) {
      const decisions = await Promise.all(Array.from({ length: size }, () => ask(...requests)))
      return decisions.filter(({ granted }) => granted).length
    },
    release: async (lease, refund = false) => store.release(lease, { ...at(), refund }),
    renew: async (lease) => store.renew(lease, at()),
  }
}

/** A rate of one in a unit of the trial, all of its burst at once. */
export function rate({ time }: Trial<Limiter>, key: string, change: Partial<RateRequest> = {}): RateRequest {
  const limit = change.limit ?? 1
  return {
    kind: 'rate',
    key,
    perMs: time.unit,
    burst: limit,
    weight: 1,
    algorithm: 'token-bucket',
    ...change,
    limit,
  }
}

/** A permit of a key that has so many, for a long time. */
export function permit(
  { time }: Trial<Limiter>,
  key: string,
  max = 1,
  leaseMs: number = 1_000 * time.unit,
): ConcurrencyRequest {
  return { kind: 'concurrency', key, max, leaseMs }
}

/** How far a time that a store tells by a clock of its own may be off. */
function lagOf({ time }: Trial<Limiter>): number {
  return time.clock === 'server' ? time.unit / 3 : 0
}

/** Throws unless the refusal names the key and the time, which may be off by what has passed meanwhile. */
export function holdRefusal(
  trial: Trial<Limiter>,
  { retryAfterMs, blockedBy }: Refusal,
  key: string,
  waitMs: number,
): void {
  hold(blockedBy === key, `blockedBy is ${JSON.stringify(key)}`, blockedBy)
  const isClose = Math.abs(retryAfterMs - waitMs) <= lagOf(trial)
  hold(isClose, `retryAfterMs is ${waitMs}`, retryAfterMs)
}
