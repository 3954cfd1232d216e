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
      keyOf: inputKeys.keyOf,
      toResult: (result) => toCallToolResult(result, { sdk, maxCharacters, hasOutputSchema }),
    })
  })
  server.setRequestHandler('tasks/update', { params: taskParams }, async ({ taskId }, ctx) => {
    const job = await find(taskId, ctx)
    const responses = ctx.mcpReq.inputResponses ?? {} // the SDK takes them out of the params
    const view = await job.get()
    const key = view.state === 'input_required' ? inputKeys.keyOf(view) : undefined
    if (key !== undefined && Object.hasOwn(responses, key)) {
      await answer(job, toInput(view.inputRequest, responses[key]))
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

const taskParams: StandardSchemaV1<unknown, TaskParams> = {
  '~standard': {
    version: 1,
    vendor: 'headrace',
    validate: (params) =>
      isRecord(params) && typeof params.taskId === 'string'
        ? { value: { taskId: params.taskId } }
        : { issues: [{ message: 'taskId must be a text' }] },
  },
}
