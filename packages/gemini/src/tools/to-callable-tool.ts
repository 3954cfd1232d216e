import type { CallableTool, FunctionCall } from '@google/genai'
import { checkOptions, makeCallId } from '@headrace/bridge'
import type { CallOptions, Runtime } from '@headrace/core'
import { functionResponse } from '../reply/function-response.ts'
import { geminiNames } from './gemini-names.ts'
import { toGeminiTools } from './to-gemini-tools.ts'

/** Options of {@link toCallableTool}. */
export interface CallableToolOptions {
  /** The session, deadline and the like of the calls of one response. */
  readonly options?: ((calls: readonly FunctionCall[]) => CallOptions) | undefined
}

/**
 * A runtime's registry as a callable tool, for the SDK's automatic function calling. Calls of functions that are not in the
 * registry are left to other callable tools of the request.
 */
export function toCallableTool(runtime: Runtime, options: CallableToolOptions = {}): CallableTool {
  checkOptions('toCallableTool', options, { options: 'function' })
  toGeminiTools(runtime) // what cannot be declared is told now
  const names = geminiNames(runtime)
  return {
    tool: async () => toGeminiTools(runtime)[0] ?? {},
    async callTool(functionCalls) {
      const own = functionCalls.filter(({ name = '' }) => runtime.registry.has(names.fromProvider(name)))
      const calls = own.map(({ id = makeCallId(), name = '', args = {} }) => ({
        callId: id,
        tool: names.fromProvider(name),
        arguments: args,
      }))
      const results = await runtime.dispatchAll(calls, options.options?.(own))
      return results.map((result) => ({ functionResponse: functionResponse(result, { runtime }) }))
    },
  }
}
