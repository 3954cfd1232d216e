import type { LanguageModelV4, LanguageModelV4Content, LanguageModelV4Prompt } from '@ai-sdk/provider'
import { toAiSdkTools } from '@headrace/ai-sdk'
import { generateText, isLoopFinished } from 'ai'
import type { Reply } from '../../agent/dialogue.ts'
import { type ModelSeat, takeModelSeat } from '../model-seat.ts'
import type { Route } from '../route.ts'

/** The AI SDK runs the loop, and the runtime's tools are its tools. */
export const aiSdkRoute: Route = {
  name: 'the AI SDK',
  async run(options) {
    const { runtime, call } = options
    const seat = takeModelSeat(options)
    try {
      await generateText({
        model: modelAt(seat),
        tools: toAiSdkTools(runtime, { options: () => call }),
        prompt: 'see the dialogue',
        stopWhen: isLoopFinished(),
        abortSignal: call.signal,
        maxRetries: 0,
      })
    } finally {
      seat.leave()
    }
  },
}

function modelAt(seat: ModelSeat): LanguageModelV4 {
  return {
    specificationVersion: 'v4',
    provider: 'headrace',
    modelId: 'dialogue',
    supportedUrls: {},
    async doGenerate({ prompt }) {
      const reply = await seat.reply(answeredIn(prompt))
      const raw = reply.calls.length > 0 ? 'tool-calls' : 'stop'
      return { content: contentOf(reply), finishReason: { unified: raw, raw }, usage: unknownUsage, warnings: [] }
    },
    doStream: () => Promise.reject(new Error('this model does not stream')),
  }
}

function contentOf({ text, calls }: Reply): LanguageModelV4Content[] {
  const asked = calls.map(({ callId, tool, arguments: args }) => ({
    type: 'tool-call' as const,
    toolCallId: callId,
    toolName: tool,
    input: typeof args === 'string' ? args : JSON.stringify(args),
  }))
  return [...(text === '' ? [] : [{ type: 'text' as const, text }]), ...asked]
}

/** The results since the model spoke last. */
function answeredIn(prompt: LanguageModelV4Prompt): string[] {
  const last = prompt.at(-1)
  if (last?.role !== 'tool') return []
  return last.content.flatMap((part) => (part.type === 'tool-result' ? part.toolCallId : []))
}

const unknownUsage = {
  inputTokens: { total: undefined, noCache: undefined, cacheRead: undefined, cacheWrite: undefined },
  outputTokens: { total: undefined, text: undefined, reasoning: undefined },
}
