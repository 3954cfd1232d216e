import { lruCacheStore } from '@headrace/cache-lru'
import { createRuntime, defineTool, type Runtime } from '@headrace/core'
import { jsonSchema } from '@headrace/core/json-schema'
import { createTestClock } from '@headrace/testing'
import { describe, expect, it, onTestFinished } from 'vitest'

/** Two runtimes that share a store, and how often their tool has run, which takes 100 ms. */
function openTwo() {
  const clock = createTestClock()
  const store = lruCacheStore()
  const runs: string[] = []
  const open = (name: string): Runtime => {
    const page = defineTool({
      name: 'page',
      description: 'Reads a page',
      inputSchema: jsonSchema<{ path: string }>({ type: 'object' }),
      annotations: { readOnlyHint: true },
      policy: { cache: { ttl: 60_000, scope: 'shared' } },
      execute: ({ path }) => {
        runs.push(name)
        const { promise, resolve } = Promise.withResolvers<string>()
        clock.setTimer(100, () => resolve(`${path} by ${name}`))
        return promise
      },
    })
    const runtime: Runtime = createRuntime({ clock, cache: store, tools: [page] })
    onTestFinished(async () => {
      const closed = runtime.close()
      await clock.runAll()
      await closed
    })
    return runtime
  }
  const call = (runtime: Runtime) => runtime.dispatch({ tool: 'page', arguments: { path: '/a' } }).result()
  return { clock, store, runs, one: open('one'), other: open('other'), call }
}

describe('two runtimes with one store', () => {
  it('run an equal call once, and both have its result', async () => {
    const { clock, runs, one, other, call } = openTwo()
    const results = Promise.all([call(one), call(other)])
    await clock.advance(1_000)
    expect(await results).toMatchObject([
      { status: 'ok', output: '/a by one' },
      { status: 'ok', output: '/a by one', meta: { cache: { layer: 'exact' } } },
    ])
    expect(runs).toEqual(['one'])
  })

  it('go on without each other: where one closes in the middle of a call the other runs it', async () => {
    const { clock, runs, one, other, call } = openTwo()
    const results = Promise.all([call(one), call(other)])
    await clock.advance(10)
    const closed = one.close()
    await clock.advance(1_000)
    await closed
    expect(await results).toMatchObject([{ status: 'cancelled' }, { status: 'ok', output: '/a by other' }])
    expect(runs).toEqual(['one', 'other'])
    const again = call(other)
    await clock.advance(1)
    expect(await again).toMatchObject({ meta: { cache: { layer: 'exact' } } })
  })

  it('go on where the store is disposed, without a cache', async () => {
    const { clock, store, runs, one, other, call } = openTwo()
    const results = Promise.all([call(one), call(other)])
    await clock.advance(10)
    store[Symbol.dispose]()
    await clock.advance(1_000)
    expect(await results).toMatchObject([{ status: 'ok' }, { status: 'ok' }])
    const again = call(one)
    await clock.advance(1_000)
    expect(await again).toMatchObject({ status: 'ok', output: '/a by one', meta: { durationMs: 100 } })
    expect(runs).toEqual(['one', 'other', 'one'])
  })
})
