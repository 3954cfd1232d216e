import type { JobRecord } from '../../../ports/job-store.ts'
import type { CallOptions } from '../../../tool/call-options.ts'
import type { ToolPolicy } from '../../../tool/tool-policy.ts'
import type { CallPlace, CallRequest } from '../../engine/call-request.ts'

/** The call of a job: as it was asked for, with the job's idempotency key in every run. */
export function requestOf(job: JobRecord, place: CallPlace): CallRequest {
  const { tool, callId, session, tenant, metadata, priority, deadline, idempotencyKey } = job
  const policy = job.policy as ToolPolicy | undefined
  const options: CallOptions = { session, tenant, metadata, priority, deadline, idempotencyKey, policy }
  const given: unknown = JSON.parse(job.arguments)
  return { place, tool, arguments: given, isDispatch: false, callId, options }
}
