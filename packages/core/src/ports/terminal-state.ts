import type { JobState } from '../call/call-result.ts'

const terminal: ReadonlySet<JobState> = new Set(['completed', 'failed', 'cancelled'])

/** Whether a job in this state has ended: it never changes again, and its result is there. */
export function isTerminalState(state: JobState): boolean {
  return terminal.has(state)
}
