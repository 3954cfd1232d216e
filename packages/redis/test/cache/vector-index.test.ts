import { afterEach, describe, expect, it } from 'vitest'
import { redisVectorIndex } from '../../src/cache.ts'
import type { RedisClient } from '../../src/index.ts'
import { isServerMissing } from '../servers/server-program.ts'
import { ownPrefix, serverKinds } from './open-clients.ts'

const opened: RedisClient[] = []
afterEach(() => Promise.all(opened.splice(0).map((client) => client.close())))

/** The client, and the names of the commands that were sent by it. */
function watched(client: RedisClient): { readonly client: RedisClient; readonly sent: string[] } {
  const sent: string[] = []
  return {
    sent,
    client: {
      isCluster: client.isCluster,
      command: (name, args) => {
        sent.push(name)
        return client.command(name, args)
      },
      run: (script, input) => {
        sent.push('script')
        return client.run(script, input)
      },
      subscribe: (channel, subscriber) => client.subscribe(channel, subscriber),
      close: () => client.close(),
    },
  }
}

const vector = Float32Array.of(1, 0)
const hourMs = 3_600_000

for (const { title, program, hasVectorSets, open } of serverKinds) {
  describe.skipIf(isServerMissing(program))(`on ${title}`, () => {
    const start = async () => {
      const client = await open()
      opened.push(client)
      return { ...watched(client), prefix: ownPrefix(), now: Date.now() }
    }

    it('finds out once whether there are vector sets, and says so', async () => {
      const { client, sent, prefix, now } = await start()
      const index = redisVectorIndex({ client, prefix })
      expect(index.supports.vectorSets).toBeUndefined()
      const search = () => index.search('b', vector, { now, limit: 1, floor: 0 })
      await Promise.all([search(), index.add('b', 'x', vector, now + hourMs, { now }), search()])
      expect(index.supports).toEqual({ approximate: true, persistent: true, vectorSets: hasVectorSets })
      expect(await search()).toEqual([{ id: 'x', similarity: expect.closeTo(1, 2) }])
      expect(sent.filter((name) => name !== 'script')).toEqual(['VCARD'])
    })

    it('takes one round trip to search and one to add', async () => {
      const { client, sent, prefix, now } = await start()
      const index = redisVectorIndex({ client, prefix, vectorSets: hasVectorSets })
      await index.add('b', 'x', vector, now + hourMs, { now })
      await index.search('b', vector, { now, limit: 1, floor: 0 })
      await index.search('b', vector, { now, limit: 1, floor: 0 })
      expect(sent).toEqual(['script', 'script', 'script'])
    })

    it('reads what others have added in pages, once for all who search meanwhile', async () => {
      const { client, sent, prefix, now } = await start()
      const writer = redisVectorIndex({ client, prefix, vectorSets: false })
      const angle = (n: number): Float32Array =>
        Float32Array.from({ length: 16 }, (_, k) => Math.sin((n + 1) * (k + 1.7) * 12.9898))
      for (let first = 0; first < 1_200; first += 100) {
        const ids = Array.from({ length: 100 }, (_, n) => first + n)
        await Promise.all(ids.map((n) => writer.add('b', `${n}`, angle(n), now + hourMs, { now })))
      }
      sent.length = 0
      const reader = redisVectorIndex({ client, prefix, vectorSets: false })
      const search = (n: number) => reader.search('b', angle(n), { now, limit: 1, floor: 0.9 })
      const found = await Promise.all(Array.from({ length: 10 }, (_, n) => search(n * 100)))
      expect(found.map(([best]) => best?.id)).toEqual(Array.from({ length: 10 }, (_, n) => `${n * 100}`))
      expect(sent.length).toBeLessThanOrEqual(10 + 3)
      await writer.remove('b', ['100'], { now })
      expect((await search(100)).map(({ id }) => id)).not.toContain('100')
    })

    it('keeps nothing when all of it was deleted, and begins anew', async () => {
      const { client, prefix, now } = await start()
      const [one, two] = [0, 1].map(() => redisVectorIndex({ client, prefix }))
      const search = () => two?.search('b', vector, { now, limit: 5, floor: 0 })
      await one?.add('b', 'lost', vector, now + hourMs, { now })
      expect(await search()).toHaveLength(1)
      for (const key of await keysOf(client, prefix)) await client.command('DEL', [key])
      expect(await search()).toEqual([])
      await one?.add('b', 'new', vector, now + hourMs, { now })
      expect((await search())?.map(({ id }) => id)).toEqual(['new'])
    })

    it('leaves nothing behind when the last vector is removed or over', async () => {
      const { client, prefix, now } = await start()
      const index = redisVectorIndex({ client, prefix })
      for (const id of ['x', 'y']) await index.add('b', id, vector, now + 30, { now })
      await index.add('c', 'x', vector, now + hourMs, { now })
      await index.add('c', 'x', vector, now - 1, { now })
      await new Promise((resolve) => void setTimeout(resolve, 60))
      const left = await Promise.all((await keysOf(client, prefix)).map((key) => client.command('PTTL', [key])))
      expect(left.every((ttl) => typeof ttl === 'number' && ttl > 0 && ttl <= hourMs)).toBe(true)
      expect(await index.search('c', vector, { now: Date.now(), limit: 1, floor: 0 })).toEqual([])
    })
  })
}

/** The keys of this test, as far as they can be known: a Cluster has no list of all. */
async function keysOf(client: RedisClient, prefix: string): Promise<readonly string[]> {
  const { nameOf } = await import('../../src/cache/stored-names.ts')
  const tags = ['b', 'c'].map((bucket) => `${prefix}vectors:{${nameOf(bucket)}}`)
  const keys = tags.flatMap((tag) => ['set', 'ends', 'log', 'changes', 'log-ends'].map((part) => `${tag}:${part}`))
  const found = await Promise.all(keys.map((key) => client.command('EXISTS', [key])))
  return keys.filter((_, index) => found[index] === 1)
}
