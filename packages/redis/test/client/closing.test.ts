import { execFile } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { Redis } from 'ioredis'
import { afterEach, describe, expect, it } from 'vitest'
import { ioredisClient, openRedis, type RedisClient } from '../../src/index.ts'
import { isServerMissing } from '../servers/server-program.ts'
import { sharedCluster, sharedRedis } from '../servers/shared-redis.ts'
import { startRedis } from '../servers/start-redis.ts'
import { waitUntil } from '../servers/wait-until.ts'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup()
})

/** How long the client takes to close, which no time limit of its calls may end. */
async function closingMs(client: RedisClient): Promise<number> {
  const startedAt = performance.now()
  await client.close()
  return performance.now() - startedAt
}

const commandTimeoutMs = 5_000

describe.skipIf(isServerMissing('redis'))('a client closes at once', () => {
  it('where its server is away', async () => {
    const client = openRedis({ url: 'redis://127.0.0.1:1', commandTimeoutMs })
    await client.command('PING', []).catch(() => {})
    await sleep(100)
    expect(await closingMs(client)).toBeLessThan(1_000)
  })

  it('where no sentinel is there', async () => {
    const client = openRedis({
      sentinels: { name: 'a', addresses: [{ host: '127.0.0.1', port: 1 }] },
      commandTimeoutMs,
    })
    await client.command('PING', []).catch(() => {})
    await sleep(100)
    expect(await closingMs(client)).toBeLessThan(1_000)
  })

  it('where what should be a Cluster is none', async () => {
    const { host, port } = await sharedRedis()
    const client = openRedis({ cluster: [{ host, port }], commandTimeoutMs })
    const error = await client.command('GET', ['a']).catch(String)
    expect(error).toContain('cluster support disabled')
    // while it waits, as it asks, and before it has asked
    for (const afterMs of [300, 50, 0]) {
      const other = openRedis({ cluster: [{ host, port }], commandTimeoutMs })
      await sleep(afterMs)
      expect(await closingMs(other)).toBeLessThan(1_000)
    }
    expect(await closingMs(client)).toBeLessThan(1_000)
  })

  it('where a Cluster refuses its password', async () => {
    const { nodes } = await sharedCluster()
    const client = openRedis({ cluster: nodes, username: 'nobody', password: 's3cretive', commandTimeoutMs })
    await waitUntil('it is refused', async () => {
      const error = await client.command('GET', ['a']).catch(String)
      return String(error).includes('WRONGPASS')
    })
    expect(await closingMs(client)).toBeLessThan(1_000)
  })

  it('and ends what waits for the first connection', async () => {
    const server = await startRedis()
    cleanups.push(() => server[Symbol.asyncDispose]())
    server.pause()
    const client = openRedis({ url: server.url, commandTimeoutMs: 500 })
    const waiting = client.command('PING', []).catch((error: unknown) => error)
    await sleep(50)
    // ioredis waits for two seconds for the server to hang up
    expect(await closingMs(client)).toBeLessThan(1_500)
    expect(await waiting).toMatchObject({ code: 'closed' })
    server.resume()
  })

  it('and keeps a process for as long as it takes, and no longer', async () => {
    const { port } = await sharedRedis()
    const source = new URL('../../src/index.ts', import.meta.url).href
    const program = `
      import { openRedis } from '${source}'
      const client = openRedis({ cluster: [{ host: '127.0.0.1', port: ${port} }] })
      await client.command('GET', ['a']).catch(() => {})
      await new Promise((resolve) => setTimeout(resolve, 300))
      await client.close()
      console.log('closed')`
    const options = ['--conditions=@headrace/source', '--input-type=module', '--eval', program]
    // rejects unless the process ends with 0
    const { stdout } = await promisify(execFile)(process.execPath, options, { timeout: 20_000 })
    expect(stdout).toBe('closed\n')
  })

  it('over an instance that was given and waits for its server, too', async () => {
    const redis = new Redis({ host: '127.0.0.1', port: 1, maxRetriesPerRequest: null })
    redis.on('error', () => {})
    cleanups.push(() => redis.disconnect())
    const given = ioredisClient(redis, { commandTimeoutMs })
    const waiting = given.command('PING', []).catch((error: unknown) => error)
    expect(await closingMs(given)).toBeLessThan(1_000)
    expect(await waiting).toMatchObject({ code: 'closed' })
  })
})
