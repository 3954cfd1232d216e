import type { MemoryLimiter } from '../../../memory/memory-limiter.ts'
import type { Limiter, LimitRequest } from '../../../ports/limiter.ts'
import type { Awaitable } from '../../../ports/port-options.ts'
import type { AnswerRules, StoreAccess, StoreCaller } from './store-access.ts'

/** A limiter's answer, and who gave it: a lease goes back to where it came from. */
export type Grant =
  | { readonly granted: true; readonly lease: string | undefined; readonly limiter: Limiter }
  | {
      readonly granted: false
      readonly retryAfterMs: number
      readonly blockedBy: string
      /** Nobody may wait for it. */
      readonly isFinal?: boolean
    }

/** What a {@link LimitAccess} works with. */
export interface LimitAccessParts {
  /** Undefined where the limits are this process's own. */
  readonly limiter: Limiter | undefined
  readonly local: MemoryLimiter
  readonly store: StoreAccess
  /** What takes the place of the limiter while it fails. */
  readonly otherwise: 'local' | 'allow' | 'deny'
  /** How many processes share the limits, as far as is known. */
  readonly instances: number
  /** Milliseconds since the epoch that never go back. */
  readonly now: () => number
}

/** The way to the limiter: this process's own at once, another one unless it fails. Never throws, never rejects. */
export class LimitAccess {
  /** Whether permits are counted over several processes, too. */
  readonly sharesPermits: boolean
  /** Whether `acquire` never gives a promise. */
  readonly answersAtOnce: boolean
  readonly #parts: LimitAccessParts

  constructor(parts: LimitAccessParts) {
    const { limiter } = parts
    this.#parts = parts
    this.answersAtOnce = limiter === undefined
    this.sharesPermits = limiter?.supports.concurrency === true && limiter.supports.shared
  }

  acquire(caller: StoreCaller, requests: readonly LimitRequest[]): Awaitable<Grant> {
    const { limiter, local, store, now } = this.#parts
    if (limiter === undefined) return grantOf(local, local.acquire(requests, { now: now() }))
    const ask = (): Awaitable<Grant> => {
      const decision = limiter.acquire(requests, { now: now() })
      return 'then' in decision ? decision.then((late) => grantOf(limiter, late)) : grantOf(limiter, decision)
    }
    const rules: AnswerRules<Grant> = {
      otherwise: () => this.#standIn(requests),
      wanted: 'a decision',
      isSound: isGrant,
      onLate: (grant) => this.release(grant, true),
      // who is told "not yet" waits for the limit, not for the store
      counts: ({ granted }) => granted,
    }
    return store.ask(caller, ask, rules)
  }

  /** Gives a lease back, with its tokens where the call never started. */
  release(grant: Grant, refund: boolean): void {
    if (!grant.granted || grant.lease === undefined) return
    const { lease, limiter } = grant
    this.#tell(limiter, () => limiter.release(lease, { now: this.#parts.now(), refund }))
  }

  /** Keeps the permits of a lease. */
  renew(grant: Grant): void {
    if (!grant.granted || grant.lease === undefined) return
    const { lease, limiter } = grant
    this.#tell(limiter, () => limiter.renew(lease, { now: this.#parts.now() }))
  }

  /** Refuses what asks for one of the keys, for so many milliseconds. */
  coolDown(keys: readonly string[], forMs: number): void {
    const { limiter, local, now } = this.#parts
    const target = limiter ?? local
    const at = now()
    for (const key of keys) this.#tell(target, () => target.cooldown(key, at + forMs, { now: at }))
  }

  #standIn(requests: readonly LimitRequest[]): Grant {
    const { local, otherwise, instances, now, store } = this.#parts
    if (otherwise === 'allow') return { granted: true, lease: undefined, limiter: local }
    if (otherwise === 'local') {
      const parts = requests.map((request) => share(request, instances))
      return grantOf(local, local.acquire(parts, { now: now() }))
    }
    const retryAfterMs = Math.ceil(Math.max(1000, store.suspendedMs))
    return { granted: false, retryAfterMs, blockedBy: requests[0]?.key ?? '', isFinal: true }
  }

  #tell(limiter: Limiter, message: () => Awaitable<unknown>): void {
    if (limiter === this.#parts.local) void message()
    else this.#parts.store.tell(message)
  }
}

function isGrant(answer: Grant): boolean {
  const { granted } = answer
  if (typeof granted !== 'boolean') return false
  return granted || (answer.retryAfterMs >= 0 && typeof answer.blockedBy === 'string')
}

function grantOf(
  limiter: Limiter,
  decision: Exclude<ReturnType<MemoryLimiter['acquire']>, PromiseLike<unknown>>,
): Grant {
  return decision.granted ? { granted: true, lease: decision.lease, limiter } : decision
}

/** The part of a limit that is this process's own; whatever it is, one call at a time fits. */
function share(request: LimitRequest, instances: number): LimitRequest {
  if (request.kind === 'concurrency') return { ...request, max: Math.max(1, Math.floor(request.max / instances)) }
  const { limit, burst, weight } = request
  const fits = (whole: number): number => Math.max(weight, whole / instances)
  return {
    ...request,
    limit: request.algorithm === 'sliding-window' ? fits(limit) : limit / instances,
    burst: fits(burst),
  }
}
