import type { Awaitable, Clock } from '@headrace/core'
import type { TestClock } from '../test-clock.ts'

/** Whose clock a store goes by: the `now` that it is told, or the clock of a server of its own. */
export type ContractClock = 'caller' | 'server'

/** The time of one trial: moved by hand where the store goes by the `now` that it is told, waited for where it does not. */
export interface TrialTime {
  readonly clock: ContractClock
  /** Milliseconds in which a few calls of the store have room: what durations in a case are made of. */
  readonly unit: number
  /** Milliseconds since the epoch. */
  now(): number
  /**
   * Makes a call with which a life begins. A server counts the life from when it was asked, which may be as late as its
   * answer: as much later may the life end, and no more.
   */
  begin<T>(call: () => Awaitable<T>): Promise<T>
  /** Lets at least so many milliseconds pass. */
  pass(ms: number): Promise<void>
  /**
   * Goes on to the moment, and past it as far as a server's clock may lag: by its rounding, and by what the slowest of the
   * calls took that began a life.
   */
  reach(moment: number): Promise<void>
  /**
   * Goes on to just before the moment, one millisecond by the caller's clock, and runs the check. Where time is real and
   * the moment was over before the check was, a check that failed tells nothing and is left out.
   */
  before(moment: number, check: () => Promise<void>): Promise<void>
}

/** Time that is moved by hand. */
export function createCallerTime(clock: TestClock): TrialTime {
  const reach = async (moment: number): Promise<void> => {
    if (moment > clock.now()) await clock.advanceTo(moment)
  }
  return {
    clock: 'caller',
    unit: 1_000,
    now: clock.now,
    begin: async (call) => call(),
    pass: clock.advance,
    reach,
    async before(moment, check) {
      await reach(moment - 1)
      await check()
    },
  }
}

// A server counts whole milliseconds and may round either way.
const lagMs = 5

/** Time that passes, in units of so many milliseconds. */
export function createServerTime(unit: number, { now, setTimer }: Clock): TrialTime {
  const reach = async (moment: number): Promise<void> => {
    for (let left = moment - now(); left > 0; left = moment - now()) {
      await new Promise<void>((resolve) => void setTimer(left, resolve))
    }
  }
  let slowestMs = 0
  return {
    clock: 'server',
    unit,
    now,
    async begin(call) {
      const askedAt = now()
      const answer = await call()
      slowestMs = Math.max(slowestMs, now() - askedAt)
      return answer
    },
    pass: (ms) => reach(now() + ms + lagMs),
    reach: (moment) => reach(moment + lagMs + slowestMs),
    async before(moment, check) {
      await reach(moment - unit / 2)
      try {
        await check()
      } catch (error) {
        if (now() < moment) throw error
      }
    },
  }
}
