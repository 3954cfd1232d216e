import { callOptions } from '@headrace/bridge'
import type { CallEvent, CallResult, Runtime, ToolCall } from '@headrace/core'
import type { CallbackManagerForToolRun } from '@langchain/core/callbacks/manager'
import type { ToolRunnableConfig } from '@langchain/core/tools'
import type { Observable } from 'rxjs'
import { messageOf } from '../reply/message-of.ts'
import { abortError } from '../run/abort-error.ts'
import { belongsToGraph } from '../run/belongs-to-graph.ts'
import type { LangChainToolsOptions } from './lang-chain-tools-options.ts'
import { outputOrThrow } from './output-or-throw.ts'
import { tellEvent } from './tool-events.ts'

/** What a LangChain tool does for a call. */
type ToolFunction = (
  input: unknown,
  runManager?: CallbackManagerForToolRun,
  config?: ToolRunnableConfig,
) => Promise<unknown>

/** Dispatches calls of a runtime's tool as LangChain asks for them; what the tool streams are LangChain's tool events. */
export function dispatchFor(tool: string, runtime: Runtime, options: LangChainToolsOptions): ToolFunction {
  const { options: given, ...reply } = options
  return async (input, runManager, config = {}) => {
    const { signal, toolCall } = config
    const callId = toolCall?.id
    const call: ToolCall = { tool, arguments: input, callId }
    const call$ = runtime.dispatch$(call, callOptions({ options: given }, config, { signal }))
    const result = await resultOf(call$, (value) => {
      tellEvent(value, runManager).catch(ignore)
    })
    if (result.status === 'cancelled' && signal?.aborted) throw abortError(signal)
    if (result.status === 'error' && belongsToGraph(result.error.cause)) throw result.error.cause
    return callId === undefined ? outputOrThrow(result) : messageOf(result, { ...reply, runtime })
  }
}

/** How a call ends; it is run here. */
function resultOf(call$: Observable<CallEvent>, onOutput: (value: unknown) => void): Promise<CallResult> {
  return new Promise((resolve) => {
    call$.subscribe((event) => {
      if (event.type === 'output') onOutput(event.value)
      else if (event.type === 'call-settle') resolve(event.result)
    })
  })
}

/** A callback that fails is no matter of the call. */
function ignore(): void {}
