import type { Content, GenerateContentResponse } from '@google/genai'
import { createRuntime, defineTool, type Runtime, type ToolAnnotations } from '@headrace/core'
import { jsonSchema } from '@headrace/core/json-schema'
import { config, firstValueFrom, toArray } from 'rxjs'
import { describe, expect, it, onTestFinished } from 'vitest'
import {
  dispatchTurn,
  dispatchTurnFromBytes,
  toCallableTool,
  toGeminiTools,
  toolCallsFrom,
  toToolMessages,
  wrapTools,
} from '../src/index.ts'
import { call, chunk, openGeminiServer } from './fixture/gemini-server.ts'

const model = 'gemini-test'

/** A runtime with tools that tell when they start. */
function openRuntime(names: Record<string, ToolAnnotations>, work: (name: string, signal: AbortSignal) => unknown) {
  const started: string[] = []
  const starts = new Map(Object.keys(names).map((name) => [name, Promise.withResolvers<void>()]))
  const tools = Object.entries(names).map(([name, annotations]) =>
    defineTool({
      name,
      description: name,
      inputSchema: jsonSchema({ type: 'object', properties: { city: { type: 'string' } } }),
      annotations,
      execute: (_, { signal }) => {
        started.push(name)
        starts.get(name)?.resolve()
        return work(name, signal)
      },
    }),
  )
  const runtime: Runtime = createRuntime({ tools })
  onTestFinished(() => runtime.close({ drain: 0 }))
  return { runtime, started, start: (name: string) => () => starts.get(name)?.promise ?? Promise.resolve() }
}

describe('with the SDK against a server', () => {
  it('a turn starts its calls early, is answered in one content, and goes on', async () => {
    const { runtime, started, start } = openRuntime({ 'geo/weather': { readOnlyHint: true }, book: {} }, (name) => name)
    const text: string[] = []
    const seenBefore: string[][] = []
    const first = [
      chunk([{ text: 'Let me see.' }]),
      chunk([call('geo_weather', { city: 'Rome' })]),
      start('geo/weather'), // ends the message only once the call runs
      async () => seenBefore.push([...started]),
      chunk([call('book', { city: 'Rome' }, 'b1')]),
      chunk([{ text: '' }], 'STOP'),
    ]
    const { ai, requests } = await openGeminiServer(first, [chunk([{ text: 'Booked.' }], 'STOP')])
    const contents: Content[] = [{ role: 'user', parts: [{ text: 'Book Rome if it is warm' }] }]
    const tools = toGeminiTools(runtime)
    const stream = await ai.models.generateContentStream({ model, contents, config: { tools } })
    const parts: object[] = []
    const turn = dispatchTurn(runtime, stream, {
      onEvent: (event) => {
        const shown = event.candidates?.[0]?.content?.parts ?? []
        text.push(...shown.map((part) => part.text ?? ''))
        parts.push(...shown)
      },
    })
    const results = await turn.results()
    expect(await turn.finish()).toEqual({ reason: 'STOP', safe: true })
    expect(seenBefore).toEqual([['geo/weather']])
    expect(started).toEqual(['geo/weather', 'book'])
    expect(text[0]).toBe('Let me see.')
    contents.push({ role: 'model', parts }, ...toToolMessages(results, { runtime }))
    await ai.models.generateContent({ model, contents, config: { tools } })
    expect(requests[0]).toMatchObject({
      tools: [
        {
          functionDeclarations: [
            {
              name: 'geo_weather',
              parametersJsonSchema: { type: 'object', properties: { city: { type: 'string' } } },
            },
            { name: 'book' },
          ],
        },
      ],
    })
    expect(requests[1]).toMatchObject({
      contents: [
        { role: 'user' },
        { role: 'model', parts: [{}, { thoughtSignature: 'c2lnbmF0dXJl' }, {}, {}] },
        {
          role: 'user',
          parts: [
            { functionResponse: { name: 'geo_weather', response: { output: 'geo/weather' } } },
            { functionResponse: { id: 'b1', name: 'book', response: { output: 'book' } } },
          ],
        },
      ],
    })
  })

  it.for(['MAX_TOKENS', 'MALFORMED_FUNCTION_CALL', undefined])(
    'a message that ends with %s runs nothing',
    async (end) => {
      const hang = (_: string, signal: AbortSignal): Promise<never> =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))
      const { runtime, started, start } = openRuntime({ read: { readOnlyHint: true }, write: {} }, hang)
      const parts = [call('read', {}, 'r1'), call('write', {}, 'w1')]
      const { ai } = await openGeminiServer([chunk(parts), start('read'), chunk([], end)])
      const stream = await ai.models.generateContentStream({ model, contents: 'x' })
      const turn = dispatchTurn(runtime, stream)
      const results = await turn.results()
      expect(results.map(({ callId, status }) => `${callId} ${status}`)).toEqual(['r1 cancelled', 'w1 cancelled'])
      expect(started).toEqual(['read'])
      expect(await turn.finish()).toMatchObject({ reason: end, safe: false })
      const message: Content = { role: 'model', parts }
      expect(toToolMessages(results, { message })[0]?.parts).toHaveLength(2)
    },
  )

  it('an error in the middle of a stream cancels what has started', async () => {
    const hang = (_: string, signal: AbortSignal): Promise<never> =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))
    const { runtime, start } = openRuntime({ read: { readOnlyHint: true } }, hang)
    const error = { error: { code: 503, message: 'The model is overloaded.', status: 'UNAVAILABLE' } }
    const { ai } = await openGeminiServer([chunk([call('read', {})]), start('read'), error])
    const stream = await ai.models.generateContentStream({ model, contents: 'x' })
    const turn = dispatchTurn(runtime, stream)
    expect((await turn.results()).map(({ status }) => status)).toEqual(['cancelled'])
    expect(await turn.finish()).toMatchObject({ safe: false, error: { status: 503 } })
  })

  it('a listener that throws does not disturb the turn', async () => {
    const { runtime } = openRuntime({ read: { readOnlyHint: true } }, () => 1)
    const { ai } = await openGeminiServer([chunk([call('read', {})], 'STOP')])
    const stream = await ai.models.generateContentStream({ model, contents: 'x' })
    let events = 0
    const reported = new Promise((resolve) => {
      const { onUnhandledError } = config
      config.onUnhandledError = resolve
      onTestFinished(() => {
        config.onUnhandledError = onUnhandledError
      })
    })
    const turn = dispatchTurn(runtime, stream, {
      onEvent: () => {
        events++
        throw new Error('mine')
      },
    })
    expect(await turn.results()).toMatchObject([{ status: 'ok' }])
    expect(events).toBe(1)
    expect(await reported).toEqual(new Error('mine'))
  })

  it('options that make no sense are refused before anything is read', async () => {
    const { runtime } = openRuntime({}, () => 1)
    const { ai } = await openGeminiServer([chunk([], 'STOP')])
    const stream = await ai.models.generateContentStream({ model, contents: 'x' })
    expect(() => dispatchTurn(runtime, stream, { onEvent: 'print' as never })).toThrow('onEvent must be a function')
    expect(() => dispatchTurn(runtime, stream, { early: 'now' as never })).toThrow("early must be 'read-only'")
  })

  it('a body is read without the SDK', async () => {
    const { runtime } = openRuntime({ read: { readOnlyHint: true } }, () => 1)
    const { url } = await openGeminiServer([chunk([call('read', {}, 'r1')]), chunk([], 'STOP')])
    const response = await fetch(`${url}/v1beta/models/${model}:streamGenerateContent?alt=sse`, {
      method: 'POST',
      body: '{}',
    })
    const turn = dispatchTurnFromBytes(runtime, response.body as ReadableStream<Uint8Array>)
    expect(await turn.results()).toMatchObject([{ status: 'ok', callId: 'r1' }])
  })

  it('streamed arguments come through', async () => {
    const piece = (stringValue: string, willContinue?: true): object => ({
      functionCall: {
        partialArgs: [{ jsonPath: '$.city', stringValue, ...(willContinue && { willContinue }) }],
        willContinue: true,
      },
    })
    const { ai } = await openGeminiServer([
      chunk([{ functionCall: { name: 'read', willContinue: true } }]),
      chunk([piece('Ro', true)]),
      chunk([piece('me')]),
      chunk([{ functionCall: {} }]),
      chunk([], 'STOP'),
    ])
    const stream = await ai.models.generateContentStream({ model, contents: 'x' })
    const calls = await firstValueFrom(toolCallsFrom(stream).pipe(toArray()))
    expect(calls).toMatchObject([{ tool: 'read', arguments: { city: 'Rome' } }])
  })

  it('automatic function calling runs the registry, and its calls side by side', async () => {
    const both = Promise.withResolvers<void>()
    let running = 0
    const { runtime } = openRuntime({ read: {}, write: {} }, async (name) => {
      running++
      if (running === 2) both.resolve()
      await both.promise
      return name
    })
    const { ai, requests } = await openGeminiServer(
      [chunk([call('read', {}, 'r1'), call('write', {})], 'STOP')],
      [chunk([{ text: 'Done.' }], 'STOP')],
    )
    const response = await ai.models.generateContent({
      model,
      contents: 'x',
      config: { tools: [toCallableTool(runtime)] },
    })
    expect(response.text).toBe('Done.')
    expect(requests[1]).toMatchObject({
      contents: [
        {},
        {},
        {
          role: 'user',
          parts: [
            { functionResponse: { id: 'r1', name: 'read', response: { output: 'read' } } },
            { functionResponse: { name: 'write', response: { output: 'write' } } },
          ],
        },
      ],
    })
  })

  it('automatic function calling of a stream runs wrapped tools', async () => {
    const runtime: Runtime = createRuntime()
    onTestFinished(() => runtime.close())
    const now = { declaration: { name: 'now', description: 'N' }, run: () => Promise.reject(new Error('stopped')) }
    const { ai, requests } = await openGeminiServer(
      [chunk([call('now', {}, 'n1')], 'STOP')],
      [chunk([{ text: 'It stands still.' }], 'STOP')],
    )
    const stream: AsyncGenerator<GenerateContentResponse> = await ai.models.generateContentStream({
      model,
      contents: 'x',
      config: { tools: wrapTools([now], runtime) },
    })
    const texts: unknown[] = []
    for await (const event of stream) texts.push(event.candidates?.[0]?.content?.parts?.[0]?.text)
    expect(texts.at(-1)).toBe('It stands still.')
    expect(requests[0]).toMatchObject({ tools: [{ functionDeclarations: [{ name: 'now', description: 'N' }] }] })
    expect(requests[1]).toMatchObject({
      contents: [
        {},
        {},
        { parts: [{ functionResponse: { id: 'n1', response: { error: { code: 'EXECUTION_FAILED' } } } }] },
      ],
    })
  })
})
