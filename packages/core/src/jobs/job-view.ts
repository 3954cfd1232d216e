import type { JobView } from '../call/call-result.ts'
import type { JobRecord } from '../ports/job-store.ts'
import { restoreResult } from './stored-result.ts'

/** What is told of a job; errors are errors again. */
export function viewOf(job: JobRecord): JobView {
  const { id, tool, state, attempt, progress, createdAt, updatedAt, heartbeatAt, ttlMs, pollIntervalMs } = job
  return {
    id,
    tool,
    state,
    attempt,
    ...(progress !== undefined && { progress }),
    createdAt,
    updatedAt,
    ...(heartbeatAt !== undefined && { heartbeatAt }),
    ttlMs,
    pollIntervalMs,
    ...(state === 'input_required' && { inputRequest: job.inputRequest }),
    ...(job.result !== undefined && { result: restoreResult(job.result, job) }),
  }
}
