import { MockLanguageModelV4 } from 'ai/test'

type GenerateResult = Awaited<ReturnType<MockLanguageModelV4['doGenerate']>>
type StreamResult = Awaited<ReturnType<MockLanguageModelV4['doStream']>>

/** One part of what a model says. */
export type ContentPart = GenerateResult['content'][number]
/** One part of a stream of it. */
export type StreamPart = StreamResult['stream'] extends ReadableStream<infer Part> ? Part : never
/** Why a message ended. */
export type FinishReason = GenerateResult['finishReason']['unified']

const usage: GenerateResult['usage'] = {
  inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 1, text: 1, reasoning: 0 },
}

/** A call as a model writes it. */
export function toolCall(
  toolCallId: string,
  toolName: string,
  input: unknown = {},
): Extract<ContentPart, { type: 'tool-call' }> {
  return { type: 'tool-call', toolCallId, toolName, input: typeof input === 'string' ? input : JSON.stringify(input) }
}

/** The end of a streamed message. */
export function finish(reason: FinishReason = 'tool-calls'): StreamPart {
  return { type: 'finish', finishReason: { unified: reason, raw: reason }, usage }
}

/** A message: its calls, and why it ended. Without calls it is a text. */
export interface Message {
  readonly calls: readonly Extract<ContentPart, { type: 'tool-call' }>[]
  readonly reason?: FinishReason
}

/** A model that says the messages one after another, and then 'done'. */
export function scriptedModel(...messages: Message[]): MockLanguageModelV4 {
  let said = 0
  const next = () => {
    const message = messages[said++]
    const content: ContentPart[] = message ? [...message.calls] : [{ type: 'text', text: 'done' }]
    return { content, reason: message ? (message.reason ?? 'tool-calls') : 'stop' }
  }
  return new MockLanguageModelV4({
    doGenerate: async () => {
      const { content, reason } = next()
      return { content, finishReason: { unified: reason, raw: reason }, usage, warnings: [] }
    },
    doStream: async () => {
      const { content, reason } = next()
      return { stream: ReadableStream.from<StreamPart>([...content.flatMap(streamed), finish(reason)]) }
    },
  })
}

/** A model that is told what to say while it says it. */
export interface LivingModel {
  readonly model: MockLanguageModelV4
  /** Lets the model say more. */
  say(...parts: StreamPart[]): void
  /** Says the last parts, and ends the message. */
  end(...parts: StreamPart[]): void
  /** The stream of the message breaks. */
  fail(error: Error): void
}

/** A model whose first message is streamed by hand; then it says 'done'. */
export function livingModel(): LivingModel {
  const parts = new TransformStream<StreamPart, StreamPart>(undefined, undefined, { highWaterMark: 100 })
  const writer = parts.writable.getWriter()
  let said = 0
  const model = new MockLanguageModelV4({
    doStream: async () => {
      const rest = ReadableStream.from<StreamPart>([...streamed({ type: 'text', text: 'done' }), finish('stop')])
      return { stream: said++ === 0 ? parts.readable : rest }
    },
  })
  return {
    model,
    say: (...more) => {
      for (const part of more) void writer.write(part)
    },
    end: (...last) => {
      for (const part of last) void writer.write(part)
      void writer.close()
    },
    fail: (error) => void writer.abort(error),
  }
}

function streamed(part: ContentPart): StreamPart[] {
  if (part.type !== 'text') return part.type === 'tool-call' ? [part] : []
  return [
    { type: 'text-start', id: '1' },
    { type: 'text-delta', id: '1', delta: part.text },
    { type: 'text-end', id: '1' },
  ]
}

/** What a model was last shown of the results of its calls, by the id of the call. */
export function shown(model: MockLanguageModelV4): Record<string, unknown> {
  const calls = model.doStreamCalls.length > 0 ? model.doStreamCalls : model.doGenerateCalls
  const results = (calls.at(-1)?.prompt ?? []).flatMap((message) => (message.role === 'tool' ? message.content : []))
  return Object.fromEntries(
    results.flatMap((part) => (part.type === 'tool-result' ? [[part.toolCallId, part.output]] : [])),
  )
}
