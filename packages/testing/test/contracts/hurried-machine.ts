import type { Clock } from '@headrace/core'
import type { Machine } from '../../src/contracts/run-case.ts'

/** A clock whose time passes at once where somebody waits for it. */
function hurriedClock(): Clock {
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

/** A machine with such a clock, that never stands still. */
export function hurriedMachine(): Machine {
  return { clock: hurriedClock(), watchStalls: () => ({ longestMs: () => 0, stop() {} }) }
}
