import { redisBreakerStore } from '@headrace/redis/breaker'
import { testBreakerStore } from '@headrace/testing'
import { afterAll, describe, it } from 'vitest'
import type { RedisClient } from '../../src/client/redis-client.ts'
import { openRedis } from '../../src/index.ts'
import { isServerMissing } from '../servers/server-program.ts'
import { sharedCluster, sharedRedis } from '../servers/shared-redis.ts'

const servers = [
  { title: 'Redis 7', program: 'redis', open: async () => openRedis({ url: (await sharedRedis(7)).url }) },
  { title: 'Redis 8', program: 'redis8', open: async () => openRedis({ url: (await sharedRedis(8)).url }) },
  { title: 'a Cluster', program: 'redis', open: async () => openRedis({ cluster: (await sharedCluster()).nodes }) },
] as const

for (const { title, program, open } of servers) {
  describe.skipIf(isServerMissing(program))(`on ${title}`, () => {
    const clients: RedisClient[] = []
    const client = async (index: number): Promise<RedisClient> => (clients[index] ??= await open())
    afterAll(() => Promise.all(clients.map((one) => one.close())))

    testBreakerStore(
      {
        clock: 'server',
        async create() {
          const [one, two] = [await client(0), await client(1)]
          return {
            store: redisBreakerStore({ client: one }),
            reopen: () => redisBreakerStore({ client: two }),
          }
        },
      },
      { describe, it },
    )
  })
}
