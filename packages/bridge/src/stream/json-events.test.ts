import fc from 'fast-check'
import { firstValueFrom, toArray } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { jsonEvents } from './json-events.ts'

async function* pieces(bytes: Uint8Array, cuts: readonly number[] = []): AsyncGenerator<Uint8Array> {
  const places = cuts.map((cut) => cut % (bytes.length + 1)).toSorted((one, other) => one - other)
  let start = 0
  for (const end of [...places, bytes.length]) {
    yield bytes.subarray(start, end)
    start = end
  }
}

function read(text: string, cuts?: readonly number[]): Promise<unknown[]> {
  return firstValueFrom(jsonEvents(pieces(new TextEncoder().encode(text), cuts)).pipe(toArray()))
}

describe('jsonEvents', () => {
  it('reads the same values however the body is split', async () => {
    const ends = fc.constantFrom('\n', '\r\n', '\r')
    const bodies = fc.tuple(fc.array(fc.jsonValue({ maxDepth: 2 }), { maxLength: 6 }), ends, fc.array(fc.nat()))
    await fc.assert(
      fc.asyncProperty(bodies, async ([values, end, cuts]) => {
        const events = values.map(
          (value) => `event: x${end}: a comment${end}data: ${JSON.stringify(value)}${end}${end}`,
        )
        expect(JSON.stringify(await read(events.join(''), cuts))).toBe(JSON.stringify(values))
      }),
      { numRuns: 200 },
    )
  })

  it('joins the lines of one event', async () => {
    expect(await read('data: {"a":\ndata: 1}\n\n')).toEqual([{ a: 1 }])
  })

  it('passes over comments, empty data, [DONE] and a byte order mark', async () => {
    expect(
      await read('\uFEFFdata: 1\n\n: ping\n\nevent: ping\n\ndata:\n\nretry: 5\nother: 6\n\ndata: [DONE]\n\n'),
    ).toEqual([1])
  })

  it('tells of [DONE] where a reader asks for it', async () => {
    const source = pieces(new TextEncoder().encode('data: 1\n\ndata: [DONE]\n\n'))
    expect(await firstValueFrom(jsonEvents(source, { done: 'end' }).pipe(toArray()))).toEqual([1, 'end'])
  })

  it('reads a last event without its empty line, and none that is cut off', async () => {
    expect(await read('data: 1\n\ndata: 2')).toEqual([1, 2])
    expect(await read('data: 1\n\ndata: {"a":')).toEqual([1])
    expect(await read('data: 1\n\nda')).toEqual([1])
  })

  it('errors where an event is no JSON', async () => {
    await expect(read('data: 1\n\ndata: oops\n\ndata: 2\n\n')).rejects.toThrow(
      new SyntaxError('an event of the stream is no JSON: "oops"'),
    )
    await expect(read(`data: ${'x'.repeat(99)}\n\n`)).rejects.toThrow(`"${'x'.repeat(80)}…"`)
  })

  it.for(['{"error":{"code":429}}', '[{\n  "candidates": []\n}\n,\n', '  {\n"a": 1}'])(
    'errors where the body is JSON and no stream: %j',
    async (body) => {
      for (const cuts of [[], [1], [2, 3]]) {
        // oxlint-disable-next-line no-await-in-loop
        await expect(read(body, cuts)).rejects.toThrow(/^the body is JSON and no stream of events: /)
      }
    },
  )

  it('errors as its source does', async () => {
    const broken = new ReadableStream<Uint8Array>({ start: (controller) => controller.error(new Error('reset')) })
    await expect(firstValueFrom(jsonEvents(broken))).rejects.toThrow('reset')
  })
})
