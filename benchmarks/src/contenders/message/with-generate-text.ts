import { generateText, isStepCount, type ToolSet } from 'ai'
import { MockLanguageModelV4 } from 'ai/test'
import type { Contender } from '../../contender.ts'
import { toolCalls, usage } from './ai-sdk.ts'

/** A message with tool calls and then a text, by the model that the SDK offers for tests. */
export function messageWithGenerateText(tools: ToolSet): NonNullable<Contender['message']> {
  return async (calls) => {
    const model = new MockLanguageModelV4({
      doGenerate: [
        { content: toolCalls(calls), finishReason: { unified: 'tool-calls', raw: undefined }, usage, warnings: [] },
        {
          content: [{ type: 'text', text: 'Clear.' }],
          finishReason: { unified: 'stop', raw: undefined },
          usage,
          warnings: [],
        },
      ],
    })
    const { text } = await generateText({ model, tools, prompt: 'How is the weather?', stopWhen: isStepCount(2) })
    if (text !== 'Clear.') throw new Error('The model was not asked again')
  }
}
