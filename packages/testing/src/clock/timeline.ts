import { createTimerHeap, type HeapTimer, type TimerNote } from '../timer-heap.ts'

/** Sets a timer that runs after `ms` milliseconds, in the order of (due time, creation). */
export type SetTimer = (ms: number, run: () => void, note: Pick<TimerNote, 'kind' | 'runs'>) => HeapTimer

/** A line of time with timers on it, from 0 on. */
export interface Timeline {
  /** Milliseconds that have passed. */
  readonly elapsed: number
  /** How many timers wait. */
  readonly pending: number
  readonly set: SetTimer
  /** Moves the time on, when all earlier moves are done, to the moment that `end` gives then. */
  moveTo(end: () => number): Promise<void>
}

/** Timers before the limit that keep where they were set: enough for a loop, too few to cost time. */
const traced = 100

// Taken now, so that fake timers that a test installs later do not stop the clock.
const nextTurn = globalThis.setImmediate
const settle = (): Promise<void> => new Promise((resolve) => void nextTurn(resolve))

/** Makes a line of time. A move that runs more than `maxTimers` timers rejects and names the next one. */
export function createTimeline(maxTimers: number): Timeline {
  const timers = createTimerHeap()
  let elapsed = 0
  let ran = 0
  let last: Promise<void> = Promise.resolve()

  const runUntil = async (end: number): Promise<void> => {
    for (ran = 0; (timers.next()?.due ?? Infinity) <= end; ran += 1) {
      const timer = ran < maxTimers ? timers.take() : timers.next()
      if (!timer) return
      if (ran >= maxTimers) throw runaway(timer, elapsed, maxTimers)
      elapsed = Math.max(elapsed, timer.due)
      timer.run()
      await settle()
    }
  }
  return {
    get elapsed() {
      return elapsed
    },
    get pending() {
      return timers.size
    },
    set(ms, run, { kind, runs }) {
      const setAt = ran > maxTimers - traced ? new Error('The next timer was set here') : undefined
      return timers.add(elapsed + Math.max(0, ms), run, { kind, runs, ms, setAt })
    },
    moveTo(end) {
      const done = last.then(async () => {
        await settle()
        const target = end()
        await runUntil(target)
        if (target !== Infinity) elapsed = target
      })
      last = done.catch(() => {})
      return done
    },
  }
}

function runaway({ due, note }: HeapTimer, elapsed: number, maxTimers: number): Error {
  const { kind, ms, runs, setAt } = note
  const next = `${kind} of ${ms} ms${runs === '' ? '' : ` that runs '${runs}'`}, due in ${Math.max(0, due - elapsed)} ms`
  const message = `test clock: ${maxTimers} timers ran in one advance, and more wait: something sets itself again without an end. Next is a ${next}`
  return new Error(message, setAt === undefined ? undefined : { cause: setAt })
}
