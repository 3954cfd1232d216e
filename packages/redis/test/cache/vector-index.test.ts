import { randomUUID } from 'node:crypto'
import { testVectorIndex } from '@headrace/testing/vitest'
import { expect, it } from 'vitest'
import { redisVectorIndex } from '../../src/cache.ts'
import { openRedis } from '../../src/index.ts'
import { sharedRedis } from '../servers/shared-redis.ts'

for (const [version, vectorSets] of [
  [7, false],
  [8, true],
  [8, false],
] as const) {
  testVectorIndex({
    title: `redisVectorIndex on Redis ${version} ${vectorSets ? 'with' : 'without'} vector sets`,
    clock: 'server',
    async create() {
      const { url } = await sharedRedis(version)
      const client = openRedis({ url })
      const prefix = `vectors-${randomUUID()}:`
      return {
        store: redisVectorIndex({ client, prefix, vectorSets }),
        reopen: () => redisVectorIndex({ client, prefix, vectorSets }),
        dispose: () => client.close(),
      }
    },
  })
}

it.each([
  [7, false],
  [8, true],
] as const)('Redis %i: it finds out once whether there are vector sets, and says so', async (version, vectorSets) => {
  const { url } = await sharedRedis(version)
  const client = openRedis({ url })
  const asked: string[] = []
  const watched = {
    ...client,
    isCluster: client.isCluster,
    command: (...of: Parameters<typeof client.command>) => {
      asked.push(of[0])
      return client.command(...of)
    },
    run: client.run.bind(client),
    subscribe: client.subscribe.bind(client),
    close: () => client.close(),
  }
  const index = redisVectorIndex({ client: watched, prefix: `detect-${randomUUID()}:` })
  expect(index.supports.vectorSets).toBeUndefined()
  const [now, vector] = [Date.now(), Float32Array.of(1, 0)]
  const search = () => index.search('b', vector, { now, limit: 1, floor: 0 })
  await Promise.all([search(), index.add('b', 'x', vector, now + 1e6, { now }), search()])
  expect(index.supports).toEqual({ approximate: true, persistent: true, vectorSets })
  expect(await search()).toEqual([{ id: 'x', similarity: expect.closeTo(1, 2) }])
  expect(asked).toEqual(['VCARD'])
  await client.close()
})
