/** What one who waits for a gate needs beside its permit: tokens of rate limits, or permits of a store. */
export interface Tokens {
  /** Those with the same line wait for the same tokens, so the first of them holds the others back. Never empty. */
  readonly line: string
  /** Takes all of them, or none and gives false. Never throws, never rejects. */
  take(): boolean | PromiseLike<boolean>
  /** `take` gave false, and the gate holds the line: `Gate.retry` has to be called when asking again may help. */
  onDenied(): void
  /** The wait is over, whatever follows: `retry` need not be called any more. */
  onLeave(): void
  /** The call starts now: what is only lent has to be kept. */
  onStart(): void
  /** What was taken is not needed: the call did not start. */
  refund(): void
  /** The work of the call has ended. */
  release(): void
  /** The backend has said that it is asked too often: nobody is to get these tokens for so many milliseconds. */
  coolDown(forMs: number): void
}
