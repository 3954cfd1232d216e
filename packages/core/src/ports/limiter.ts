import type { Awaitable, PortOptions } from './port-options.ts'

/** One limit that a call must pass. */
export type LimitRequest =
  | { readonly kind: 'concurrency'; readonly key: string; readonly max: number }
  | {
      readonly kind: 'rate'
      readonly key: string
      readonly limit: number
      readonly perMs: number
      readonly burst: number
      readonly weight: number
      readonly algorithm: 'token-bucket' | 'sliding-window'
    }

/** The answer to a request: all limits are taken, or none is. */
export type LimitDecision =
  | { readonly granted: true; readonly lease: string }
  | { readonly granted: false; readonly retryAfterMs: number; readonly blockedBy: string }

/** Counts permits and tokens. It never waits: waiting is the queue's business. */
export interface Limiter {
  readonly supports: { readonly concurrency: boolean; readonly slidingWindow: boolean; readonly shared: boolean }
  /** Takes every limit, or none. */
  acquire(requests: readonly LimitRequest[], options: PortOptions): Awaitable<LimitDecision>
  /** Keeps a lease; false tells that it was lost. */
  renew(lease: string, options: PortOptions): Awaitable<boolean>
  /** Gives permits back; with `refund` the tokens too, for a call that never started. */
  release(lease: string, options: PortOptions & { readonly refund: boolean }): Awaitable<void>
  /** Grants nothing for the key until the given moment (milliseconds since the epoch). */
  cooldown(key: string, untilMs: number, options: PortOptions): Awaitable<void>
  /** Tells that a key may have room again; gives the function that ends it. */
  watch?(listener: (key: string) => void): () => void
}
