import { describe, expect, it } from 'vitest'
import { openRuntime, resultOf } from '../fixture/open-runtime.ts'
import { readTool } from '../fixture/tools.ts'

describe('cache: what is no plain JSON', () => {
  const cases: [string, unknown][] = [
    ['a Map', new Map([['a', 1]])],
    ['a BigInt', { n: 1n }],
    ['a Buffer', Buffer.from('x')],
    ['an instance of a class', new URL('http://localhost')],
    ['NaN', { n: Number.NaN }],
    ['a Date', new Date(0)],
    ['a function', () => 1],
  ]

  it.each(cases)('is not cached as an output: %s, and is given as it is', async (_, output) => {
    let runs = 0
    const { call, clock, events } = openRuntime({
      tools: [
        readTool(
          'read',
          () => {
            runs += 1
            return output
          },
          { cache: { ttl: 1_000, scope: 'shared' } },
        ),
      ],
    })
    for (let n = 0; n < 2; n += 1) {
      const pending = call('read')
      await clock.advance(0)
      const result = await resultOf(pending)
      expect(result.status === 'ok' && result.output).toBe(output)
    }
    expect([runs, events.some((event) => event.type === 'cache-warning')]).toEqual([2, true])
  })

  it('is not cached as arguments either', async () => {
    let runs = 0
    const { call, clock, events } = openRuntime({
      tools: [readTool('read', () => (runs += 1), { cache: { ttl: 1_000, scope: 'shared' } })],
    })
    for (const args of [{ q: new Map() }, { q: new Map() }, { q: Number.NaN }, { q: Number.NaN }]) {
      call('read', args)
      await clock.advance(0)
    }
    expect([runs, events.some((event) => event.type === 'cache-warning')]).toEqual([4, true])
  })
})
