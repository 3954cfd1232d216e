import type { TimeoutRules } from './timeout-policy.ts'

/** Which limit a call has reached. */
export type TimeLimit = 'total' | 'attempt' | 'idle'

/** Since when a call runs; milliseconds of a monotonic clock. */
export interface TimeMarks {
  readonly callStartedAt: number
  readonly attemptStartedAt: number
  /** The last sign of life: a progress, an output, or the start of the attempt. */
  readonly aliveAt: number
}

/** When the first limit is reached if nothing more happens; Infinity when there is none. */
export function nextLimitAt(rules: TimeoutRules, marks: TimeMarks): number {
  return Math.min(
    marks.callStartedAt + rules.totalMs,
    marks.attemptStartedAt + rules.attemptMs,
    marks.aliveAt + rules.idleMs,
  )
}

/** The limit that is reached at `now`. Of several the widest counts: a call that is out of time is not tried again. */
export function reachedLimit(rules: TimeoutRules, marks: TimeMarks, now: number): TimeLimit | undefined {
  if (now >= marks.callStartedAt + rules.totalMs) return 'total'
  if (now >= marks.attemptStartedAt + rules.attemptMs) return 'attempt'
  return now >= marks.aliveAt + rules.idleMs ? 'idle' : undefined
}
