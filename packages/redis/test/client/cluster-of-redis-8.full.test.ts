import { redisBreakerStore } from '@headrace/redis/breaker'
import { redisLimiter } from '@headrace/redis/limiter'
import { testBreakerStore, testCacheStore, testLimiter, testVectorIndex } from '@headrace/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nameOf } from '../../src/cache/stored-names.ts'
import { redisCacheStore, redisVectorIndex } from '../../src/cache.ts'
import { openRedis, type RedisClient } from '../../src/index.ts'
import { ownPrefix } from '../cache/open-clients.ts'
import { beginSlotMove } from '../faults/slot-move.ts'
import { isServerMissing } from '../servers/server-program.ts'
import { type RedisCluster, startCluster } from '../servers/start-cluster.ts'
import { waitUntil } from '../servers/wait-until.ts'

const runner = { describe, it }
const now = Date.now()
const hourMs = 3_600_000

describe.skipIf(isServerMissing('redis8'))('on a Cluster of Redis 8', () => {
  let cluster: RedisCluster
  let clients: readonly [RedisClient, RedisClient]
  beforeAll(async () => {
    cluster = await startCluster({ version: 8 })
    clients = [openRedis({ cluster: cluster.nodes }), openRedis({ cluster: cluster.nodes })]
    for (const client of clients) {
      await waitUntil('the client is there', async () => (await client.command('SET', ['a', 'x'])) === 'OK')
    }
  })
  afterAll(async () => {
    await Promise.all(clients.map((client) => client.close()))
    await cluster[Symbol.asyncDispose]()
  })

  /** A store on one client, and the same again on the other. */
  function twice<Store>(open: (place: { readonly client: RedisClient; readonly prefix: string }) => Store) {
    const prefix = ownPrefix()
    const [client, other] = clients
    return { store: open({ client, prefix }), reopen: () => open({ client: other, prefix }) }
  }

  const clock = 'server'
  for (const vectorSets of [undefined, false]) {
    const title = vectorSets === false ? 'VectorIndex in a log' : 'VectorIndex in vector sets'
    const create = () => twice((place) => redisVectorIndex({ ...place, vectorSets }))
    testVectorIndex({ title, clock, create }, runner)
  }
  testCacheStore({ clock, create: () => twice(redisCacheStore) }, runner)
  testBreakerStore({ clock, create: () => twice(redisBreakerStore) }, runner)
  testLimiter({ clock, create: () => twice(redisLimiter) }, runner)

  it('vector sets are found, and buckets are spread over the nodes, each searched where it is, and where it goes', async () => {
    const prefix = ownPrefix()
    const index = redisVectorIndex({ client: clients[0], prefix })
    const buckets = Array.from({ length: 30 }, (_, n) => `bucket ${n}`)
    const vectorOf = (n: number): Float32Array => Float32Array.of(Math.cos(n), Math.sin(n), 1)
    await Promise.all(buckets.map((name, n) => index.add(name, `vector ${n}`, vectorOf(n), now + hourMs, { now })))
    expect(index.supports.vectorSets).toBe(true)
    const search = (name: string, n: number) => index.search(name, vectorOf(n), { now, limit: 1, floor: 0.9 })
    const found = await Promise.all(buckets.map(search))
    expect(found.map(([best]) => best?.id)).toEqual(buckets.map((_, n) => `vector ${n}`))
    for (const { url } of cluster.nodes) {
      const node = openRedis({ url })
      expect(await node.command('KEYS', [`${prefix}*:set`]), `buckets of ${url}`).not.toEqual([])
      await node.close()
    }
    const slot = Number(await clients[0].command('CLUSTER', ['KEYSLOT', `{${nameOf('bucket 0')}}`]))
    using move = await beginSlotMove(cluster, slot)
    await move.finish()
    expect(await search('bucket 0', 0)).toEqual(found[0])
  })
})
