import { adoptTool, callOptions, replyText, type WrapOptions } from '@headrace/bridge'
import type { CallContext, Runtime, ToolError } from '@headrace/core'
import { callInput } from './call-input.ts'

/** What an SDK hands to a tool, whichever SDK it is. */
export interface OpenAiRunContext {
  /** The `toolContext` of `runTools`, or the run context of `@openai/agents`. */
  readonly context: unknown
  /** The runner of `runTools`. */
  readonly runner?: unknown
  /** What `@openai/agents` and the runner of responses say of the call besides. */
  readonly details?: unknown
}

/** A tool as far as its calls need it. */
export interface NamedTool {
  readonly name: string
  readonly description?: string | undefined
}

/** One call of a tool: what the SDK gave it, and how its own handler does it. */
export interface ToolWork {
  readonly context: OpenAiRunContext
  readonly callId?: string | undefined
  readonly signal?: AbortSignal | undefined
  execute(input: unknown, context: CallContext): unknown
}

/** Runs one call through a runtime, and gives what the SDK should hand to the model. */
export type ToolRunner = (tool: NamedTool, input: unknown, work: ToolWork) => Promise<unknown>

/** Makes the runner of a list of tools. */
export function createToolRunner(runtime: Runtime, options: WrapOptions<OpenAiRunContext>): ToolRunner {
  return async ({ name, description }, given, { context, callId, signal, execute }) => {
    const hints = options.tools && Object.hasOwn(options.tools, name) ? options.tools[name] : undefined
    const adopted = adoptTool(runtime, { name, description, ...hints })
    const input = callInput(given)
    const result = await adopted
      .call(
        input.value,
        (value, call) => execute(input.restore(value), call),
        callOptions(options, context, { callId, signal }),
      )
      .result()
    if (result.status === 'ok') return result.output
    if (result.status === 'cancelled') throw result.reason
    if (result.status === 'error' && isInterrupt(result.error)) throw result.error.cause
    return replyText(result).text
  }
}

/** What ends a run on purpose is no failure that the model could do anything about. */
function isInterrupt({ code, cause }: ToolError): boolean {
  return code === 'EXECUTION_FAILED' && cause instanceof Error && cause.constructor.name.endsWith('TripwireTriggered')
}
