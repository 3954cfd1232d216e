import { type IdentifiedCall, IncompleteCallsError } from '@headrace/bridge'
import { createRuntime, defineTool } from '@headrace/core'
import { jsonSchema } from '@headrace/core/json-schema'
import fc from 'fast-check'
import { lastValueFrom, type Observable, toArray } from 'rxjs'
import { expect, test } from 'vitest'
import { bodyOf, eventsOfBlock, eventsOfMessage, startOf } from '../../test/wire.ts'
import { toAnthropicTools } from '../tools/to-anthropic-tools.ts'
import { AnthropicStreamError } from './anthropic-stream-error.ts'
import { toolCallsFrom, toolCallsFromBytes } from './tool-calls-from.ts'

async function* each<T>(values: Iterable<T>): AsyncGenerator<T> {
  yield* values
}

const listOf = (calls$: Observable<IdentifiedCall>): Promise<IdentifiedCall[]> => lastValueFrom(calls$.pipe(toArray()))

const a = { id: 'toolu_a', name: 'a', pieces: ['', '{"city": "Zü', 'rich 🌊"}'] }
const b = { id: 'toolu_b', name: 'b', pieces: [''] }
const events = eventsOfMessage({ blocks: [{ text: 'Ich schaue nach 🌍' }, a, b] })
const calls = [
  { callId: 'toolu_a', tool: 'a', arguments: '{"city": "Zürich 🌊"}' },
  { callId: 'toolu_b', tool: 'b', arguments: {} },
]

test('gives the calls of a stream of events', async () => {
  expect(await listOf(toolCallsFrom(each(events)))).toEqual(calls)
  expect(await listOf(toolCallsFrom(ReadableStream.from(events)))).toEqual(calls)
})

test('gives the same calls at every split of the bytes in two', async () => {
  const bytes = new TextEncoder().encode(bodyOf(events))
  for (let at = 0; at <= bytes.length; at += 1) {
    const parts = [bytes.subarray(0, at), bytes.subarray(at)]
    expect(await listOf(toolCallsFromBytes(each(parts)))).toEqual(calls)
  }
})

test('gives the same calls however the bytes are split', async () => {
  const bytes = new TextEncoder().encode(bodyOf(events))
  const cuts = fc.uniqueArray(fc.nat(bytes.length), { maxLength: 40 })
  await fc.assert(
    fc.asyncProperty(cuts, async (places) => {
      const ends = [...places.toSorted((x, y) => x - y), bytes.length]
      const parts = ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end))
      expect(await listOf(toolCallsFromBytes(ReadableStream.from(parts)))).toEqual(calls)
    }),
    { numRuns: 50 },
  )
})

test('a stream that is cut anywhere gives no call that the whole one does not give', async () => {
  const bytes = new TextEncoder().encode(bodyOf(events))
  for (let end = 0; end < bytes.length; end += 7) {
    const given: IdentifiedCall[] = []
    const error = await new Promise((resolve) => {
      toolCallsFromBytes(each([bytes.subarray(0, end)])).subscribe({
        next: (call) => given.push(call),
        error: resolve,
        complete: () => resolve(undefined),
      })
    })
    expect(given).toEqual(calls.slice(0, given.length))
    expect(error === undefined || error instanceof IncompleteCallsError).toBe(true)
  }
})

test('errors where the stream ends in the middle of a call', async () => {
  const cut = [startOf(), ...eventsOfBlock(a, 0).slice(0, 3)]
  const error = await listOf(toolCallsFrom(each(cut))).catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(IncompleteCallsError)
  expect(error).toMatchObject({ calls: [{ callId: 'toolu_a', arguments: '{"city": "Zü' }] })
})

test('errors at an error event, after what was whole', async () => {
  const failed = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }
  const seen: unknown[] = []
  await new Promise<void>((resolve) => {
    toolCallsFromBytes(each([new TextEncoder().encode(bodyOf([...events.slice(0, -2), failed]))])).subscribe({
      next: ({ callId }) => seen.push(callId),
      error: (error) => resolve(void seen.push(error)),
    })
  })
  expect(seen).toEqual(['toolu_a', new AnthropicStreamError(failed.error)])
  expect(seen[1]).toMatchObject({
    type: 'overloaded_error',
    message: 'the stream failed with overloaded_error: Overloaded',
  })
})

test('names the tools as the runtime does', async () => {
  const tool = (name: string) =>
    defineTool({ name, description: name, inputSchema: jsonSchema({ type: 'object' }), execute: () => 1 })
  await using runtime = createRuntime({ tools: [tool('files/read'), tool('files.read')] })
  const blocks = toAnthropicTools(runtime).map(({ name }, index) => ({ id: `toolu_${index}`, name }))
  expect(blocks.map(({ name }) => name)).toEqual(['files_read', 'files_read_2'])
  const named = await listOf(toolCallsFrom(each(eventsOfMessage({ blocks })), { runtime }))
  expect(named.map(({ tool: name }) => name)).toEqual(['files/read', 'files.read'])
  const bytes = [new TextEncoder().encode(bodyOf(eventsOfMessage({ blocks })))]
  expect((await listOf(toolCallsFromBytes(each(bytes), { runtime })))[0]?.tool).toBe('files/read')
})

test('unsubscribing ends the source', async () => {
  const ended = Promise.withResolvers<void>()
  async function* endless(): AsyncGenerator<object> {
    try {
      yield* eventsOfMessage({ blocks: [a] })
      for (;;) yield { type: 'ping' }
    } finally {
      ended.resolve()
    }
  }
  const reading = toolCallsFrom(endless()).subscribe(() => reading.unsubscribe())
  await expect(ended.promise).resolves.toBeUndefined()
})

test('refuses what is no stream, and options that nobody reads', () => {
  expect(() => toolCallsFrom({} as never)).toThrow(/the stream must be what messages\.create/)
  expect(() => toolCallsFrom(each([]), { runtimes: 1 } as never)).toThrow("unknown option 'runtimes'")
})
