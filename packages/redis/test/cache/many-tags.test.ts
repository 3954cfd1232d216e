import { afterAll, describe, expect, it } from 'vitest'
import { CacheKeys } from '../../src/cache/cache-keys.ts'
import { type RedisCacheStore, redisCacheStore } from '../../src/cache.ts'
import { openRedis, type RedisClient } from '../../src/index.ts'
import { isServerMissing } from '../servers/server-program.ts'
import { sharedRedis } from '../servers/shared-redis.ts'
import { ownPrefix } from './open-clients.ts'

const now = () => ({ now: Date.now() })
const key = { partition: 'p', key: 'k' }
const entry = { id: 'id', value: 1, storedAt: Date.now(), expiresAt: Date.now() + 600_000, tags: ['mine'] }

describe.skipIf(isServerMissing('redis'))(
  'a partition with more invalidated tags than are known',
  { timeout: 60_000 },
  () => {
    let client: RedisClient | undefined
    afterAll(() => client?.close())
    const start = async () => {
      client ??= openRedis({ url: (await sharedRedis()).url, commandTimeoutMs: 10_000 })
      const prefix = ownPrefix()
      return { client, store: redisCacheStore({ client, prefix }), place: new CacheKeys(prefix).place('p') }
    }

    let tags = 0
    /** Invalidates so many other tags. */
    async function invalidateOthers(store: RedisCacheStore, count: number): Promise<void> {
      for (let left = count; left > 0; left -= 100) {
        await Promise.all(Array.from({ length: 100 }, () => store.invalidate('p', [`other ${tags++}`], now())))
      }
    }

    it('keeps an entry that is asked for now and then', async () => {
      const { store } = await start()
      await store.set(key, entry, {}, now())
      for (let round = 0; round < 5; round += 1) {
        await invalidateOthers(store, 1_000)
        expect(await store.get(key, now())).toEqual(entry)
      }
    })

    it.each([100, 2_200, 4_500])('forgets no invalidation that %i came after', async (count) => {
      const { store } = await start()
      const epoch = await store.epoch('p', [], now())
      await store.set(key, entry, {}, now())
      await store.invalidate('p', ['mine'], now())
      await invalidateOthers(store, count)
      expect(await store.get(key, now())).toBeUndefined()
      expect(await store.set(key, entry, { epoch }, now())).toBe(false)
    })

    it.each(['tags', 'older'] as const)('forgets no invalidation when the server forgets its %s', async (which) => {
      for (const count of [100, 2_200]) {
        const { client, store, place } = await start()
        await store.set(key, entry, {}, now())
        await store.invalidate('p', ['mine'], now())
        await invalidateOthers(store, count)
        await client.command('DEL', [place[which]])
        expect(await store.get(key, now())).toBeUndefined()
      }
    })

    it('takes what another version knows of tags for lost', async () => {
      const { client, store, place } = await start()
      await store.set(key, entry, {}, now())
      await store.invalidate('p', ['mine'], now())
      await client.command('DEL', [place.tags])
      await client.command('HSET', [place.tags, 'floor', 1])
      expect(await store.get(key, now())).toBeUndefined()
      expect(await store.set(key, entry, {}, now())).toBe(true)
      await store.invalidate('p', ['other'], now())
      expect(await store.get(key, now())).toEqual(entry)
    })

    it('keeps no more than it may', async () => {
      const { client, store, place } = await start()
      await invalidateOthers(store, 7_000)
      const kept = await Promise.all([place.tags, place.older].map((name) => client.command('HLEN', [name])))
      expect(Number(kept[0]) + Number(kept[1])).toBeLessThan(4_200)
      expect(Number(kept[1])).toBeGreaterThan(2_000)
    })
  },
)
