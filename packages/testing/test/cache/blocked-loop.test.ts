import { stat } from 'node:fs/promises'
import { type CacheStore, createRuntime, memoryCacheStore, type RuntimeEvent } from '@headrace/core'
import { expect, it } from 'vitest'
import { readTool } from '../fixture/tools.ts'

/** A store over input and output, as one in the network is: its answer is there, but the loop has to turn to bring it. */
function storeBehindInput(): CacheStore {
  const store = memoryCacheStore()
  return {
    ...store,
    supports: store.supports,
    get: async (...of) => {
      await stat(new URL(import.meta.url))
      return store.get(...of)
    },
  }
}

function blockLoop(ms: number): void {
  const until = performance.now() + ms
  while (performance.now() < until);
}

it('what a store has answered while the event loop was blocked counts as in time', async () => {
  let runs = 0
  const tool = readTool(
    'tool',
    () => {
      runs += 1
      return 'done'
    },
    { cache: { ttl: 60_000, scope: 'shared' } },
  )
  const events: RuntimeEvent[] = []
  await using runtime = createRuntime({ tools: [tool], cache: storeBehindInput() })
  runtime.events$.subscribe((event) => events.push(event))
  await runtime.call(tool, {})
  const second = runtime.call(tool, {})
  blockLoop(150)
  await second
  expect([runs, events.filter(({ type }) => type === 'store-error')]).toEqual([1, []])
})
