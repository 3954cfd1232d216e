import type { FinalResult, JobView } from '@headrace/core'
import { toInputRequest } from './input-requests.ts'

/** A task as the extension writes it. */
export type TaskView = Readonly<Record<string, unknown>>

/** How the detailed form of a task is written. */
export interface TaskDetails {
  /** Names what a job asks for. */
  readonly keyOf: (view: JobView) => string
  readonly toResult: (result: FinalResult) => object
}

/** What both forms of a task say. `status` is the job's, but a job that failed has completed with an error as its result. */
export function taskSummary(view: JobView): TaskView {
  const { id, state, createdAt, updatedAt, ttlMs, pollIntervalMs, progress } = view
  const message = progress?.message
  return {
    taskId: id,
    status: state === 'failed' ? 'completed' : state,
    ...(message !== undefined && { statusMessage: message }),
    createdAt: isoTime(createdAt),
    lastUpdatedAt: isoTime(updatedAt),
    // ours counts from the end, the extension's from the beginning: it is kept for at least as long as this
    ttlMs: Number.isFinite(ttlMs) ? Math.round(Math.max(0, lastHeard(view) - createdAt) + ttlMs) : null,
    pollIntervalMs: Math.ceil(pollIntervalMs),
  }
}

/** A task as `tasks/get` gives it: with its result, or with what it asks for. */
export function taskDetails(view: JobView, { keyOf, toResult }: TaskDetails): TaskView {
  const summary = taskSummary(view)
  switch (view.state) {
    case 'input_required':
      return { ...summary, inputRequests: { [keyOf(view)]: toInputRequest(view.inputRequest) } }
    case 'completed':
    case 'failed':
      return { ...summary, ...(view.result && { result: { resultType: 'complete', ...toResult(view.result) } }) }
    case 'working':
    case 'cancelled':
      return summary
  }
}

function lastHeard({ updatedAt, heartbeatAt = updatedAt }: JobView): number {
  return Math.max(updatedAt, heartbeatAt)
}

function isoTime(epochMs: number): string {
  return new Date(epochMs).toISOString()
}
