import { describe, expect, test } from 'vitest'
import { ownPrefix } from '../cache/open-clients.ts'
import { openWorker } from '../processes/open-worker.ts'
import type { CallLoad, CallLoadResult } from '../processes/run-calls.ts'
import { isServerMissing } from '../servers/server-program.ts'
import { startRedis } from '../servers/start-redis.ts'

/** Two processes under the same load, and when they were told to begin. */
async function runInTwo(load: Omit<CallLoad, 'limiter' | 'key' | 'forMs'>) {
  await using server = await startRedis()
  const prefix = ownPrefix()
  await using one = await openWorker(server.url, prefix)
  await using two = await openWorker(server.url, prefix)
  const begin = Date.now()
  const results = await Promise.all([one, two].map((worker) => worker.run({ ...load, key: 'shared', forMs: 5_000 })))
  return { begin, results }
}

function expectAllWell(results: readonly CallLoadResult[]): void {
  for (const { failed, storeErrors } of results) expect([failed, storeErrors]).toEqual([0, 0])
}

function smallestShare(results: readonly CallLoadResult[]): number {
  const counts = results.map(({ runs }) => runs.length)
  return Math.min(...counts) / counts.reduce((sum, count) => sum + count)
}

describe.skipIf(isServerMissing('redis'))('two processes with 500 calls each', () => {
  test.each([100, 1_000])(
    'start at most %i a second and as many at once, at any moment, each a good part of them',
    async (perSecond) => {
      const { begin, results } = await runInTwo({ calls: 500, workMs: 0, perSecond })
      expectAllWell(results)
      const starts = results.flatMap(({ runs }) => runs.map(([start]) => start)).sort((a, b) => a - b)
      // a moment is told in whole milliseconds, the start of one
      const excess = starts.map((start, index) => index + 1 - perSecond - ((start + 1 - begin) * perSecond) / 1_000)
      expect(Math.max(...excess)).toBeLessThanOrEqual(0)
      expect(starts.length, 'more than the first burst').toBeGreaterThan(2 * perSecond)
      // tokens have no turns: a process that the machine lets wait is late for them
      expect(smallestShare(results)).toBeGreaterThan(1 / 4)
    },
  )

  test('never do more than 10 at once under 10 permits, each a third of them', async () => {
    const { results } = await runInTwo({ calls: 500, workMs: 20, max: 10 })
    expectAllWell(results)
    const runs = results.flatMap((result) => result.runs)
    const changes = runs.flatMap(([start, end]) => [
      { at: start, by: 1 },
      { at: end, by: -1 },
    ])
    let atWork = 0
    let most = 0
    for (const { by } of changes.sort((a, b) => a.at - b.at || a.by - b.by)) {
      atWork += by
      most = Math.max(most, atWork)
    }
    expect(most).toBe(10)
    expect(smallestShare(results)).toBeGreaterThan(1 / 3)
  })
})
