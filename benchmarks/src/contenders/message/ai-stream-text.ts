import { isStepCount, simulateReadableStream, streamText } from 'ai'
import { MockLanguageModelV4 } from 'ai/test'
import type { CreateContender } from '../../contender.ts'
import { toolCalls, tools, usage } from './ai-sdk.ts'

const id = 'text'

/** The same as a stream, without delays, read to its end. */
export const create: CreateContender = () => ({
  message: async (calls) => {
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
  },
})

type Parts =
  Awaited<ReturnType<MockLanguageModelV4['doStream']>>['stream'] extends ReadableStream<infer Part> ? Part[] : never

function streamOf(chunks: Parts): ReadableStream<Parts[number]> {
  return simulateReadableStream({ chunks, initialDelayInMs: null, chunkDelayInMs: null })
}
