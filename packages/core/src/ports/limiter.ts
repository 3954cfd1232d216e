import type { Awaitable, PortOptions } from './port-options.ts'

/** A rate that a call must fit into. */
export interface RateRequest {
  readonly kind: 'rate'
  /** What is counted together. */
  readonly key: string
  /** Weight allowed in `perMs` milliseconds. */
  readonly limit: number
  readonly perMs: number
  /** Weight allowed at once, for a token bucket. */
  readonly burst: number
  /** What this call counts; at most `burst`, and at most `limit` in a sliding window. */
  readonly weight: number
  readonly algorithm: 'token-bucket' | 'sliding-window'
}

/** A permit out of a number of permits. */
export interface ConcurrencyRequest {
  readonly kind: 'concurrency'
  readonly key: string
  /** Permits of the key. */
  readonly max: number
  /** Milliseconds after which a permit that was neither renewed nor released is given back. */
  readonly leaseMs: number
}

/** One of the limits that a call must fit into. */
export type LimitRequest = RateRequest | ConcurrencyRequest

/** The answer to a call that wants to start. */
export type LimitDecision =
  | { readonly granted: true; readonly lease: string }
  | {
      readonly granted: false
      /** Milliseconds until asking again may help: exact for a rate that nobody else uses, a guess for permits. */
      readonly retryAfterMs: number
      /** The key of the request that stood in the way longest. */
      readonly blockedBy: string
    }

/**
 * Grants permits and tokens. It never waits: waiting is the business of whoever asks. Keys may be any text; rates and
 * permits of one key are counted apart.
 */
export interface Limiter {
  /** `shared`: several runtimes go by the same limits, each with a limiter of its own on the same backend. */
  readonly supports: { readonly concurrency: boolean; readonly slidingWindow: boolean; readonly shared: boolean }
  /**
   * Takes all that is asked for, or nothing: what is refused counts nothing. A granted lease is released once, also
   * where it holds tokens only, or nothing. Fails, and takes nothing, for what could never be granted and for a kind that
   * is not supported.
   */
  acquire(requests: readonly LimitRequest[], options: PortOptions): Awaitable<LimitDecision>
  /** Keeps the lease's permits for their `leaseMs` from now on; false tells that they were given back meanwhile. */
  renew(lease: string, options: PortOptions): Awaitable<boolean>
  /**
   * Gives all permits of the lease back, and with `refund` the tokens too, for a call that never started: never so many
   * that more gets through than the rate allows. A lease that is unknown, over or released already is ignored.
   */
  release(lease: string, options: PortOptions & { readonly refund: boolean }): Awaitable<void>
  /**
   * Refuses every request of the key until `until`, milliseconds since the epoch, exclusive. An earlier end changes
   * nothing, one that has passed is none, and nothing that is given back ends it.
   */
  cooldown(key: string, until: number, options: PortOptions): Awaitable<void>
  /**
   * Tells the keys where permits have become free, when they can be taken; gives the function that ends it. What a
   * listener throws reaches neither the release nor another listener.
   */
  watch?(listener: (key: string) => void): () => void
}
