import type { ReplyOptions } from '@headrace/bridge'
import type { CallOptions, CallResult } from '@headrace/core'
import type { ToolRunnableConfig } from '@langchain/core/tools'

/** How a runtime's tools are called by LangChain. */
export interface LangChainToolsOptions extends ReplyOptions {
  /** The session, deadline and the like of a call, from what LangChain hands to a tool. */
  readonly options?: ((config: ToolRunnableConfig) => CallOptions) | undefined
  /** What the message of a result carries for programs, and no model sees; nothing by default. */
  readonly artifact?: ((result: CallResult) => unknown) | undefined
}
