import {
  type CallPending,
  CancelReason,
  type FinalResult,
  isToolError,
  type JobView,
  type Runtime,
} from '@headrace/core'
import { lastValueFrom } from 'rxjs'

/**
 * How a call ends that goes on as a job, under the call's own id, so that a provider can be told later. Never rejects: a
 * job that is kept no more, or whose runtime closes, is a cancelled call.
 */
export async function finalResult(runtime: Runtime, pending: CallPending): Promise<FinalResult> {
  const { callId, tool, meta } = pending
  const lost: FinalResult = {
    status: 'cancelled',
    callId,
    tool,
    reason: new CancelReason('shutdown', `Job '${pending.job.id}' is kept no more.`),
    meta,
  }
  try {
    const job = await runtime.job(pending.job.id)
    const view: JobView | undefined = job && (await lastValueFrom(job.watch(), { defaultValue: undefined }))
    return view?.result ? { ...view.result, callId } : lost
  } catch (error) {
    return isToolError(error) ? { status: 'error', callId, tool, error, meta } : lost
  }
}
