import type { Clock } from '@headrace/core'
import { installGlobals } from './clock/install-globals.ts'
import { createTimeline } from './clock/timeline.ts'

/** Options of {@link createTestClock}. */
export interface TestClockOptions {
  /** Where the wall time starts, in milliseconds since the epoch; 2026-01-01T00:00:00Z when not given. */
  readonly now?: number | undefined
  /** How many timers one advance may run before it gives up as a runaway; 200,000 when not given. */
  readonly maxTimers?: number | undefined
  /** Installs the clock at once; see `install` of the clock. */
  readonly install?: boolean | undefined
}

/** A clock that stands still until a test moves it. `now()` and `monotonic()` move together; the latter starts at 0. */
export interface TestClock extends Clock, Disposable {
  /** How many timers wait. */
  readonly pending: number
  /**
   * Moves the time on by `ms` milliseconds, stopping at each timer that becomes due on the way, also at those set
   * meanwhile. Timers run in the order of (due time, creation), each alone: before the first, between two and after
   * the last, promises settle. `advance(0)` settles promises and runs what is due now.
   *
   * Promises settle: one turn of the event loop passes. The language guarantees that a turn begins only when no
   * microtask and no `process.nextTick` is left, however many hops a chain of promises takes. Not waited for: real
   * timers, I/O, and `setImmediate` chains of more than one hop where the clock is not installed.
   *
   * Advances that overlap run one after the other. Rejects with what a timer threw, at that timer's time, and when
   * more than `maxTimers` timers ran: that error names the next timer, and its cause shows where it was set.
   */
  advance(ms: number): Promise<void>
  /** Moves the wall time on to `now`, in milliseconds since the epoch, as `advance` does. Time never goes back. */
  advanceTo(now: number): Promise<void>
  /** Moves the time on from timer to timer, as `advance` does, until none waits. */
  runAll(): Promise<void>
  /**
   * Puts this clock under the globals until the result is disposed: `setTimeout`, `setInterval`, `setImmediate` and
   * what clears them (of `node:timers` and `node:timers/promises` too), `Date`, `performance.now`, `process.hrtime`,
   * `Temporal`, `Intl` and `AbortSignal.timeout`. RxJS's timers are made of these. They and the clock's own timers
   * share one queue, in the order of (due time, creation). As in Node a wait below 1 ms is 1 ms, and a callback keeps
   * the async context in which its timer was set. Microtasks stay what they are: they take no time.
   *
   * Throws where timers are faked already, by another clock or by the test runner. Disposing restores the globals;
   * timers that wait then stay on the clock.
   */
  install(): Disposable
  /** Restores the globals where the clock is installed, so that `using clock = createTestClock({ install: true })`. */
  [Symbol.dispose](): void
}

/** Makes a clock for tests: hand it to `createRuntime({ clock })` and move the time by hand. */
export function createTestClock(options: TestClockOptions = {}): TestClock {
  const { now: start = Date.UTC(2026, 0, 1), maxTimers = 200_000, install = false } = options
  check('now', start, start >= 0)
  check('maxTimers', maxTimers, maxTimers >= 1)
  const line = createTimeline(maxTimers)
  const now = (): number => start + line.elapsed
  let installed: Disposable | undefined
  const clock: TestClock = {
    now,
    monotonic: () => line.elapsed,
    setTimer(ms, run) {
      check('ms', ms, true)
      return line.set(ms, run, { kind: 'setTimer', runs: run.name })
    },
    get pending() {
      return line.pending
    },
    advance: async (ms) => {
      check('ms', ms, ms >= 0)
      return line.moveTo(() => line.elapsed + ms)
    },
    advanceTo: async (moment) => {
      check('now', moment, moment >= now())
      return line.moveTo(() => Math.max(line.elapsed, moment - start))
    },
    runAll: () => line.moveTo(() => Infinity),
    install() {
      installed = installGlobals({ start, now, set: line.set })
      return installed
    },
    [Symbol.dispose]: () => installed?.[Symbol.dispose](),
  }
  if (install) clock.install()
  return clock
}

function check(name: string, value: number, isInRange: boolean): void {
  if (Number.isFinite(value) && isInRange) return
  throw new RangeError(`test clock: ${name} must be a finite number that does not go back, got ${value}`)
}
