import { isStepCount, streamText, type ToolSet } from 'ai'
import { MockLanguageModelV4 } from 'ai/test'
import type { Contender, TimedMessage } from '../../contender.ts'
import { type StreamPart, toolCalls, usage } from './ai-sdk.ts'

/** Streams the message at its times, and waits until the model is asked again. */
export function replayWithStreamText(tools: ToolSet): NonNullable<Contender['replay']> {
  return async (message) => {
    const askedAgain = Promise.withResolvers<void>()
    const model = new MockLanguageModelV4({
      doStream: async () => {
        if (model.doStreamCalls.length === 1) return { stream: streamAt(message) }
        askedAgain.resolve()
        return { stream: ReadableStream.from<StreamPart>([finish('stop')]) }
      },
    })
    const { text } = streamText({ model, tools, prompt: 'How is the weather?', stopWhen: isStepCount(2) })
    text.then(undefined, askedAgain.reject) // whoever asks for the text reads the stream
    await askedAgain.promise
  }
}

function streamAt({ calls, end }: TimedMessage): ReadableStream<StreamPart> {
  const parts = toolCalls(calls.map(({ call }) => call))
  return new ReadableStream({
    start(controller) {
      for (const [index, part] of parts.entries()) setTimeout(() => controller.enqueue(part), calls[index]?.at)
      setTimeout(() => {
        controller.enqueue(finish('tool-calls'))
        controller.close()
      }, end)
    },
  })
}

function finish(reason: 'stop' | 'tool-calls'): StreamPart {
  return { type: 'finish', finishReason: { unified: reason, raw: undefined }, usage }
}
