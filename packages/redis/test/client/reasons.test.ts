import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { openRedis, type RedisClient } from '../../src/index.ts'
import { onFreePort } from '../servers/free-port.ts'
import { startServerProcess } from '../servers/server-process.ts'
import { isServerMissing, serverProgram } from '../servers/server-program.ts'
import { sharedRedis } from '../servers/shared-redis.ts'
import { startRedis } from '../servers/start-redis.ts'
import { waitUntil } from '../servers/wait-until.ts'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup()
})

// a call that waits for this long waits for something that never comes
const commandTimeoutMs = 10_000

function open(options: Parameters<typeof openRedis>[0]): RedisClient {
  const client = openRedis({ commandTimeoutMs, ...options })
  cleanups.push(() => client.close())
  return client
}

/** How a call fails, at once. */
async function failure(client: RedisClient): Promise<string> {
  const startedAt = performance.now()
  const error = await client.command('GET', ['a']).catch((caught: unknown) => caught)
  expect(error).toMatchObject({ name: 'RedisError', code: 'away' })
  expect(performance.now() - startedAt).toBeLessThan(commandTimeoutMs / 2)
  return String(error)
}

describe.skipIf(isServerMissing('redis'))('a call fails at once, and says why, where', () => {
  it('no sentinel is there', async () => {
    const client = open({ sentinels: { name: 'main', addresses: [{ host: '127.0.0.1', port: 1 }] } })
    for (let round = 0; round < 3; round += 1) {
      expect(await failure(client)).toContain('sentinel 127.0.0.1:1 ')
      await sleep(60)
    }
  })

  it('no sentinel knows the master', async () => {
    const sentinel = await onFreePort(async (port) => {
      const server = await startServerProcess(serverProgram('redis'), {
        configuration: [`port ${port}`, 'bind 127.0.0.1'],
        args: ['--sentinel'],
        isReady: /Sentinel ID is/,
      })
      return Object.assign(server, { port })
    })
    cleanups.push(() => sentinel[Symbol.asyncDispose]())
    const client = open({ sentinels: { name: 'main', addresses: [{ host: '127.0.0.1', port: sentinel.port }] } })
    for (let round = 0; round < 3; round += 1) {
      expect(await failure(client)).toContain('No such master')
      await sleep(60)
    }
  })

  it('somebody takes the connection and says nothing', async () => {
    const silent = createServer((socket) => void socket.on('error', () => {}).resume())
    await once(silent.listen(0, '127.0.0.1'), 'listening')
    cleanups.push(() => silent.close())
    const { port } = silent.address() as AddressInfo
    const addresses = [{ host: '127.0.0.1', port }]
    const limits = { connectTimeoutMs: 100, commandTimeoutMs: 100 }
    for (const place of [{ url: `redis://127.0.0.1:${port}` }, { sentinels: { name: 'main', addresses } }]) {
      const client = open({ ...place, ...limits })
      const ask = () => client.command('GET', ['a']).catch((error: unknown) => String(error))
      await waitUntil('it is away', async () => String(await ask()).includes('not connected'))
      expect(await ask()).toContain('not connected')
    }
  })

  it('the server has no such database', async () => {
    const { url, host, port } = await sharedRedis()
    for (const options of [{ url: `${url}/99` }, { url, db: 99 }]) {
      const client = open(options)
      for (let round = 0; round < 20; round += 1) {
        const error = await failure(client)
        expect(error).toContain('database 99')
        expect(error).toContain('out of range')
        await sleep(10)
      }
    }
    const all = open({ url: `redis://${host}:${port}` })
    expect(await all.command('INFO', ['keyspace'])).not.toContain('db99')
  })

  it('the server wants a password before it gives a database', async () => {
    const server = await startRedis({ password: 's3cretive' })
    cleanups.push(() => server[Symbol.asyncDispose]())
    const client = open({ url: `redis://${server.host}:${server.port}/2` })
    for (let round = 0; round < 3; round += 1) {
      expect(await failure(client)).toMatch(/NOAUTH[^;]*$/)
      await sleep(20)
    }
  })

  it('the server does not know the password, however often it is asked', async () => {
    const { host, port } = await sharedRedis()
    const client = open({ url: `redis://nobody:s3cretive@${host}:${port}` })
    expect(await failure(client)).toContain('WRONGPASS')
    expect(await failure(client)).not.toContain('s3cretive')
  })
})
