import { describe, expect, it } from 'vitest'
import { openRuntime, resultOf } from '../fixture/open-runtime.ts'
import { readTool } from '../fixture/tools.ts'

type Policy = NonNullable<Parameters<typeof readTool>[2]>
type Fields = Exclude<Policy['cache'], false | undefined>['fields']

/** A tool that gives its runs and what it was asked; `ask` tells the run and the layer of the answer. */
function openSearch(fields: Fields) {
  let runs = 0
  const cache = { ttl: 1_000, scope: 'shared', fields } as const
  const search = readTool(
    'search',
    ({ q }) => {
      runs += 1
      return { run: runs, q }
    },
    { cache },
  )
  const stage = openRuntime({ tools: [search] })
  const ask = async (args: unknown): Promise<[number, string | undefined]> => {
    const pending = stage.call('search', args)
    await stage.clock.advance(0)
    const result = await resultOf(pending)
    const run = result.status === 'ok' ? (result.output as { run: number }).run : 0
    return [run, result.meta.cache?.layer]
  }
  return { ...stage, ask }
}

describe('cache: fields', () => {
  it('that are ignored do not tell calls apart, and reach the tool all the same', async () => {
    const { ask, call, clock } = openSearch({ trace: 'ignore' })
    expect(await ask({ q: 'a', trace: 1 })).toEqual([1, undefined])
    expect(await ask({ q: 'a', trace: 2 })).toEqual([1, 'exact'])
    expect(await ask({ q: 'a' })).toEqual([1, 'exact'])
    expect(await ask({ q: 'b', trace: 1 })).toEqual([2, undefined])
    const pending = call('search', { q: 'c', trace: 1 })
    await clock.advance(0)
    expect(await resultOf(pending)).toMatchObject({ output: { q: 'c' } })
  })

  it('count as what a function makes of them', async () => {
    const { ask } = openSearch({ q: (text: string) => text.trim().toLowerCase() })
    expect(await ask({ q: 'Berlin ' })).toEqual([1, undefined])
    expect(await ask({ q: 'berlin' })).toEqual([1, 'exact'])
    expect(await ask({ q: 'bern' })).toEqual([2, undefined])
  })

  it('join calls that run at the same time by the same rules', async () => {
    const { call, clock } = openSearch({ trace: 'ignore' })
    const calls = [call('search', { q: 'a', trace: 1 }), call('search', { q: 'a', trace: 2 })]
    await clock.advance(0)
    expect(await Promise.all(calls.map(resultOf))).toMatchObject([{ output: { run: 1 } }, { output: { run: 1 } }])
  })

  it('whose function throws, or gives no plain JSON, are not cached, with one warning', async () => {
    const faults: Fields[] = [
      {
        q: () => {
          throw new Error('normalize')
        },
      },
      { q: () => undefined },
      { q: () => new Map() },
    ]
    for (const fields of faults) {
      const { ask, events } = openSearch(fields)
      expect([await ask({ q: 'a' }), await ask({ q: 'a' })]).toEqual([
        [1, undefined],
        [2, undefined],
      ])
      expect(events.filter(({ type }) => type === 'cache-warning')).toMatchObject([{ why: 'field-not-json' }])
    }
  })

  it('that are fuzzy find what was stored for other words of the same content', async () => {
    const { ask, events } = openSearch({ q: 'fuzzy' })
    expect(await ask({ q: 'The weather in Berlin?', n: 1 })).toEqual([1, undefined])
    expect(await ask({ q: 'the weather in berlin', n: 1 })).toEqual([1, 'content'])
    expect(await ask({ q: 'The weather in Berlin?', n: 1 })).toEqual([1, 'exact'])
    expect(await ask({ q: 'the weather in berlin', n: 2 })).toEqual([2, undefined])
    expect(await ask({ q: 'the weather in Bern', n: 1 })).toEqual([3, undefined])
    expect(await ask({ q: 'not the weather in berlin', n: 1 })).toEqual([4, undefined])
    const hits = events.filter((event) => event.type === 'cache-hit')
    expect(hits.map(({ cache }) => [cache.layer, cache.ageMs, typeof cache.entryId])).toEqual([
      ['content', 0, 'string'],
      ['exact', 0, 'string'],
    ])
  })

  it('that are fuzzy are exact where they hold no text', async () => {
    const { ask } = openSearch({ q: 'fuzzy' })
    expect([await ask({ q: 5 }), await ask({ q: '5' }), await ask({ q: ['A'] }), await ask({ q: ['a'] })]).toEqual([
      [1, undefined],
      [2, undefined],
      [3, undefined],
      [4, undefined],
    ])
  })

  it('that are fuzzy end with the ttl of what was stored, as the exact key does', async () => {
    const { ask, clock } = openSearch({ q: 'fuzzy' })
    await ask({ q: 'Weather in Berlin' })
    await clock.advance(999)
    expect(await ask({ q: 'weather in berlin' })).toEqual([1, 'content'])
    await clock.advance(1)
    expect(await ask({ q: 'weather in berlin' })).toEqual([2, undefined])
  })

  it('that are fuzzy give frozen copies', async () => {
    const { call, clock, ask } = openSearch({ q: 'fuzzy' })
    await ask({ q: 'Weather in Berlin' })
    const pending = call('search', { q: 'weather in berlin' })
    await clock.advance(0)
    const result = await resultOf(pending)
    expect([result.status === 'ok' && Object.isFrozen(result.output), result.meta]).toMatchObject([
      true,
      { attempts: 0, cache: { layer: 'content' } },
    ])
  })

  it('do not let arguments be taken for the content of others', async () => {
    const { ask } = openSearch({ q: 'fuzzy' })
    await ask({ q: 'weather' })
    expect(await ask([{}, { q: 'weather' }])).toEqual([0, undefined])
    expect(await ask({ q: 'content[{},{"q":"weather"}]' })).toEqual([2, undefined])
  })
})
