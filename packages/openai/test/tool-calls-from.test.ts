import { IncompleteCallsError } from '@headrace/bridge'
import { createRuntime, defineTool } from '@headrace/core'
import fc from 'fast-check'
import { firstValueFrom, lastValueFrom, toArray } from 'rxjs'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { type OpenAiFormat, OpenAiStreamError, toOpenAiTools, toolCallsFrom, toolCallsFromBytes } from '../src/index.ts'
import { bytesOf, openLoopback, sse } from './loopback.ts'
import { chatChunks, chatText, responseEvents } from './wire.ts'

const calls = [
  { id: 'call_1', name: 'weather', arguments: '{"city":"Żółw 🐢"}' },
  { id: 'call_2', name: 'clock', arguments: '' },
  { id: 'call_3', name: 'weather', arguments: '{"city":"Rome","days":3}' },
]
const expected = calls.map(({ id, name, arguments: text }) => ({ callId: id, tool: name, arguments: text }))
const streams: Record<OpenAiFormat, string> = {
  chat: bytesOf(...chatChunks(calls)),
  responses: bytesOf(...responseEvents(calls)),
}

async function* pieces(bytes: Uint8Array, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  const ends = [...new Set(cuts), bytes.length].toSorted((a, b) => a - b)
  let from = 0
  for (const end of ends) {
    yield bytes.subarray(from, end)
    from = end
  }
}

const read = (bytes: Uint8Array, cuts: readonly number[], format: OpenAiFormat): Promise<unknown[]> =>
  firstValueFrom(toolCallsFromBytes(pieces(bytes, cuts), { format }).pipe(toArray()))

test.each(['chat', 'responses'] as const)('the bytes of a %s stream may be split anywhere', async (format) => {
  const bytes = new TextEncoder().encode(streams[format])
  expect(await read(bytes, [], format)).toEqual(expected)
  expect(await read(bytes, Array.from(bytes.keys()), format)).toEqual(expected)
  const cuts = fc.array(fc.nat({ max: bytes.length }), { maxLength: 20 })
  const isWhole = async (at: readonly number[]): Promise<void> => {
    expect(await read(bytes, at, format)).toEqual(expected)
  }
  await fc.assert(fc.asyncProperty(cuts, isWhole))
})

test.each(['chat', 'responses'] as const)(
  'a cut %s stream gives no call that the whole one does not',
  async (format) => {
    const bytes = new TextEncoder().encode(streams[format])
    for (let length = 0; length < bytes.length; length += 7) {
      const given: unknown[] = []
      const error = await new Promise((resolve) => {
        toolCallsFromBytes(pieces(bytes.subarray(0, length), []), { format }).subscribe({
          next: (call) => given.push(call),
          error: resolve,
          complete: () => resolve(undefined),
        })
      })
      expect(given).toEqual(expected.slice(0, given.length))
      expect(error === undefined || error instanceof IncompleteCallsError).toBe(true)
    }
  },
)

test('the events of a body show which API it is of', async () => {
  for (const text of Object.values(streams)) {
    const source = new Blob([text]).stream()
    expect(await firstValueFrom(toolCallsFromBytes(source).pipe(toArray()))).toEqual(expected)
  }
})

test('a body is read as a ReadableStream, with line ends and comments of any kind', async () => {
  const text = `: hello\n\n${streams.chat}`.replaceAll('\n', '\r\n')
  const source = new Blob([text]).stream()
  expect(await lastValueFrom(toolCallsFromBytes(source, { format: 'chat' }).pipe(toArray()))).toEqual(expected)
})

test("the SDK's own streams are read, and show which API they are of", async () => {
  const answers = [
    sse(...chatChunks(calls)),
    sse(...chatChunks(calls)),
    sse(...responseEvents(calls)),
    sse(...responseEvents(calls)),
  ]
  await using loopback = await openLoopback(...answers)
  const { chat, responses } = loopback.client
  const request = { model: 'test', messages: [] }
  const open = [
    () => chat.completions.create({ ...request, stream: true }),
    () => chat.completions.stream(request),
    () => responses.create({ model: 'test', input: '', stream: true }),
    () => responses.stream({ model: 'test', input: '' }),
  ]
  for (const start of open) {
    const stream: AsyncIterable<unknown> = await start()
    expect(await firstValueFrom(toolCallsFrom(stream).pipe(toArray()))).toEqual(expected)
  }
})

test('a stream without calls gives none', async () => {
  await using loopback = await openLoopback(sse(...chatText('hello')))
  const stream = await loopback.client.chat.completions.create({ model: 'test', messages: [], stream: true })
  expect(await firstValueFrom(toolCallsFrom(stream).pipe(toArray()))).toEqual([])
})

test('a body without a reason for its end is whole where [DONE] says so', async () => {
  const text = bytesOf(...chatChunks(calls).slice(0, -1))
  const source = (body: string): ReadableStream<Uint8Array> => new Blob([body]).stream()
  expect(await firstValueFrom(toolCallsFromBytes(source(text)).pipe(toArray()))).toEqual(expected)
  const cut = lastValueFrom(toolCallsFromBytes(source(text.replace('data: [DONE]', ''))))
  await expect(cut).rejects.toThrow("the stream ended in the middle of 'clock' (call_2), 'weather' (call_3)")
})

test('an error in a body is an OpenAiStreamError', async () => {
  const failure = { error: { message: 'overloaded', type: 'server_error', code: null } }
  const source = new Blob([bytesOf(...chatChunks(calls), failure)]).stream()
  const seen: unknown[] = []
  const reading = toolCallsFromBytes(source).forEach((call) => void seen.push(call))
  await expect(reading).rejects.toThrow(new OpenAiStreamError('server_error', 'overloaded'))
  expect(seen).toEqual(expected)
})

test('a stream that fails errors with its failure', async () => {
  const failure = { error: { message: 'overloaded', type: 'server_error', code: null } }
  await using loopback = await openLoopback(sse(...chatChunks(calls).slice(0, 4), failure))
  const stream = await loopback.client.chat.completions.create({ model: 'test', messages: [], stream: true })
  await expect(lastValueFrom(toolCallsFrom(stream))).rejects.toThrow('overloaded')
})

test('with a runtime, calls have the names of its tools, and no nulls for what was left out', async () => {
  const inputSchema = z.object({ city: z.string(), days: z.number().optional() })
  const runtime = createRuntime({
    tools: [defineTool({ name: 'geo/weather', description: 'weather', inputSchema, execute: () => 1 })],
  })
  const [tool] = toOpenAiTools(runtime, { api: 'chat' })
  expect(tool?.function).toMatchObject({ name: 'geo_weather', strict: true })
  const chunks = chatChunks([{ id: 'a', name: 'geo_weather', arguments: '{"city":"Rome","days":null}' }])
  const source = new Blob([bytesOf(...chunks)]).stream()
  expect(await firstValueFrom(toolCallsFromBytes(source, { format: 'chat', runtime }))).toEqual({
    callId: 'a',
    tool: 'geo/weather',
    arguments: { city: 'Rome' },
  })
})

test('a format that there is not is refused', () => {
  const source = new Blob([]).stream()
  expect(() => toolCallsFromBytes(source, { format: 'sse' } as never)).toThrow(
    "format must be 'chat' or 'responses', got sse",
  )
})
