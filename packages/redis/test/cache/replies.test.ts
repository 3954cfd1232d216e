import { createServer, type Server } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { nameOf } from '../../src/cache/stored-names.ts'
import { redisCacheStore, redisVectorIndex } from '../../src/cache.ts'
import { openRedis, type RedisClient } from '../../src/index.ts'
import { isServerMissing } from '../servers/server-program.ts'
import { sharedRedis } from '../servers/shared-redis.ts'
import { startRedis } from '../servers/start-redis.ts'
import { waitUntil } from '../servers/wait-until.ts'
import { ownPrefix } from './open-clients.ts'
import { runCached } from './run-cached.ts'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup()
})

function open(options: Parameters<typeof openRedis>[0]): RedisClient {
  const client = openRedis(options)
  cleanups.push(() => client.close())
  return client
}

/** A server of one's own; without persistence. */
async function own(options: Parameters<typeof startRedis>[0] = {}) {
  const server = await startRedis(options)
  cleanups.push(() => server[Symbol.asyncDispose]())
  return server
}

const entry = (id: string, now: number) => ({ id, value: id, storedAt: now, expiresAt: now + 60_000 })
const key = { partition: 'p', key: 'k' }

/** The key of the one entry that is kept under the prefix. */
async function entryKey(client: RedisClient, prefix: string): Promise<string> {
  const [found] = (await client.command('KEYS', [`${prefix}cache:*:entry:*`])) as readonly string[]
  return found ?? ''
}

describe.skipIf(isServerMissing('redis'))('what is found in Redis', () => {
  const start = async () => {
    const client = open({ url: (await sharedRedis()).url, commandTimeoutMs: 2_000 })
    const prefix = ownPrefix()
    return { client, prefix, store: redisCacheStore({ client, prefix }), now: Date.now() }
  }

  it.each([
    ['text of somebody else', () => 'hello'],
    ['another version', (raw: string) => raw.replace('headrace1', 'headrace2')],
    ['half of it', (raw: string) => raw.slice(0, -5)],
    ['no JSON', (raw: string) => raw.replace(/\n.*/, '\nprocess.exit()')],
    ['JSON of something else', (raw: string) => raw.replace(/\n.*/, '\n{"id":7}')],
    ['tags that are no texts', (raw: string) => raw.replace('"value"', '"tags":[{}],"value"')],
  ])('is refused where it is none of ours, without being shown: %s', async (_what, change) => {
    const { client, prefix, store, now } = await start()
    await store.set(key, entry('secret', now), {}, { now })
    const place = await entryKey(client, prefix)
    const raw = String(await client.command('GET', [place]))
    await client.command('SET', [place, change(raw)])
    const error = await Promise.resolve(store.get(key, { now })).catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(Error)
    expect(String(error)).not.toMatch(/secret|hello|exit/)
    expect(await store.epoch('p', [], { now })).toBeGreaterThan(0)
    expect(await store.set(key, entry('again', now), {}, { now })).toBe(true)
    expect(await store.get(key, { now })).toEqual(entry('again', now))
  })

  it('is a miss and a store-error for a runtime, and replaced by what the tool gives', async () => {
    const { client } = await start()
    const { price, prefix, errors, runtime } = runCached(client)
    expect((await price('a')).run).toBe(1)
    await waitUntil('the entry is kept', async () => (await entryKey(client, prefix)) !== '')
    await client.command('SET', [await entryKey(client, prefix), '\0\xff{}'])
    expect((await price('a')).run).toBe(2)
    expect(errors.map(String)).toEqual([expect.stringContaining('none of ours')])
    await waitUntil('the entry is replaced', async () => (await price('a')).run === 2)
    await runtime.close()
  })

  it('counts as nothing where it is of another type, and is replaced', async () => {
    const { client, prefix, store, now } = await start()
    await store.set(key, entry('1', now), {}, { now })
    const place = await entryKey(client, prefix)
    await client.command('DEL', [place])
    await client.command('RPUSH', [place, 'a'])
    expect(await store.get(key, { now })).toBeUndefined()
    expect(await store.set(key, entry('2', now), {}, { now })).toBe(true)
    expect((await store.get(key, { now }))?.id).toBe('2')
  })

  it('is refused with WRONGTYPE where epochs, tags, leases or vectors should be', async () => {
    const { client, prefix, store, now } = await start()
    const wrong = { name: 'RedisError', code: 'reply', reply: 'WRONGTYPE' }
    const group = `${prefix}cache:{${nameOf('p').charAt(0)}}`
    for (const name of [`${group}:epoch`, `${group}:lease:${nameOf(nameOf('p'), 'k')}`])
      await client.command('RPUSH', [name, 'a'])
    await expect(store.get(key, { now })).rejects.toMatchObject(wrong)
    await expect(store.epoch('p', [], { now })).rejects.toMatchObject(wrong)
    await expect(store.invalidate('p', ['x'], { now })).rejects.toMatchObject(wrong)
    await expect(store.release(key, 'token', { now })).rejects.toMatchObject(wrong)
    const index = redisVectorIndex({ client, prefix, vectorSets: false })
    await client.command('SET', [`${prefix}vectors:{${nameOf('b')}}:changes`, 'a'])
    await client.command('HSET', [`${prefix}vectors:{${nameOf('b')}}:log`, '#', 'a'])
    const search = index.search('b', Float32Array.of(1), { now, limit: 1, floor: 0 })
    await expect(search).rejects.toMatchObject(wrong)
  })

  it('is passed over after it was told once, where it is a vector of something else', async () => {
    const { client, prefix, now } = await start()
    const index = redisVectorIndex({ client, prefix, vectorSets: false })
    const options = { now, limit: 5, floor: 0 }
    await index.add('b', 'good', Float32Array.of(1, 0), now + 60_000, { now })
    await index.add('b', 'long', Float32Array.of(1, 0), now + 60_000, { now })
    await client.command('HSET', [`${prefix}vectors:{${nameOf('b')}}:log`, '"long"', `${now + 60_000} AAA=`])
    await expect(index.search('b', Float32Array.of(1, 0), options)).rejects.toThrow('broken')
    expect((await index.search('b', Float32Array.of(1, 0), options)).map(({ id }) => id)).toEqual(['good'])
  })

  it('is not trusted after the epochs were lost: no entry and no write from before', async () => {
    const { client, prefix, store, now } = await start()
    const before = await store.epoch('p', [], { now })
    await store.set(key, { ...entry('1', now), tags: ['x'] }, {}, { now })
    await store.invalidate('q', ['y'], { now })
    for (const lost of (await client.command('KEYS', [`${prefix}cache:*:epoch`])) as readonly string[]) {
      await client.command('DEL', [lost])
    }
    expect(await store.get(key, { now })).toBeUndefined()
    expect(await store.set(key, entry('2', now), { epoch: before }, { now })).toBe(false)
    expect(await store.set(key, entry('3', now), { epoch: await store.epoch('p', [], { now }) }, { now })).toBe(true)
  })

  it('is not trusted after the tags were lost, as far as it has some', async () => {
    const { client, prefix, store, now } = await start()
    const tagged = { ...entry('1', now), tags: ['x'] }
    const before = await store.epoch('p', [], { now })
    await store.set(key, tagged, {}, { now })
    await store.set({ ...key, key: 'plain' }, entry('2', now), {}, { now })
    await store.invalidate('p', ['x'], { now })
    for (const lost of (await client.command('KEYS', [`${prefix}cache:*:tags`])) as readonly string[]) {
      await client.command('DEL', [lost])
    }
    expect(await store.get(key, { now })).toBeUndefined()
    expect(await store.set(key, tagged, { epoch: before }, { now })).toBe(false)
    expect((await store.get({ ...key, key: 'plain' }, { now }))?.id).toBe('2')
  })

  it('is forgotten when too many tags are known, and nothing wrong is given then', async () => {
    const { store, now } = await start()
    const before = await store.epoch('p', [], { now })
    await store.set(key, { ...entry('1', now), tags: ['x'] }, {}, { now })
    await store.invalidate('p', ['x'], { now })
    for (let first = 0; first < 6_000; first += 1_000) {
      await store.invalidate(
        'p',
        Array.from({ length: 1_000 }, (_, index) => `tag ${first + index}`),
        { now },
      )
    }
    expect(await store.set(key, { ...entry('1', now), tags: ['x'] }, { epoch: before }, { now })).toBe(false)
    expect(await store.get(key, { now })).toBeUndefined()
    await store.set(key, { ...entry('2', now), tags: ['x'] }, {}, { now })
    expect((await store.get(key, { now }))?.id).toBe('2')
  })

  it.each([Number.MAX_VALUE, 1e19])(
    'is there when its time ends at %d, which is no moment for a server',
    async (end) => {
      const { store, now } = await start()
      const endless = { ...entry('1', now), expiresAt: end }
      expect(await store.set(key, endless, {}, { now })).toBe(true)
      expect(await store.get(key, { now })).toEqual(endless)
    },
  )

  it('is read by scripts again after the server has forgotten them', async () => {
    const { client, store, now } = await start()
    await store.set(key, entry('1', now), {}, { now })
    await client.command('SCRIPT', ['FLUSH'])
    const answers = [store.get(key, { now }), store.lease(key, 1_000, { now }), store.invalidate('p', ['x'], { now })]
    expect(await Promise.all(answers)).toEqual([entry('1', now), { token: expect.any(String) }, expect.any(Number)])
  })

  it('is told by the clock of whoever reads, when clocks differ by minutes', async () => {
    const { client, prefix, store } = await start()
    const late = 600_000
    const now = Date.now()
    await store.set(key, { ...entry('1', now), staleUntil: now + 90_000 }, {}, { now })
    const other = redisCacheStore({ client, prefix })
    for (let look = 0; look < 2; look += 1) {
      const found = await other.get(key, { now: now + late })
      expect(found?.expiresAt).toBeGreaterThan(now + late + 55_000)
      expect(found?.expiresAt).toBeLessThan(now + late + 65_000)
      expect((found?.staleUntil ?? 0) - (found?.expiresAt ?? 0)).toBe(30_000)
    }
    await other.set(key, entry('2', now + late), {}, { now: now + late })
    expect(Math.abs(((await store.get(key, { now }))?.expiresAt ?? 0) - now - 60_000)).toBeLessThan(5_000)
  })
})

describe.skipIf(isServerMissing('redis'))('a server that answers with an error fails no call', () => {
  /** Calls through a runtime on such a server; each runs the tool, quickly, and the errors say why. */
  async function holdCalls(client: RedisClient, reply: string): Promise<void> {
    const { price, errors, runtime } = runCached(client)
    for (let call = 1; call <= 3; call += 1) {
      const { run, ms } = await price('a')
      expect(run).toBe(call)
      expect(ms).toBeLessThan(200)
    }
    await waitUntil('the errors are told', () => errors.length > 0)
    expect(errors[0]).toMatchObject({ code: 'reply', reply })
    // after READONLY it connects anew
    for (const error of errors) expect(String(error)).toContain(reply)
    await runtime.close()
  }

  it('OOM', async () => {
    const server = await own({ configuration: ['maxmemory 1', 'maxmemory-policy noeviction'] })
    await holdCalls(open({ url: server.url }), 'OOM')
  })

  it('READONLY, and it looks for another master', async () => {
    const server = await own({ configuration: ['replicaof 127.0.0.1 1', 'replica-serve-stale-data yes'] })
    await holdCalls(open({ url: server.url }), 'READONLY')
  })

  it('MASTERDOWN', async () => {
    const server = await own({ configuration: ['replicaof 127.0.0.1 1', 'replica-serve-stale-data no'] })
    await holdCalls(open({ url: server.url }), 'MASTERDOWN')
  })

  it('NOAUTH, and a wrong password is not shown', async () => {
    const server = await own({ password: 'right' })
    const url = `redis://127.0.0.1:${server.port}`
    await holdCalls(open({ url }), 'NOAUTH')
    const wrong = open({ url: `redis://:s3cretive@127.0.0.1:${server.port}` })
    const error = await wrong.command('PING', []).catch((caught: unknown) => caught)
    expect(error).toMatchObject({ name: 'RedisError' })
    expect(`${String(error)} ${JSON.stringify(error)} ${(error as Error).stack}`).not.toContain('s3cretive')
    expect(String(error)).toMatch(/WRONGPASS|NOAUTH/)
  })

  it('NOPERM, for a user that may do nothing', async () => {
    const server = await own({ users: ['nobody on >pass -@all'] })
    await holdCalls(open({ url: `redis://nobody:pass@127.0.0.1:${server.port}` }), 'NOPERM')
  })

  it('LOADING, as one says that is not ready', async () => {
    const loading: Server = createServer((socket) => {
      socket.on('error', () => {})
      socket.on('data', (bytes) => {
        const commands = bytes.toString('latin1').match(/(^|\n)\*\d+\r/g)?.length ?? 1
        socket.write('-LOADING Redis is loading the dataset in memory\r\n'.repeat(commands))
      })
    })
    await new Promise<void>((resolve) => void loading.listen(0, '127.0.0.1', resolve))
    cleanups.push(() => loading.close())
    const address = loading.address()
    const port = typeof address === 'object' ? address?.port : undefined
    await holdCalls(open({ url: `redis://127.0.0.1:${port}` }), 'LOADING')
  })
})
