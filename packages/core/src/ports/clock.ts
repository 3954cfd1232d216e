/** A timer that was set and can be cancelled. */
export interface Timer {
  /** Ends the timer; a timer that has run or was cancelled ignores it. */
  cancel(): void
  /** Lets the process end although the timer waits. A clock that keeps no process alive leaves it out. */
  unref?(): void
  /** Undoes `unref`. A clock that has `unref` has it. */
  ref?(): void
}

/** Where every time and every wait of a runtime comes from, so that tests can drive time by hand. */
export interface Clock {
  /** Wall time in milliseconds since the epoch; may jump. */
  now(): number
  /** Milliseconds since some fixed moment; never goes back. */
  monotonic(): number
  /** Runs `run` once, not before `ms` milliseconds have passed and never synchronously. */
  setTimer(ms: number, run: () => void): Timer
}
