import { createRuntime, defineTool } from '@headrace/core'
import { jsonSchema } from '@headrace/core/json-schema'
import { openRedis } from '@headrace/redis'
import { redisCacheStore } from '@headrace/redis/cache'
import type { CreateContender } from '../../contender.ts'
import { startRedisServer } from '../../measure/redis-server.ts'

/** Calls of a tool whose results are in Redis, each with tags, as a tool has that reads what others write. */
export const create: CreateContender = () => ({
  hits: async (results) => {
    const { url } = await startRedisServer()
    const client = openRedis({ url })
    const lookUp = defineTool({
      name: 'look_up',
      description: 'Looks up a page',
      inputSchema: jsonSchema<{ page: number }>({ type: 'object', required: ['page'] }),
      annotations: { readOnlyHint: true },
      policy: {
        cache: { ttl: 3_600_000, scope: 'shared', tags: ({ page }: { page: number }) => [`page ${page}`] },
      },
      execute: ({ page }) => results[page],
    })
    const runtime = createRuntime({ tools: [lookUp], cache: redisCacheStore({ client }) })
    const call = (page: number) => runtime.call(lookUp, { page })
    for (const page of results.keys()) {
      while ((await call(page).result()).meta.cache?.layer !== 'exact');
    }
    return call
  },
})
