import { type BaseChatModelParams, SimpleChatModel } from '@langchain/core/language_models/chat_models'
import { AIMessageChunk } from '@langchain/core/messages'
import { ChatGenerationChunk } from '@langchain/core/outputs'

/** A model that streams these chunks as they are; LangChain's own fake one takes the pieces of calls out of them. */
export class StreamingModel extends SimpleChatModel {
  readonly #chunks: readonly AIMessageChunk[]

  constructor(chunks: readonly AIMessageChunk[], params: BaseChatModelParams = {}) {
    super(params)
    this.#chunks = chunks
  }

  override _llmType(): string {
    return 'streaming'
  }

  override async _call(): Promise<string> {
    return ''
  }

  override async *_streamResponseChunks(): AsyncGenerator<ChatGenerationChunk> {
    for (const message of this.#chunks) yield new ChatGenerationChunk({ text: message.text, message })
  }
}

/** A chunk with pieces of calls. */
export function piecesOf(...tool_call_chunks: object[]): AIMessageChunk {
  return new AIMessageChunk({ content: '', tool_call_chunks })
}
