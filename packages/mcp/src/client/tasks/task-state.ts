import { isRecord } from '../../content/mcp-content.ts'
import { taskGiven } from '../connection/transport-tap.ts'

const states = ['working', 'input_required', 'completed', 'failed', 'cancelled'] as const
const slowestPollMs = 60_000
const fastestPollMs = 20
const usualPollMs = 1000

/** A task as a server tells of it. */
export interface TaskState {
  readonly taskId: string
  readonly status: (typeof states)[number]
  readonly statusMessage: string | undefined
  /** Milliseconds until the server is asked again. */
  readonly pollMs: number
  /** The end, and what is asked, where the server says them here. */
  readonly result: unknown
  readonly error: unknown
  readonly inputRequests: Readonly<Record<string, unknown>>
}

/** The task that a server answered a call with; undefined where it answered with a result. */
export function taskIn(answer: Readonly<Record<string, unknown>>): TaskState | undefined {
  const { _meta: meta } = answer
  const carried = isRecord(meta) ? meta[taskGiven] : undefined
  // what 2025-11-25 had of tasks wraps the new one
  return readTask(carried) ?? (answer.content === undefined ? readTask(answer.task) : undefined)
}

/** Reads what a server tells of a task; undefined for what is none. Of either protocol. */
export function readTask(value: unknown): TaskState | undefined {
  if (!isRecord(value) || typeof value.taskId !== 'string') return undefined
  const status = states.find((state) => state === value.status)
  if (status === undefined) return undefined
  const { taskId, statusMessage, result, error, inputRequests } = value
  return {
    taskId,
    status,
    statusMessage: typeof statusMessage === 'string' && statusMessage !== '' ? statusMessage : undefined,
    pollMs: pollOf(value.pollIntervalMs ?? value.pollInterval),
    result,
    error,
    inputRequests: isRecord(inputRequests) ? inputRequests : {},
  }
}

function pollOf(asked: unknown): number {
  if (typeof asked !== 'number' || Number.isNaN(asked)) return usualPollMs
  return Math.min(Math.max(asked, fastestPollMs), slowestPollMs)
}
