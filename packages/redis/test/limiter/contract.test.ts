import { redisLimiter } from '@headrace/redis/limiter'
import { testLimiter } from '@headrace/testing'
import { afterAll, describe, it } from 'vitest'
import type { RedisClient } from '../../src/index.ts'
import { ownPrefix, serverKinds } from '../cache/open-clients.ts'
import { isServerMissing } from '../servers/server-program.ts'

for (const { title, program, open } of serverKinds) {
  describe.skipIf(isServerMissing(program))(`on ${title}`, () => {
    const clients: RedisClient[] = []
    const client = async (index: number): Promise<RedisClient> => {
      clients[index] ??= await open()
      return clients[index]
    }
    afterAll(() => Promise.all(clients.map((one) => one.close())))

    testLimiter(
      {
        clock: 'server',
        async create() {
          const [one, two, prefix] = [await client(0), await client(1), ownPrefix()]
          return {
            store: redisLimiter({ client: one, prefix }),
            reopen: () => redisLimiter({ client: two, prefix }),
          }
        },
      },
      { describe, it },
    )
  })
}
