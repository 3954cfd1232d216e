import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { openRedis, type RedisClient, type RedisError, redisScript } from '../../src/index.ts'
import { resources } from '../faults/hold-faults.ts'
import { isServerMissing } from '../servers/server-program.ts'
import { startCluster } from '../servers/start-cluster.ts'
import { startRedis } from '../servers/start-redis.ts'
import { startSentinel } from '../servers/start-sentinel.ts'
import { waitUntil } from '../servers/wait-until.ts'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup()
})

function open(options: Parameters<typeof openRedis>[0]): RedisClient {
  const client = openRedis(options)
  cleanups.push(() => client.close())
  return client
}

/** Asks every few milliseconds until told to end; gives how the questions failed and how long the slowest took. */
function askOn(client: RedisClient, ask: (client: RedisClient) => Promise<unknown>) {
  const errors: RedisError[] = []
  const stop = new AbortController()
  let [slowestMs, asked] = [0, 0]
  const asking = (async () => {
    while (!stop.signal.aborted) {
      const startedAt = performance.now()
      await ask(client).catch((error: RedisError) => errors.push(error))
      slowestMs = Math.max(slowestMs, performance.now() - startedAt)
      asked += 1
      await sleep(5)
    }
  })()
  return async () => {
    stop.abort()
    await asking
    return { errors, slowestMs, asked }
  }
}

const touch = redisScript("return redis.call('SET', KEYS[1], ARGV[1], 'PX', 1000)")
const write = (client: RedisClient) => client.run(touch, { keys: ['{t}a'], args: ['x'] })
/** The limit of 250 ms, and what a busy machine takes. */
const boundMs = 400

describe.skipIf(isServerMissing('redis'))('a client', () => {
  it('gives up a connection that swallows everything, and connects anew', async () => {
    let connections = 0
    const silent = createServer((socket) => {
      connections += 1
      socket.on('error', () => {}).resume()
    })
    await new Promise<void>((resolve) => void silent.listen(0, '127.0.0.1', resolve))
    cleanups.push(() => silent.close())
    const address = silent.address()
    const client = open({ url: `redis://127.0.0.1:${typeof address === 'object' ? address?.port : 0}` })
    const end = askOn(client, write)
    await waitUntil('it has connected again', () => connections > 1, { withinMs: 10_000 })
    expect((await end()).slowestMs).toBeLessThan(boundMs)
  })

  it('loses a bounded time with a server that is paused for 5 s, and goes on with it', async () => {
    const server = await startRedis()
    cleanups.push(() => server[Symbol.asyncDispose]())
    const client = open({ url: server.url })
    await write(client)
    const end = askOn(client, write)
    server.pause()
    await sleep(5_000)
    server.resume()
    await waitUntil('it answers', async () => (await write(client)) === 'OK', { withinMs: 5_000 })
    const { errors, slowestMs } = await end()
    expect(errors.length).toBeGreaterThan(5)
    expect(slowestMs).toBeLessThan(boundMs)
  })

  it('is back soon after a killed server is', async () => {
    const server = await startRedis()
    cleanups.push(() => server[Symbol.asyncDispose]())
    const client = open({ url: server.url })
    await write(client)
    for (let round = 0; round < 5; round += 1) {
      const end = askOn(client, write)
      await server.kill()
      await sleep(200)
      await server.restart()
      const backAt = performance.now()
      await waitUntil('it answers', async () => (await write(client)) === 'OK', { withinMs: 3_000 })
      expect(performance.now() - backAt).toBeLessThan(1_500)
      const { errors, slowestMs } = await end()
      expect(slowestMs).toBeLessThan(boundMs)
      for (const { code } of errors) expect(['away', 'timeout']).toContain(code)
    }
  })

  it('writes on after a failover of sentinels', async () => {
    const { name, sentinels, master, ...set } = await startSentinel()
    cleanups.push(() => set[Symbol.asyncDispose]())
    const client = open({ sentinels: { name, addresses: sentinels } })
    await waitUntil('it writes', async () => (await write(client)) === 'OK')
    let ready = 0
    const onReady = (): void => {
      ready += 1
    }
    const end = client.subscribe('news', { onMessage() {}, onReady })
    await waitUntil('it listens', () => ready === 1)
    const stop = askOn(client, write)
    await master.kill()
    const startedAt = performance.now()
    await sleep(500)
    await waitUntil('it writes', async () => (await write(client)) === 'OK', { withinMs: 20_000 })
    expect(performance.now() - startedAt).toBeLessThan(15_000)
    await waitUntil('it listens again', () => ready > 1)
    expect((await stop()).slowestMs).toBeLessThan(boundMs)
    end()
  })

  it('follows a slot that moves to another server of a Cluster', async () => {
    const cluster = await startCluster()
    cleanups.push(() => cluster[Symbol.asyncDispose]())
    const client = open({ cluster: cluster.nodes })
    await write(client)
    const slot = Number(await client.command('CLUSTER', ['KEYSLOT', '{t}a']))
    const end = askOn(client, write)
    for (const node of [cluster.nodes[0], cluster.nodes[1], cluster.nodes[2]]) {
      await cluster.moveSlot(slot, node).catch((error: unknown) => {
        if (!String(error).includes('cannot be moved')) throw error
      })
      await sleep(100)
    }
    const { errors, asked, slowestMs } = await end()
    expect(errors.map(String)).toEqual([])
    expect(asked).toBeGreaterThan(20)
    expect(slowestMs).toBeLessThan(boundMs)
  })

  it('leaves nothing behind when it is closed while nobody in a Cluster tells who has which slot', async () => {
    const cluster = await startCluster()
    cleanups.push(() => cluster[Symbol.asyncDispose]())
    const before = resources()
    const client = openRedis({ cluster: cluster.nodes })
    await waitUntil('it writes', async () => (await write(client)) === 'OK')
    for (const node of cluster.nodes) node.pause()
    await sleep(2_500) // it asks every two seconds, and waits for a second
    await client.close()
    await sleep(1_000)
    for (const node of cluster.nodes) node.resume()
    // a poll of vitest has a timer of its own
    const isQuiet = (): boolean => resources().length <= before.length
    await waitUntil('no more than before', isQuiet, { withinMs: 6_000 })
    expect(isQuiet()).toBe(true)
  })

  it('says which password a Cluster wants, and shows none', async () => {
    const cluster = await startCluster()
    cleanups.push(() => cluster[Symbol.asyncDispose]())
    for (const node of cluster.nodes) {
      const admin = open({ url: node.url })
      await admin.command('CONFIG', ['SET', 'requirepass', 's3cretive'])
    }
    const nodes = { cluster: cluster.nodes }
    const clients = [open(nodes), open({ ...nodes, password: '0ther-s3cret' })]
    const texts: string[] = []
    const end = clients.map((client) => askOn(client, write))
    await sleep(500)
    for (const [index, stop] of end.entries()) {
      const { errors, slowestMs } = await stop()
      expect(slowestMs).toBeLessThan(boundMs)
      texts.push(...errors.map(String))
      expect(String(errors.at(-1))).toContain(['NOAUTH', 'WRONGPASS'][index])
    }
    expect(texts.filter((text) => /s3cret/.test(text))).toEqual([])
    const right = open({ ...nodes, password: 's3cretive' })
    await waitUntil('it writes', async () => (await write(right)) === 'OK')
  })

  it('fails only what belongs to a server of a Cluster that is gone', async () => {
    const cluster = await startCluster()
    cleanups.push(() => cluster[Symbol.asyncDispose]())
    // the others would refuse too, since the Cluster is not whole
    for (const node of cluster.nodes) {
      const admin = open({ url: node.url })
      await admin.command('CONFIG', ['SET', 'cluster-require-full-coverage', 'no'])
    }
    const client = open({ cluster: cluster.nodes })
    const place = async (key: string): Promise<number> => Number(await client.command('CLUSTER', ['KEYSLOT', key]))
    const keys = Array.from({ length: 30 }, (_, index) => `{${index}}`)
    const slots = await Promise.all(keys.map(place))
    await Promise.all(keys.map((key) => client.command('SET', [key, 'x'])))
    await cluster.nodes[0].kill()
    await sleep(300)
    for (const [index, key] of keys.entries()) {
      const startedAt = performance.now()
      const reply = await client.command('GET', [key]).catch((error: RedisError) => error.code)
      expect(performance.now() - startedAt).toBeLessThan(boundMs)
      const isGone = (slots[index] ?? 0) < Math.floor(16_384 / 3)
      expect(isGone ? ['away', 'timeout', 'reply'] : ['x']).toContain(reply)
    }
  })
})
