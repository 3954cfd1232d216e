/** A value, or a promise of it: a port that can answer at once does. */
export type Awaitable<T> = T | PromiseLike<T>

/** What every call of a port is given. */
export interface PortOptions {
  readonly signal?: AbortSignal | undefined
  /** Milliseconds since the epoch by the caller's clock; a store shared by machines uses its own server's clock. */
  readonly now: number
}
