import type { ToolError } from '../../errors/tool-error.ts'
import { makeError } from '../engine/refusal.ts'

/** The job that an error belongs to. */
export interface JobPlace {
  readonly tool: string
  readonly callId: string
}

/** The store of jobs cannot be asked: it failed, or gave no answer. */
export function jobStoreFailed(place: JobPlace, cause: unknown): ToolError {
  return makeError('EXECUTION_FAILED', 'The store of jobs fails, or does not answer.', place, {
    retryable: true,
    details: { store: 'job' },
    cause,
  })
}

/** The job is not kept any more. */
export function jobGone(place: JobPlace): ToolError {
  return makeError('OUTCOME_UNKNOWN', 'The job is kept no more: how it ended is not known.', place)
}

/** Another job has the idempotency key. */
export function idempotencyConflict(place: JobPlace, idempotencyKey: string): ToolError {
  const message = `Another job with other arguments, or of another tool, has the idempotency key '${idempotencyKey}'.`
  return makeError('IDEMPOTENCY_CONFLICT', message, place, { details: { idempotencyKey } })
}

/** What was asked for makes no sense as a job. */
export function notAsJob(place: JobPlace, message: string): ToolError {
  return makeError('ARGUMENTS_INVALID', message, place, { details: { issues: [{ path: '', message }] } })
}
