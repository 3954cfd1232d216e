import { afterEach, describe, expect, it } from 'vitest'
import { openRedis, type RedisClient, redisScript } from '../../src/index.ts'
import { isOpensslMissing, isServerMissing } from '../servers/server-program.ts'
import { sharedCluster, sharedRedis } from '../servers/shared-redis.ts'
import { startRedis } from '../servers/start-redis.ts'
import { tcpProxy } from '../servers/tcp-proxy.ts'
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

async function own(options: Parameters<typeof startRedis>[0] = {}) {
  const server = await startRedis(options)
  cleanups.push(() => server[Symbol.asyncDispose]())
  return server
}

async function proxied() {
  const proxy = await tcpProxy(await sharedRedis())
  cleanups.push(() => proxy[Symbol.asyncDispose]())
  const client = open({ url: proxy.url })
  await client.command('PING', [])
  return { proxy, client }
}

/** How a call fails, and how long it takes to. */
async function failure(call: Promise<unknown>): Promise<{ readonly error: unknown; readonly ms: number }> {
  const startedAt = performance.now()
  const error = await call.then(
    () => undefined,
    (caught: unknown) => caught,
  )
  return { error, ms: performance.now() - startedAt }
}

let keys = 0
const ownKey = (): string => {
  keys += 1
  return `connections-${process.pid}-${keys}`
}

describe.skipIf(isServerMissing('redis'))('a network that fails', () => {
  it('is away at once where it refuses, and back as soon as it does not', async () => {
    const { proxy, client } = await proxied()
    await proxy.refuse()
    await waitUntil('the client knows', async () => (await failure(client.command('PING', []))).ms < 50)
    const { error } = await failure(client.command('PING', []))
    expect(error).toMatchObject({ name: 'RedisError', code: 'away' })
    await proxy.heal()
    await waitUntil('it is back', async () => (await client.command('PING', [])) === 'PONG')
  })

  it('takes no longer than the time limit where it swallows everything', async () => {
    const { proxy, client } = await proxied()
    proxy.blackHole()
    const { error, ms } = await failure(client.command('PING', []))
    expect(error).toMatchObject({ code: 'timeout' })
    // the call was made a moment before it is timed
    expect(ms).toBeGreaterThan(200)
    await proxy.heal()
    await waitUntil('it is back', async () => (await client.command('PING', [])) === 'PONG')
  })

  it('sends nothing twice when an answer is cut off', async () => {
    const { proxy, client } = await proxied()
    const key = ownKey()
    proxy.cut()
    const { error } = await failure(client.command('INCR', [key]))
    expect(error).toMatchObject({ code: 'away' })
    await waitUntil('it is back', async () => (await client.command('PING', [])) === 'PONG')
    await new Promise((resolve) => void setTimeout(resolve, 100))
    expect(await client.command('GET', [key])).toBe('1')
  })

  it('does not matter to answers that are late, but in time', async () => {
    const { proxy, client } = await proxied()
    proxy.delay(80)
    expect(await Promise.all([client.command('PING', []), client.command('PING', [])])).toEqual(['PONG', 'PONG'])
  })

  it('is away, with the reason, where nobody listens from the start', async () => {
    const server = await own({ password: 's3cretive' })
    await server.kill()
    const client = open({ url: server.url })
    const { error, ms } = await failure(client.command('PING', []))
    expect(error).toMatchObject({ code: 'away' })
    expect(String(error)).toContain('ECONNREFUSED')
    expect(String(error)).not.toContain('s3cretive')
    expect(ms).toBeLessThan(250)
    await server.restart()
    await waitUntil('it is there', () => client.command('PING', []).then((reply) => reply === 'PONG'))
  })
})

describe.skipIf(isServerMissing('redis'))('who asks', () => {
  it('is a user with the rights of the server, named in the URL or beside it', async () => {
    const server = await own({ users: ['worker on >s3cretive ~app:* &app:* +@all -@dangerous'] })
    const address = `127.0.0.1:${server.port}`
    for (const client of [
      open({ url: `redis://worker:s3cretive@${address}` }),
      open({ url: `redis://${address}`, username: 'worker', password: 's3cretive' }),
    ]) {
      expect(await client.command('SET', ['app:a', 1])).toBe('OK')
      await new Promise<void>((onReady) => {
        client.subscribe('app:news', { onMessage() {}, onReady })
      })
      const { error } = await failure(client.command('SET', ['other', 1]))
      expect(error).toMatchObject({ code: 'reply', reply: 'NOPERM' })
      expect(String(error)).not.toContain('s3cretive')
    }
  })

  it('is told NOAUTH without a password, also where the server hangs up on so long a command', async () => {
    const server = await own({ password: 's3cretive' })
    const client = open({ url: `redis://${server.host}:${server.port}` })
    const script = redisScript('return 1')
    const ask = () => client.run(script, { keys: ['a'], args: Array.from({ length: 20 }, () => 'word') })
    for (let round = 0; round < 3; round += 1) {
      const answers = await Promise.all([1, 2, 3].map(() => failure(ask())))
      for (const { error } of answers) expect(String(error)).toMatch(/NOAUTH|unauthenticated/)
      await new Promise((resolve) => void setTimeout(resolve, 100))
    }
    expect(String((await failure(ask())).error)).not.toContain('s3cretive')
  })

  it('is connected anew once when a server has become a replica, however many calls it has refused', async () => {
    const server = await own()
    const client = open({ url: server.url })
    const write = () => client.command('SET', [ownKey(), 1])
    await write()
    const warnings: Error[] = []
    const warn = (warning: Error): void => void warnings.push(warning)
    process.on('warning', warn)
    cleanups.push(() => process.off('warning', warn))
    await client.command('REPLICAOF', ['127.0.0.1', 1])
    for (let round = 0; round < 3; round += 1) {
      const answers = await Promise.all(Array.from({ length: 50 }, () => failure(write())))
      for (const { error } of answers) expect(String(error)).toContain('READONLY')
      await waitUntil('it is connected', async () => (await client.command('PING', [])) === 'PONG')
    }
    await client.command('REPLICAOF', ['NO', 'ONE'])
    expect(await write()).toBe('OK')
    expect(warnings).toEqual([])
  })

  it.skipIf(isOpensslMissing())('may speak TLS, and refuses a server that it does not trust', async () => {
    const server = await own({ tls: true, password: 's3cretive' })
    const client = open({ url: server.url, tls: { ca: server.ca } })
    expect(await client.command('PING', [])).toBe('PONG')
    await new Promise<void>((onReady) => {
      client.subscribe('news', { onMessage() {}, onReady })
    })
    const { error } = await failure(open({ url: server.url }).command('PING', []))
    expect(error).toMatchObject({ code: 'away' })
    expect(String(error)).toMatch(/certificate/)
    expect(String(error)).not.toContain('s3cretive')
  })

  it('may choose a database', async () => {
    const { url } = await sharedRedis()
    const key = ownKey()
    const [two, named] = [open({ url: `${url}/2` }), open({ url, db: 2 })]
    await two.command('SET', [key, 'a'])
    expect(await named.command('GET', [key])).toBe('a')
    expect(await open({ url }).command('GET', [key])).toBeNull()
  })
})

describe.skipIf(isServerMissing('redis'))('a Cluster', () => {
  it('runs scripts where their keys are, and hears on any server what is published on another', async () => {
    const { nodes } = await sharedCluster()
    const client = open({ cluster: nodes.slice(0, 1) })
    expect(client.isCluster).toBe(true)
    const script = redisScript("return redis.call('SET', KEYS[1], ARGV[1])")
    const names = Array.from({ length: 20 }, () => ownKey())
    await Promise.all(names.map((key) => client.run(script, { keys: [key], args: [key] })))
    expect(await Promise.all(names.map((key) => client.command('GET', [key])))).toEqual(names)
    const heard = Promise.withResolvers<string>()
    await new Promise<void>((onReady) => {
      client.subscribe('cluster-news', { onMessage: heard.resolve, onReady })
    })
    const publish = redisScript("return redis.call('PUBLISH', 'cluster-news', KEYS[1])")
    await client.run(publish, { keys: [names[0] ?? ''], args: [] })
    expect(await heard.promise).toBe(names[0])
  })
})

describe('options of openRedis', () => {
  it.each([
    [{}, 'one of url, sentinels and cluster'],
    [{ url: 'redis://a', cluster: [{ host: 'a', port: 1 }] }, 'one of url, sentinels and cluster'],
    [{ url: 'http://user:s3cretive@host' }, 'url must be redis://'],
    [{ url: 'redis://user:s3cretive@:x' }, 'url must be redis://'],
    [{ url: 'redis://user:s3cretive@host/0?a=b' }, 'url must be redis://'],
    [{ url: 'redis://user:s3cretive%@host' }, 'percent-encoded'],
    [{ url: 7 }, 'url must be redis://'],
    [{ cluster: [] }, 'cluster must be a list'],
    [{ cluster: [{ host: 'a' }] }, 'cluster must be a list'],
    [{ cluster: [{ host: 'a', port: 1 }], db: 1 }, 'db must be 0'],
    [{ sentinels: { name: 'a', addresses: [] } }, 'sentinels.addresses must be a list'],
    [{ sentinels: { addresses: [{ host: 'a', port: 1 }] } }, 'sentinels.name must be a string'],
    [{ url: 'redis://a', db: -1 }, 'db must be an integer >= 0'],
    [{ url: 'redis://a', commandTimeoutMs: 0 }, 'commandTimeoutMs must be a number > 0'],
    [{ url: 'redis://a', s3cret: 's3cretive' }, "unknown option 's3cret'"],
  ])('are refused with their name, and never shown: %#', (options, message) => {
    const thrown = (() => {
      try {
        return openRedis(options as never)
      } catch (error) {
        return error
      }
    })()
    expect(String(thrown)).toContain(message)
    expect(`${String(thrown)} ${JSON.stringify(thrown)}`).not.toContain('s3cretive')
  })
})
