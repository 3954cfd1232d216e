import type { GenerateContentResponse } from '@google/genai'
import { IncompleteCallsError } from '@headrace/bridge'
import { createRuntime, defineTool } from '@headrace/core'
import { jsonSchema } from '@headrace/core/json-schema'
import { firstValueFrom, type Observable, toArray } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { toolCallsFrom, toolCallsFromBytes } from './tool-calls-from.ts'

const chunks = [
  { candidates: [{ content: { parts: [{ text: 'Fünf Städte 🌍' }] }, index: 0 }] },
  {
    candidates: [
      { content: { parts: [{ functionCall: { name: 'geo_find', id: 'c1', args: { city: 'Zürich 🏔' } } }] } },
    ],
  },
  { candidates: [{ content: { parts: [{ functionCall: { name: 'book', willContinue: true } }] } }] },
  {
    candidates: [
      { content: { parts: [{ functionCall: { partialArgs: [{ jsonPath: '$.to', stringValue: 'Łódź' }] } }] } },
    ],
  },
  { candidates: [{ content: { parts: [{ text: '' }] }, finishReason: 'STOP' }], usageMetadata: {} },
]

function bytesOf(end: string): Uint8Array {
  return new TextEncoder().encode(chunks.map((chunk) => `data: ${JSON.stringify(chunk)}${end}${end}`).join(''))
}

async function* pieces(bytes: Uint8Array, ...cuts: number[]): AsyncGenerator<Uint8Array> {
  let start = 0
  for (const cut of [...cuts, bytes.length]) {
    yield bytes.subarray(start, cut)
    start = cut
  }
}

async function summary(calls$: Observable<{ tool: string; arguments: unknown }>): Promise<string> {
  const calls = await firstValueFrom(calls$.pipe(toArray()))
  return calls.map((call) => `${call.tool} ${JSON.stringify(call.arguments)}`).join(', ')
}

const expected = 'geo_find {"city":"Zürich 🏔"}, book {"to":"Łódź"}'

describe('toolCallsFromBytes', () => {
  it.for(['\n', '\r\n', '\r'])('reads a body that is split at any byte, lines ending in %j', async (end) => {
    const bytes = bytesOf(end)
    for (let cut = 1; cut < bytes.length; cut++) {
      // oxlint-disable-next-line no-await-in-loop
      expect(await summary(toolCallsFromBytes(pieces(bytes, cut))), `cut at ${cut}`).toBe(expected)
    }
  })

  it('reads a body that comes byte by byte, as a ReadableStream', async () => {
    const bytes = bytesOf('\n')
    const cuts = Array.from({ length: bytes.length - 1 }, (_, index) => index + 1)
    expect(await summary(toolCallsFromBytes(ReadableStream.from(pieces(bytes, ...cuts))))).toBe(expected)
  })

  it('never gives a call that the whole body does not have', async () => {
    const bytes = bytesOf('\n')
    for (let end = 0; end < bytes.length; end++) {
      const calls$ = toolCallsFromBytes(pieces(bytes.subarray(0, end)))
      // oxlint-disable-next-line no-await-in-loop
      const given = await summary(calls$).catch((error: unknown) => {
        const cut = error instanceof IncompleteCallsError ? error.calls.map(({ tool }) => tool) : [String(error)]
        return `cut: ${cut.join(', ')}`
      })
      expect(['', expected.slice(0, expected.indexOf(', book')), expected, 'cut: book'], `ended at ${end}`).toContain(
        given,
      )
    }
  })
})

describe('toolCallsFrom', () => {
  async function* stream(): AsyncGenerator<GenerateContentResponse> {
    for (const chunk of chunks) yield chunk as unknown as GenerateContentResponse
  }

  it('reads what the SDK yields, and maps names back', async () => {
    const find = defineTool({
      name: 'geo/find',
      description: 'Finds',
      inputSchema: jsonSchema({ type: 'object' }),
      execute: () => 1,
    })
    const runtime = createRuntime({ tools: [find] })
    expect(await summary(toolCallsFrom(stream(), { runtime }))).toBe(expected.replace('_', '/'))
    expect(await summary(toolCallsFrom(stream()))).toBe(expected)
    await runtime.close()
  })

  it('reads a response that came whole', async () => {
    const parts = [{ functionCall: { name: 'now', args: {} } }]
    const response = { candidates: [{ content: { parts }, finishReason: 'STOP' }] } as unknown
    expect(await summary(toolCallsFrom(response as GenerateContentResponse))).toBe('now {}')
  })

  it('completes without an error where the finish is missing', async () => {
    async function* cut(): AsyncGenerator<GenerateContentResponse> {
      yield chunks[1] as unknown as GenerateContentResponse
    }
    expect(await summary(toolCallsFrom(cut()))).toBe('geo_find {"city":"Zürich 🏔"}')
  })

  it('refuses what is no stream, and options that nobody reads', () => {
    const promise = Promise.resolve(stream())
    expect(() => toolCallsFrom(promise as never)).toThrow('not the promise of one; await it first')
    expect(() => toolCallsFrom(undefined as never)).toThrow('takes a stream or a response of the SDK, not undefined')
    const options = { format: 'chat' }
    expect(() => toolCallsFrom(stream(), options as never)).toThrow("unknown option 'format'; known are runtime")
    expect(() => toolCallsFromBytes(pieces(bytesOf('\n')), { runtime: null as never })).toThrow(
      'runtime must be an object',
    )
  })
})
