import { type ReplyOptions, replyText } from '@headrace/bridge'
import type { CallResult, Runtime } from '@headrace/core'
import { ToolMessage } from '@langchain/core/messages'
import { langChainNames } from '../tools/lang-chain-names.ts'

/** How results become messages. */
export interface MessageOptions extends ReplyOptions {
  /** Whose tools were called: a message names its tool as the model knows it. */
  readonly runtime?: Runtime | undefined
  /** What a message carries for programs, and no model sees; nothing by default. Checkpoints keep it. */
  readonly artifact?: ((result: CallResult) => unknown) | undefined
}

/** The message for a result, under the id of its call. */
export function messageOf(result: CallResult, options: MessageOptions): ToolMessage {
  const { runtime, artifact, ...reply } = options
  const { text, isError } = replyText(result, reply)
  const kept = artifact?.(result)
  return new ToolMessage({
    content: text,
    tool_call_id: result.callId,
    name: runtime ? langChainNames(runtime.registry).toProvider(result.tool) : result.tool,
    status: isError ? 'error' : 'success',
    ...(kept !== undefined && { artifact: kept }),
  })
}
