import { checkOptions, type ReplyOptions, replyText } from '@headrace/bridge'
import type { FinalResult, Runtime } from '@headrace/core'
import { HumanMessage } from '@langchain/core/messages'
import { langChainNames } from '../tools/lang-chain-names.ts'

/** Options of {@link toLateMessages}. */
export interface LateMessagesOptions extends ReplyOptions {
  /** Whose tool was called: it is named as the model knows it. */
  readonly runtime?: Runtime | undefined
}

/**
 * How a call ended that was answered with a placeholder, as a message that names the call: models take no second
 * ToolMessage for an id. It goes after the messages of the turn, never between a call and its result.
 */
export function toLateMessages(result: FinalResult, options: LateMessagesOptions = {}): HumanMessage[] {
  checkOptions('toLateMessages', options, { runtime: 'object', maxCharacters: 'count' })
  const { runtime, ...reply } = options
  const tool = runtime ? langChainNames(runtime.registry).toProvider(result.tool) : result.tool
  const { text, isError } = replyText(result, reply)
  const end = isError ? 'has ended without a result' : 'has its result now'
  return [new HumanMessage(`Your earlier call ${result.callId} of '${tool}', which went on as a job, ${end}:\n${text}`)]
}
