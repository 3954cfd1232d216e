import { type CallContext, toolFailure } from '@headrace/core'
import { isRecord } from '../../content/mcp-content.ts'
import type { Connection } from '../connection/connection.ts'
import type { TaskState } from './task-state.ts'

/** A task that asks for something. */
export interface AskingTask {
  readonly connection: Connection
  readonly task: TaskState
  /** What was answered: a server may show it for a while yet. */
  readonly answered: Set<string>
}

/**
 * Has what a task asks for answered by whoever looks after the job: it is asked `{ inputRequests }` as the server wrote
 * them, and its answer is `{ inputResponses }`, by the same keys.
 */
export async function answerInput({ connection, task, answered }: AskingTask, context: CallContext): Promise<void> {
  const open = Object.entries(task.inputRequests).filter(([key]) => !answered.has(key))
  if (open.length === 0) return
  const answer = await context.requestInput({ inputRequests: Object.fromEntries(open) })
  const inputResponses = isRecord(answer) ? answer.inputResponses : undefined
  const missing = open.filter(([key]) => !isRecord(inputResponses) || !isRecord(inputResponses[key]))
  if (missing.length > 0) {
    throw toolFailure({
      message: `The input that was provided has no inputResponses for ${missing.map(([key]) => `'${key}'`).join(', ')}.`,
      retryable: false,
      blame: 'caller',
    })
  }
  const { taskId } = task
  await connection.run(context.signal, (peer, signal) =>
    peer.request('tasks/update', { taskId, inputResponses }, { signal }),
  )
  for (const [key] of open) answered.add(key)
}
