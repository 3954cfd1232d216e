import type { Deadline, TimerLists } from './timer-lists.ts'

/** Calls `run` in `ms` milliseconds from now; never where that is Infinity. */
export function after({ timers }: { readonly timers: TimerLists }, ms: number, run: () => void): Deadline | undefined {
  return timers.start({ onDeadline: () => run() }, timers.clock.monotonic(), ms)
}
