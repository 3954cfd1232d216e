import type { Clock, Timer } from '@headrace/core'

/** Looks on whether a machine goes on working. */
export interface StallWatch {
  /** Milliseconds for which nothing ran at the longest, from the beginning until now. */
  longestMs(): number
  stop(): void
}

const everyMs = 5

/** Watches from now on: what should happen every few milliseconds comes late where the process stands still. */
export function watchStalls({ monotonic, setTimer }: Clock): StallWatch {
  let last = monotonic()
  let longest = 0
  let timer: Timer
  const look = (): number => {
    const now = monotonic()
    // The wait itself is no standstill.
    longest = Math.max(longest, now - last - everyMs)
    last = now
    return longest
  }
  const wait = (): void => {
    timer = setTimer(everyMs, () => {
      look()
      wait()
    })
    timer.unref?.()
  }
  wait()
  return { longestMs: look, stop: () => timer.cancel() }
}
