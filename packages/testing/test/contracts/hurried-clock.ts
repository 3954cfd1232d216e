import type { Clock } from '@headrace/core'

/** A clock whose time passes at once where somebody waits for it. */
export function hurriedClock(): Clock {
  let time = Date.now()
  return {
    now: () => time,
    monotonic: () => time,
    setTimer(ms, run) {
      time += ms
      setImmediate(run)
      return { cancel() {} }
    },
  }
}
