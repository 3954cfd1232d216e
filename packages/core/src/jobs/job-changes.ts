import type { FinalResult, JobState } from '../call/call-result.ts'
import { ToolError } from '../errors/tool-error.ts'
import type { JobChange, JobRecord } from '../ports/job-store.ts'
import type { StoredResult } from '../ports/stored-result.ts'
import { noMeta, storeResult } from './stored-result.ts'

const stateOf: Readonly<Record<StoredResult['status'], JobState>> = {
  ok: 'completed',
  error: 'failed',
  cancelled: 'cancelled',
}

/** Nobody holds it, nothing is asked. */
const released = { owner: undefined, leaseUntil: undefined } satisfies JobChange
const unasked = { inputRequest: undefined, input: undefined } satisfies JobChange

/** The end of a job with this result. */
export function endWith(result: FinalResult): JobChange {
  const stored = storeResult(result)
  return { state: stateOf[stored.status], result: stored, ...released, ...unasked }
}

/** The result of a job that is cancelled before its call is made, or beside it. */
export function cancelledBy(reason: unknown, { callId, tool }: Pick<JobRecord, 'callId' | 'tool'>): FinalResult {
  return { status: 'cancelled', callId, tool, reason, meta: noMeta }
}

/** The end of a job whose runner is gone and that is not to run again; `job` is as the claim gave it. */
export function endUnknown(job: JobRecord): JobChange {
  const { tool, callId } = job
  const attempts = job.attempt - 1
  const who = attempts === 1 ? 'Whoever ran' : `Each of the ${attempts} who ran`
  const message = `${who} the job of '${tool}' is gone: whether it took effect is not known.`
  const error = new ToolError({
    code: 'OUTCOME_UNKNOWN',
    message,
    tool,
    callId,
    attempts,
    details: { sideEffects: 'unknown' },
  })
  const meta = { ...noMeta, attempts }
  return { ...endWith({ status: 'error', callId, tool, error, meta }), attempt: attempts }
}

/** Gives a job that runs to whoever claims it next; `attempt` are the runs that were begun. */
export function release(attempt: number): JobChange {
  return { attempt, ...released }
}

/** The holder is alive: `now` is the time of its clock. */
export function keepAlive(owner: string, leaseMs: number, now: number): JobChange {
  return { owner, heartbeatAt: now, leaseUntil: now + leaseMs }
}

/** The job asks for something. */
export function askFor(inputRequest: unknown): JobChange {
  return { state: 'input_required', inputRequest, input: undefined }
}

/** The job has its answer; what it asked for stays until its runner has taken it. */
export function answerWith(input: unknown): JobChange {
  return { state: 'working', input }
}

/** The runner has taken the answer, or asks no more. */
export function stopAsking(): JobChange {
  return { state: 'working', ...unasked }
}
