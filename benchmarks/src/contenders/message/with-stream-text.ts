import { isStepCount, simulateReadableStream, streamText, type ToolSet } from 'ai'
import { MockLanguageModelV4 } from 'ai/test'
import type { Contender } from '../../contender.ts'
import { type StreamPart, toolCalls, usage } from './ai-sdk.ts'

const id = 'text'

/** A message with tool calls and then a text, as streams without delays, read to their end. */
export function messageWithStreamText(tools: ToolSet): NonNullable<Contender['message']> {
  return async (calls) => {
    const model = new MockLanguageModelV4({
      doStream: [
        {
          stream: streamOf([
            ...toolCalls(calls),
            { type: 'finish', finishReason: { unified: 'tool-calls', raw: undefined }, usage },
          ]),
        },
        {
          stream: streamOf([
            { type: 'text-start', id },
            { type: 'text-delta', id, delta: 'Clear.' },
            { type: 'text-end', id },
            { type: 'finish', finishReason: { unified: 'stop', raw: undefined }, usage },
          ]),
        },
      ],
    })
    const { textStream } = streamText({ model, tools, prompt: 'How is the weather?', stopWhen: isStepCount(2) })
    let text = ''
    for await (const part of textStream) text += part
    if (text !== 'Clear.') throw new Error('The model was not asked again')
  }
}

function streamOf(chunks: StreamPart[]): ReadableStream<StreamPart> {
  return simulateReadableStream({ chunks, initialDelayInMs: null, chunkDelayInMs: null })
}
