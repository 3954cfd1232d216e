import { type CallContext, defineTool, type Job, type JobView, type Tool, type ToolPolicy } from '@headrace/core'
import { jsonSchema } from '@headrace/core/json-schema'
import type { Args } from '../fixture/tools.ts'

/** What a tool of these tests says of itself. */
export interface JobToolOptions {
  readonly taskSupport?: 'forbidden' | 'optional' | 'required'
  /** It may run twice. */
  readonly idempotent?: boolean
  readonly policy?: ToolPolicy
}

/** A tool that runs as a job, or may not. */
export function jobTool(
  name: string,
  execute: (args: Args, context: CallContext) => unknown,
  { taskSupport = 'required', idempotent = false, policy = {} }: JobToolOptions = {},
): Tool {
  return defineTool({
    name,
    description: name,
    inputSchema: jsonSchema<Args>({ type: 'object', properties: { q: { type: 'string' }, n: { type: 'number' } } }),
    annotations: { idempotentHint: idempotent },
    execution: { taskSupport },
    policy,
    execute,
  })
}

/** The views that a watch gives, as they come, and whether it is over. */
export function watchJob(job: Job): { readonly views: JobView[]; readonly states: string[]; isOver: boolean } {
  const seen = { views: [] as JobView[], states: [] as string[], isOver: false }
  job.watch().subscribe({
    next(view) {
      seen.views.push(view)
      if (seen.states.at(-1) !== view.state) seen.states.push(view.state)
    },
    complete() {
      seen.isOver = true
    },
  })
  return seen
}

/** Where a promise stands; for those that must not be waited for. */
export function outcomeOf<T>(promise: PromiseLike<T>): { value?: T; error?: unknown } {
  const outcome: { value?: T; error?: unknown } = {}
  promise.then(
    (value) => {
      outcome.value = value
    },
    (error: unknown) => {
      outcome.error = error
    },
  )
  return outcome
}
