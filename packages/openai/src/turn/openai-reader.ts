import type { TurnEvent, TurnReader } from '@headrace/bridge'
import { createChatReader } from '../chat/chat-reader.ts'
import { createResponsesReader } from '../responses/responses-reader.ts'
import { isRecord, textOf } from './json-record.ts'

/** Which API a stream is of: chat completions or the Responses API. */
export type OpenAiFormat = 'chat' | 'responses'

/** Reads a stream of either API; where the format is not given, the first event that shows it decides. */
export function createOpenAiReader(format?: OpenAiFormat): TurnReader<unknown> {
  let reader = format && readerOf(format)
  return {
    read(event): readonly TurnEvent[] {
      const shown = reader ? undefined : formatOf(event)
      reader ??= shown && readerOf(shown)
      return reader?.read(event) ?? []
    },
    end: () => reader?.end() ?? [],
  }
}

function readerOf(format: OpenAiFormat): TurnReader<unknown> {
  return format === 'chat' ? createChatReader() : createResponsesReader()
}

function formatOf(event: unknown): OpenAiFormat | undefined {
  if (!isRecord(event)) return undefined
  const type = textOf(event.type)
  if (type === 'error' || type.startsWith('response.')) return 'responses'
  const isChat = 'choices' in event || 'error' in event || textOf(event.object).startsWith('chat.')
  return isChat ? 'chat' : undefined
}
