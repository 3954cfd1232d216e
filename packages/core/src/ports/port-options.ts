/** A value, or a promise of it: a port that can answer at once does. */
export type Awaitable<T> = T | PromiseLike<T>

/** What every call of a port is given. */
export interface PortOptions {
  /** Tells that nobody waits for the answer any more. The call may go on or reject; it never hangs because of it. */
  readonly signal?: AbortSignal | undefined
  /**
   * Milliseconds since the epoch by the caller's clock. A store shared by machines uses its own server's clock, and
   * takes a moment that it is given, the end of a life or of a cooldown, for so many milliseconds from `now`.
   */
  readonly now: number
}
