import { LLMock } from '@copilotkit/aimock'
import { type Content, GoogleGenAI, Modality } from '@google/genai'
import { createRuntime, defineTool, type Runtime } from '@headrace/core'
import { jsonSchema } from '@headrace/core/json-schema'
import { describe, expect, it, onTestFinished } from 'vitest'
import { dispatchLive, dispatchTurn, toGeminiTools, toToolMessages } from '../src/index.ts'
import { openSlashProxy } from './fixture/slash-proxy.ts'

/** A mock that asks for the weather and then tells of it, and the SDK's client for it. */
async function openMock(): Promise<{ ai: GoogleGenAI; runtime: Runtime }> {
  const mock = new LLMock({ port: 0 })
  mock.on(
    { userMessage: /weather/, hasToolResult: false },
    { toolCalls: [{ id: 'w1', name: 'weather', arguments: '{"city":"Rome"}' }] },
  )
  mock.on({ hasToolResult: true }, { content: 'It is 21 degrees.' })
  await mock.start()
  const weather = defineTool({
    name: 'weather',
    description: 'The weather of a city.',
    inputSchema: jsonSchema({ type: 'object', properties: { city: { type: 'string' } } }),
    annotations: { readOnlyHint: true },
    execute: () => ({ degrees: 21 }),
  })
  const runtime: Runtime = createRuntime({ tools: [weather] })
  onTestFinished(async () => {
    await runtime.close()
    await mock.stop()
  })
  return {
    ai: new GoogleGenAI({
      apiKey: 'none',
      apiVersion: 'v1beta',
      httpOptions: { baseUrl: await openSlashProxy(mock.url) },
    }),
    runtime,
  }
}

describe('with the SDK against a mock of the Gemini API', () => {
  it('a turn is run and answered', async () => {
    const { ai, runtime } = await openMock()
    const model = 'gemini-2.5-flash'
    const config = { tools: toGeminiTools(runtime) }
    const contents: Content[] = [{ role: 'user', parts: [{ text: 'How is the weather?' }] }]
    const parts: object[] = []
    const turn = dispatchTurn(runtime, await ai.models.generateContentStream({ model, contents, config }), {
      onEvent: (event) => void parts.push(...(event.candidates?.[0]?.content?.parts ?? [])),
    })
    const results = await turn.results()
    expect(results).toMatchObject([{ status: 'ok', callId: 'w1', output: { degrees: 21 } }])
    contents.push({ role: 'model', parts }, ...toToolMessages(results))
    const answer = await ai.models.generateContent({ model, contents, config })
    expect(answer.text).toBe('It is 21 degrees.')
  })

  it('a live session is answered', async () => {
    const { ai, runtime } = await openMock()
    const answered = Promise.withResolvers<string>()
    const live = dispatchLive(runtime, (functionResponses) => session.sendToolResponse({ functionResponses }))
    const session = await ai.live.connect({
      model: 'gemini-live-2.5-flash-preview',
      config: { responseModalities: [Modality.TEXT], tools: toGeminiTools(runtime, { live: true }) },
      callbacks: {
        onmessage: (message) => {
          live.take(message)
          const text = message.serverContent?.modelTurn?.parts?.[0]?.text
          if (text) answered.resolve(text)
        },
      },
    })
    session.sendClientContent({ turns: 'How is the weather?' })
    expect(await answered.promise).toContain('It is')
    session.close()
    await live.close()
  })
})
