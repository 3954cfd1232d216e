import { isToolError, type Job } from '@headrace/core'
import type { Server, ServerContext, StandardSchemaV1 } from '@modelcontextprotocol/server'
import { isRecord } from '../../content/mcp-content.ts'
import { requestOptions } from '../client-request.ts'
import type { Connection, Serving } from '../serving.ts'
import { toCallToolResult } from '../tools/call-result.ts'
import { outputSchemaOf } from '../tools/mcp-tools-list.ts'
import { toInput } from './input-requests.ts'
import { knowsTasks, tasksRequired } from './task-extension.ts'
import { taskDetails } from './task-view.ts'

interface TaskParams {
  readonly taskId: string
}

interface UpdateParams extends TaskParams {
  readonly inputResponses: Readonly<Record<string, unknown>>
}

/** Lets clients ask for the jobs of the runtime as tasks: `tasks/get`, `tasks/update` and `tasks/cancel`. */
export function addTaskHandlers(server: Server, serving: Serving, connection: Connection): void {
  const { sdk, runtime, settings, inputKeys } = serving
  const find = async (taskId: string, ctx: ServerContext): Promise<Job> => {
    if (!knowsTasks(sdk, ctx)) throw tasksRequired(sdk, 'tasks are for clients that know the task extension')
    const { tenant } = requestOptions(settings, ctx, { session: connection.session })
    const job = await runtime.job(taskId, { tenant })
    if (job === undefined) {
      throw new sdk.ProtocolError(
        sdk.ProtocolErrorCode.InvalidParams,
        'Task not found: it is not known, or kept no more',
      )
    }
    return job
  }
  server.setRequestHandler('tasks/get', { params: taskParams }, async ({ taskId }, ctx) => {
    const view = await (await find(taskId, ctx)).get()
    const hasOutputSchema = outputSchemaOf(runtime.registry, view.tool) !== undefined
    const { maxCharacters } = settings
    return taskDetails(view, {
      inputKey: inputKeys.keyOf(view),
      toResult: (result) => toCallToolResult(result, { sdk, maxCharacters, hasOutputSchema }),
    })
  })
  server.setRequestHandler('tasks/update', { params: updateParams }, async ({ taskId, inputResponses }, ctx) => {
    const job = await find(taskId, ctx)
    const view = await job.get()
    const key = inputKeys.keyOf(view)
    if (view.state === 'input_required' && Object.hasOwn(inputResponses, key)) {
      await answer(job, toInput(view.inputRequest, inputResponses[key]))
      inputKeys.answered(taskId)
    }
    return {}
  })
  server.setRequestHandler('tasks/cancel', { params: taskParams }, async ({ taskId }, ctx) => {
    await (await find(taskId, ctx)).cancel()
    return {}
  })
}

/** Somebody else may have been quicker: the specification wants such answers passed over. */
async function answer(job: Job, input: unknown): Promise<void> {
  try {
    await job.provideInput(input)
  } catch (error) {
    if (!isToolError(error) || error.code !== 'ARGUMENTS_INVALID') throw error
  }
}

const taskParams: StandardSchemaV1<unknown, TaskParams> = schemaOf('taskId must be a text', (params) =>
  typeof params.taskId === 'string' ? { taskId: params.taskId } : undefined,
)

const updateParams: StandardSchemaV1<unknown, UpdateParams> = schemaOf(
  'taskId must be a text, and inputResponses an object',
  ({ taskId, inputResponses }) =>
    typeof taskId === 'string' && isRecord(inputResponses) ? { taskId, inputResponses } : undefined,
)

function schemaOf<T>(
  message: string,
  read: (params: Readonly<Record<string, unknown>>) => T | undefined,
): StandardSchemaV1<unknown, T> {
  const validate = (value: unknown): StandardSchemaV1.Result<T> => {
    const params = isRecord(value) ? read(value) : undefined
    return params === undefined ? { issues: [{ message }] } : { value: params }
  }
  return { '~standard': { version: 1, vendor: 'headrace', validate } }
}
