import { testCacheStore, testVectorIndex } from '@headrace/testing'
import { afterAll, describe, it } from 'vitest'
import { redisCacheStore, redisVectorIndex } from '../../src/cache.ts'
import type { RedisClient } from '../../src/index.ts'
import { isServerMissing } from '../servers/server-program.ts'
import { ownPrefix, serverKinds } from './open-clients.ts'

for (const { title, program, hasVectorSets, open } of serverKinds) {
  describe.skipIf(isServerMissing(program))(`on ${title}`, () => {
    const clients: RedisClient[] = []
    const client = async (index: number): Promise<RedisClient> => {
      clients[index] ??= await open()
      return clients[index]
    }
    afterAll(() => Promise.all(clients.map((one) => one.close())))

    testCacheStore(
      {
        clock: 'server',
        async create() {
          const [one, two, prefix] = [await client(0), await client(1), ownPrefix()]
          return {
            store: redisCacheStore({ client: one, prefix }),
            reopen: () => redisCacheStore({ client: two, prefix }),
          }
        },
      },
      { describe, it },
    )

    for (const vectorSets of hasVectorSets ? [true, false] : [undefined]) {
      testVectorIndex(
        {
          title: vectorSets === true ? 'VectorIndex in vector sets' : 'VectorIndex in a log',
          clock: 'server',
          async create() {
            const [one, two, prefix] = [await client(0), await client(1), ownPrefix()]
            return {
              store: redisVectorIndex({ client: one, prefix, vectorSets }),
              reopen: () => redisVectorIndex({ client: two, prefix, vectorSets }),
            }
          },
        },
        { describe, it },
      )
    }
  })
}
