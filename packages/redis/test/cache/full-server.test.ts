import { afterEach, describe, expect, it } from 'vitest'
import { redisCacheStore } from '../../src/cache.ts'
import { openRedis, type RedisClient } from '../../src/index.ts'
import { isServerMissing, type ServerName } from '../servers/server-program.ts'
import { startRedis } from '../servers/start-redis.ts'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup()
})

const servers: readonly [ServerName, 7 | 8][] = [
  ['redis', 7],
  ['redis8', 8],
]
const key = { partition: 'p', key: 'k' }
const entry = (now: number) => ({ id: 'old', value: 'old', storedAt: now, expiresAt: now + 60_000, tags: ['t'] })

for (const [program, version] of servers) {
  describe.skipIf(isServerMissing(program))(`a server of Redis ${version} that is full and evicts nothing`, () => {
    const start = async () => {
      const server = await startRedis({ version, configuration: ['maxmemory-policy noeviction'] })
      cleanups.push(() => server[Symbol.asyncDispose]())
      const options = { url: server.url, commandTimeoutMs: 2_000 }
      const [one, two] = [openRedis(options), openRedis(options)] as const
      cleanups.push(() => Promise.all([one.close(), two.close()]))
      const now = Date.now()
      const [writer, reader] = [redisCacheStore({ client: one }), redisCacheStore({ client: two })]
      await writer.set(key, entry(now), {}, { now })
      expect(await reader.get(key, { now })).toEqual(entry(now))
      return { client: one, writer, reader, now }
    }
    const fill = (client: RedisClient) => client.command('CONFIG', ['SET', 'maxmemory', 1])

    it('still takes the invalidation of a tag, which another process sees', async () => {
      const { client, writer, reader, now } = await start()
      await fill(client)
      await expect(writer.set(key, entry(now), {}, { now })).rejects.toThrow(/OOM/)
      expect(await reader.get(key, { now })).toEqual(entry(now))
      expect(await writer.invalidate('p', ['t'], { now })).toBeGreaterThan(0)
      expect(await reader.get(key, { now })).toBeUndefined()
    })

    it.each([
      ['of a tag', ['t']],
      ['of everything', undefined],
    ])('still takes a purge %s', async (_what, tags) => {
      const { client, writer, reader, now } = await start()
      await fill(client)
      await writer.purge(tags, { now })
      expect(await reader.get(key, { now })).toBeUndefined()
    })
  })
}
