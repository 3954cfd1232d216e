import { type CallOptions, type CallResult, isToolError, type Job, type JobView, type ToolCall } from '@headrace/core'
import type { CallToolResult } from '@modelcontextprotocol/server'
import type { Serving } from '../serving.ts'
import { taskSummary } from './task-view.ts'

/** A call that may become a task. */
export interface TaskStart {
  readonly call: ToolCall
  readonly options: CallOptions
  /** Milliseconds in which it may still end, so that there is no task. */
  readonly waitMs: number
  readonly toResult: (result: CallResult) => CallToolResult
}

/** Runs a call as a job, and answers with its result where that comes in time, else with a task: it is kept by then. */
export async function startTask({ runtime, settings }: Serving, start: TaskStart): Promise<CallToolResult> {
  const { call, options, waitMs, toResult } = start
  const { callId = '', tool } = call
  try {
    const job = await runtime.submit(call, { ...options, job: { ttlMs: options.job?.ttlMs } })
    const view = await endOf(job, { waitMs, signal: options.signal, onError: settings.onError })
    if (view.result !== undefined) return toResult({ ...view.result, callId })
    return { resultType: 'task', ...taskSummary(view) } as unknown as CallToolResult
  } catch (error) {
    if (!isToolError(error)) throw error
    const meta = { queuedMs: 0, durationMs: 0, attempts: 0 }
    return toResult({ status: 'error', callId, tool, error, meta })
  }
}

/** How the job stands after the wait; a client that leaves meanwhile cannot ask for it, so it ends, too. */
async function endOf(
  job: Job,
  {
    waitMs,
    signal,
    onError,
  }: Pick<CallOptions, 'signal'> & {
    readonly waitMs: number
    readonly onError: (error: unknown) => void
  },
): Promise<JobView> {
  const cancel = (): void => void job.cancel().catch(onError)
  signal?.addEventListener('abort', cancel, { once: true })
  if (signal?.aborted) cancel()
  try {
    return await job.get({ waitMs })
  } finally {
    signal?.removeEventListener('abort', cancel)
  }
}
