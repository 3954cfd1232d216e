import type { Clock } from '@headrace/core'
import { createTimerHeap, type TimerHeap } from './timer-heap.ts'

/** Options of {@link createTestClock}. */
export interface TestClockOptions {
  /** Where the wall time starts, in milliseconds since the epoch; 2026-01-01T00:00:00Z when not given. */
  readonly now?: number
  /** How many timers one advance may run before it gives up as a runaway; 1,000,000 when not given. */
  readonly maxTimers?: number
}

/** A clock that stands still until a test moves it. `now()` and `monotonic()` move together; the latter starts at 0. */
export interface TestClock extends Clock {
  /** How many timers wait. */
  readonly pending: number
  /**
   * Moves the time on by `ms` milliseconds, stopping at each timer that becomes due on the way, also at those set
   * meanwhile. Timers run in the order of (due time, creation), each alone: before the first, between two and after
   * the last, promises settle. `advance(0)` settles promises and runs what is due now.
   *
   * Promises settle: one turn of the event loop passes. The language guarantees that a turn begins only when no
   * microtask and no `process.nextTick` is left, however many hops a chain of promises takes. Not waited for: real
   * timers, I/O, and `setImmediate` chains of more than one hop.
   *
   * Advances that overlap run one after the other. Rejects with what a timer threw, at that timer's time, and when
   * more than `maxTimers` timers ran.
   */
  advance(ms: number): Promise<void>
  /** Moves the wall time on to `now`, in milliseconds since the epoch, as `advance` does. Time never goes back. */
  advanceTo(now: number): Promise<void>
  /** Moves the time on from timer to timer, as `advance` does, until none waits. */
  runAll(): Promise<void>
}

// Taken now, so that fake timers that a test installs later do not stop the clock.
const nextTurn = globalThis.setImmediate
const settle = (): Promise<void> => new Promise((resolve) => void nextTurn(resolve))

/** Makes a clock for tests: hand it to `createRuntime({ clock })` and move the time by hand. */
export function createTestClock(options: TestClockOptions = {}): TestClock {
  const { now: start = Date.UTC(2026, 0, 1), maxTimers = 1_000_000 } = options
  check('now', start, start >= 0)
  check('maxTimers', maxTimers, maxTimers >= 1)
  const timers = createTimerHeap()
  let elapsed = 0
  let last: Promise<void> = Promise.resolve()

  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const done = last.then(work)
    last = done.catch(() => {})
    return done
  }
  const moveTo = async (end: () => number): Promise<void> => {
    await settle()
    const target = end()
    await runUntil(timers, target, maxTimers, (due) => {
      elapsed = Math.max(elapsed, due)
    })
    if (target !== Infinity) elapsed = target
  }
  return {
    now: () => start + elapsed,
    monotonic: () => elapsed,
    setTimer(ms, run) {
      check('ms', ms, true)
      return timers.add(elapsed + Math.max(0, ms), run)
    },
    get pending() {
      return timers.size
    },
    advance: async (ms) => {
      check('ms', ms, ms >= 0)
      return inTurn(() => moveTo(() => elapsed + ms))
    },
    advanceTo: async (now) => {
      check('now', now, now >= start + elapsed)
      return inTurn(() => moveTo(() => Math.max(elapsed, now - start)))
    },
    runAll: () => inTurn(() => moveTo(() => Infinity)),
  }
}

async function runUntil(
  timers: TimerHeap,
  end: number,
  maxTimers: number,
  moveTime: (due: number) => void,
): Promise<void> {
  for (let ran = 0; (timers.nextDue() ?? Infinity) <= end; ran += 1) {
    if (ran === maxTimers && timers.size > 0)
      throw new Error(`Test clock: ${maxTimers} timers ran in one advance, and more wait`)
    const timer = timers.take()
    if (!timer) return
    moveTime(timer.due)
    timer.run()
    await settle()
  }
}

function check(name: string, value: number, isInRange: boolean): void {
  if (Number.isFinite(value) && isInRange) return
  throw new RangeError(`test clock: ${name} must be a finite number that does not go back, got ${value}`)
}
