import type { Clock, Timer } from './clock.ts'

/** A longer setTimeout fires at once, so longer waits are made of several. */
const longestTimeout = 2 ** 31 - 1

/** The time of this process: `Date.now`, `performance.now` and setTimeout, for waits of any length. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimer,
}

/**
 * The same for one runtime: it takes the process's clock as it stands now, since looking the global up costs more than
 * reading it. A runtime made while timers are faked runs on the faked ones.
 */
export function createSystemClock(): Clock {
  const { performance } = globalThis
  return { now: systemClock.now, monotonic: () => performance.now(), setTimer }
}

function setTimer(ms: number, run: () => void): Timer {
  const dueAt = performance.now() + ms
  let left = ms
  let referenced = true
  let handle = arm()
  function arm(): NodeJS.Timeout {
    const step = Math.min(left, longestTimeout)
    left -= step
    const next = setTimeout(fire, Math.ceil(step))
    return referenced ? next : next.unref()
  }
  function fire(): void {
    const early = dueAt - performance.now()
    // The event loop counts whole milliseconds, so it may be up to one early. More than one: the clock does not move
    // with the timers, as with some fakes, and cannot judge them.
    if (left === 0 && early > 0 && early <= 1) left = early
    if (left > 0) handle = arm()
    else run()
  }
  return {
    cancel: () => clearTimeout(handle),
    unref: () => {
      referenced = false
      handle.unref()
    },
    ref: () => {
      referenced = true
      handle.ref()
    },
  }
}
