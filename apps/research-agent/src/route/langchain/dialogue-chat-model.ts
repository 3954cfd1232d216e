import { BaseChatModel } from '@langchain/core/language_models/chat_models'
import { AIMessage, type BaseMessage, ToolMessage } from '@langchain/core/messages'
import type { ChatResult } from '@langchain/core/outputs'
import type { Reply } from '../../agent/dialogue.ts'
import type { ModelSeat } from '../model-seat.ts'

/** The dialogue as a chat model of LangChain. */
export class DialogueChatModel extends BaseChatModel {
  readonly #seat: ModelSeat

  constructor(seat: ModelSeat) {
    super({ maxRetries: 0 })
    this.#seat = seat
  }

  override _llmType(): string {
    return 'dialogue'
  }

  /** The dialogue knows the tools already. */
  override bindTools(): this {
    return this
  }

  override async _generate(messages: BaseMessage[]): Promise<ChatResult> {
    const message = toMessage(await this.#seat.reply(answeredIn(messages)))
    return { generations: [{ text: message.text, message }] }
  }
}

function toMessage({ text, calls }: Reply): AIMessage {
  return new AIMessage({
    content: text,
    tool_calls: calls.map(({ callId, tool, arguments: args }) => ({
      type: 'tool_call',
      id: callId,
      name: tool,
      args: argumentsOf(args),
    })),
  })
}

/** LangChain takes objects only. */
function argumentsOf(given: unknown): Record<string, unknown> {
  const value: unknown = typeof given === 'string' ? JSON.parse(given || '{}') : given
  return { ...(value as object) }
}

/** The results since the model spoke last. */
function answeredIn(messages: readonly BaseMessage[]): string[] {
  const spoken = messages.findLastIndex((message) => AIMessage.isInstance(message))
  return messages.slice(spoken + 1).flatMap((message) => (ToolMessage.isInstance(message) ? message.tool_call_id : []))
}
