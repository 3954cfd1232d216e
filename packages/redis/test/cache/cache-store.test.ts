import { randomUUID } from 'node:crypto'
import { testCacheStore } from '@headrace/testing/vitest'
import { redisCacheStore } from '../../src/cache.ts'
import { openRedis } from '../../src/index.ts'
import { sharedRedis } from '../servers/shared-redis.ts'

for (const version of [7, 8] as const) {
  testCacheStore({
    title: `redisCacheStore on Redis ${version}`,
    clock: 'server',
    async create() {
      const { url } = await sharedRedis(version)
      const client = openRedis({ url })
      const prefix = `cache-${randomUUID()}:`
      return {
        store: redisCacheStore({ client, prefix }),
        reopen: () => redisCacheStore({ client, prefix }),
        dispose: () => client.close(),
      }
    },
  })
}
