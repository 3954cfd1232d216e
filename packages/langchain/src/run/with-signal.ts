import type { RunnableConfig } from '@langchain/core/runnables'
import type { ClientTool, ServerTool } from '@langchain/core/tools'
import { replaceMember } from './replace-member.ts'

/** A tool that ends with another signal too. */
export interface SignalledTool {
  readonly tool: ClientTool | ServerTool
  /** The signal that LangChain runs it with, once it does. */
  given(): AbortSignal | undefined
}

/** The same tool, whose runs also end with `signal`. */
export function withSignal(tool: ClientTool | ServerTool, signal: AbortSignal): SignalledTool {
  let given: AbortSignal | undefined
  const invoke = (input: unknown, config?: RunnableConfig): unknown => {
    given = config?.signal
    const both = given ? AbortSignal.any([given, signal]) : signal
    const target = tool as { invoke(input: unknown, config: RunnableConfig): unknown }
    return target.invoke(input, { ...config, signal: both })
  }
  return { tool: replaceMember(tool, 'invoke', invoke), given: () => given }
}
