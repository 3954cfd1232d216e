import { describe, expect, it } from 'vitest'
import { openRuntime, resultOf } from '../fixture/open-runtime.ts'
import { readTool } from '../fixture/tools.ts'

/** A tool with a fuzzy field; `ask` gives the run, the layer and the id of the entry. */
function openSearch() {
  let runs = 0
  const cache = { ttl: 1_000, scope: 'shared', fields: { q: 'fuzzy' } } as const
  const stage = openRuntime({ tools: [readTool('search', () => (runs += 1), { cache })] })
  const ask = async (q: string): Promise<{ run: unknown; layer?: string | undefined; id: string }> => {
    const pending = stage.call('search', { q })
    await stage.clock.advance(0)
    const result = await resultOf(pending)
    const { layer, entryId = '' } = result.meta.cache ?? {}
    return { run: result.status === 'ok' && result.output, layer, id: entryId }
  }
  return { ...stage, ask, reject: (id: string) => stage.runtime.control.cache.reject(id) }
}

describe('cache: a rejected entry', () => {
  it('is gone from every layer, and its own arguments are answered anew', async () => {
    const { ask, reject } = openSearch()
    await ask('Weather in Berlin')
    const { id } = await ask('Weather in Berlin')
    expect(reject(id)).toBe(true)
    expect(await ask('weather in berlin')).toMatchObject({ run: 2, layer: undefined })
    expect(await ask('Weather in Berlin')).toMatchObject({ run: 2, layer: 'content' })
  })

  it('is stored again by its own arguments, and never given to those again that it did not fit', async () => {
    const { ask, reject, clock } = openSearch()
    await ask('Weather in Berlin')
    const wrong = await ask('weather in berlin')
    expect([wrong.layer, reject(wrong.id)]).toEqual(['content', true])
    expect(await ask('Weather in Berlin')).toMatchObject({ run: 2, layer: undefined })
    expect(await ask('weather in berlin')).toMatchObject({ run: 3, layer: undefined })
    expect(await ask('weather in berlin')).toMatchObject({ run: 3, layer: 'exact' })
    await clock.advance(1_000)
    expect(await ask('Weather in Berlin')).toMatchObject({ run: 4, layer: undefined })
    expect(await ask('weather in berlin')).toMatchObject({ run: 5, layer: undefined })
  })

  it('is not replaced by the answer to what it did not fit, the other way round', async () => {
    const { ask, reject } = openSearch()
    await ask('Weather in Berlin')
    reject((await ask('weather in berlin')).id)
    expect(await ask('weather in berlin')).toMatchObject({ run: 2, layer: undefined })
    expect(await ask('Weather in Berlin')).toMatchObject({ run: 3, layer: undefined })
  })

  it('is still given to others who were not told of', async () => {
    const { ask, reject } = openSearch()
    await ask('Weather in Berlin')
    reject((await ask('weather in berlin')).id)
    await ask('Weather in Berlin')
    expect(await ask('WEATHER in BERLIN')).toMatchObject({ run: 2, layer: 'content' })
  })

  it('is rejected for all who were given it', async () => {
    const { ask, reject } = openSearch()
    await ask('Weather in Berlin')
    await ask('weather in berlin')
    reject((await ask('WEATHER IN BERLIN')).id)
    await ask('Weather in Berlin')
    expect([(await ask('weather in berlin')).layer, (await ask('WEATHER IN BERLIN')).layer]).not.toContain('exact')
  })

  it('has to be known: false for any other name, and for the same one twice', async () => {
    const { ask, reject } = openSearch()
    await ask('Weather in Berlin')
    const { id } = await ask('Weather in Berlin')
    expect([reject('no entry'), reject(id), reject(id)]).toEqual([false, true, false])
  })
})
