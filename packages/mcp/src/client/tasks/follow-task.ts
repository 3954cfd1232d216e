import { type CallContext, type ToolFailure, toolFailure } from '@headrace/core'
import { isRecord } from '../../content/mcp-content.ts'
import { rpcFailure } from '../call/remote-failure.ts'
import type { Connection } from '../connection/connection.ts'
import { answerInput } from './answer-input.ts'
import { readTask, type TaskState } from './task-state.ts'

/** Polls in a row that may fail before the task is given up. */
const mostFailures = 5
/** Milliseconds for a server to hear that its task is not wanted any more. */
const cancelMs = 5000

type Answer = Readonly<Record<string, unknown>>

/**
 * Waits for the end of a server's task, and gives the answer that the call would have given. Asks at the server's own
 * pace, tells its status as progress, answers what it asks for through the job's input, and goes on after a reconnect.
 * A task that is not waited for any more is cancelled.
 */
export async function followTask(connection: Connection, first: TaskState, context: CallContext): Promise<Answer> {
  let task = first
  const answered = new Set<string>()
  try {
    for (;;) {
      if (task.statusMessage !== undefined) context.progress({ message: task.statusMessage })
      const end = await endOf(connection, task, context)
      if (end !== undefined) return end
      if (task.status === 'input_required') await answerInput({ connection, task, answered }, context)
      task = await nextState(connection, task, context)
    }
  } catch (error) {
    if (!isOver(error)) cancelTask(connection, task.taskId)
    throw error
  }
}

async function endOf(connection: Connection, task: TaskState, context: CallContext): Promise<Answer | undefined> {
  const { status, taskId } = task
  if (status === 'working') return undefined
  if (status === 'cancelled') throw over({ message: 'The MCP server cancelled the task of this call.' })
  if (connection.peer.tasks !== 'extension') {
    // the answer comes when the task has ended; what it asks for meanwhile, it asks the client
    return connection.run(context.signal, (peer, signal) =>
      peer.request('tasks/result', { taskId }, { signal, timeout: longest }),
    )
  }
  if (status === 'input_required') return undefined
  if (status === 'completed' && isRecord(task.result)) return task.result
  const { code, message } = isRecord(task.error) ? task.error : {}
  if (typeof code !== 'number') throw over({ message: 'The task of this call ended without a result.' })
  throw markOver(rpcFailure({ code, message: String(message), cause: task.error }))
}

const longest = 2 ** 31 - 1

/** A connection that breaks does not end a task: it is asked for again, a few times. */
async function nextState(connection: Connection, task: TaskState, context: CallContext): Promise<TaskState> {
  const { signal } = context
  for (let failures = 1; ; failures += 1) {
    await pause(task.pollMs, signal)
    try {
      return await poll(connection, task, signal)
    } catch (error) {
      signal.throwIfAborted()
      if (failures >= mostFailures || isOver(error) || !(isRecord(error) && error.retryable === true)) throw error
    }
  }
}

async function poll(connection: Connection, { taskId }: TaskState, signal: AbortSignal): Promise<TaskState> {
  const state = await connection
    .run(signal, (peer, own) => peer.request('tasks/get', { taskId }, { signal: own }))
    .then(readTask, (error: unknown) => {
      if (!isRecord(error) || !isRecord(error.details) || error.details.answered !== true) throw error
      throw over({
        message: 'The MCP server does not know the task of this call any more.',
        cause: error,
        retryable: true,
      })
    })
  if (state === undefined) throw over({ message: 'The MCP server told nothing of the task of this call.' })
  return state
}

function cancelTask(connection: Connection, taskId: string): void {
  connection
    .run(AbortSignal.timeout(cancelMs), (peer, signal) => peer.request('tasks/cancel', { taskId }, { signal }))
    // whoever waited is gone, and the server ends what it forgets by itself
    .catch(() => undefined)
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
      settle()
    }
    const onAbort = (): void => end(() => reject(signal.reason))
    const timer = setTimeout(() => end(resolve), ms)
    signal.addEventListener('abort', onAbort)
    if (signal.aborted) onAbort()
  })
}

/** Failures of tasks that the server has ended: there is nothing to cancel. */
const ended = new WeakSet<object>()

function over(init: Parameters<typeof toolFailure>[0]): ToolFailure {
  return markOver(toolFailure({ retryable: false, ...init, details: { answered: true } }))
}

function markOver(failure: ToolFailure): ToolFailure {
  ended.add(failure)
  return failure
}

function isOver(error: unknown): boolean {
  return typeof error === 'object' && error !== null && ended.has(error)
}
