import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline/promises'
import { fileURLToPath } from 'node:url'
import { Redis } from 'ioredis'
import { describe, expect, test, vi } from 'vitest'
import { isOpensslMissing, isServerMissing } from './server-program.ts'
import { sharedRedis } from './shared-redis.ts'
import { startRedis } from './start-redis.ts'

const connect = (url: string): Redis => new Redis(url, { commandTimeout: 100, retryStrategy: () => null })

describe.skipIf(isServerMissing('redis'))('a Redis of a test', () => {
  test('answers, is gone when killed, and empty when restarted on the same port', async () => {
    await using server = await startRedis()
    const before = connect(server.url)
    before.on('error', () => {})
    expect(await before.set('a', '1')).toBe('OK')
    await server.kill()
    await expect(before.get('a')).rejects.toThrow('Connection is closed')
    before.disconnect()
    await server.restart()
    const after = connect(server.url)
    expect(await after.get('a')).toBeNull()
    after.disconnect()
  })

  test('keeps everybody waiting while it is paused', async () => {
    await using server = await startRedis()
    const client = connect(server.url)
    await client.ping()
    server.pause()
    await expect(client.ping()).rejects.toThrow('timed out')
    server.resume()
    expect(await client.ping()).toBe('PONG')
    client.disconnect()
  })

  test('asks for the password and knows other users', async () => {
    await using server = await startRedis({ password: 'se cret', users: ['guest on >pw ~guest:* +get'] })
    const owner = connect(server.url)
    expect(await owner.ping()).toBe('PONG')
    owner.disconnect()
    const guest = new Redis(server.port, server.host, { username: 'guest', password: 'pw', enableReadyCheck: false })
    await expect(guest.get('other')).rejects.toThrow('NOPERM')
    guest.disconnect()
  })

  test('leaves no folder and no process behind', async () => {
    const server = await startRedis()
    const { folder, pid } = server
    await server[Symbol.asyncDispose]()
    expect(existsSync(folder)).toBe(false)
    expect(() => process.kill(pid, 0)).toThrow('ESRCH')
  })

  test('ends with a process that is killed', async () => {
    const url = fileURLToPath(new URL('start-redis.ts', import.meta.url))
    const program = `const { port, folder } = await (await import(${JSON.stringify(url)})).startRedis()
      console.log(JSON.stringify({ port, folder })); setInterval(() => {}, 1000)`
    const owner = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = await once(createInterface(owner.stdout), 'line')
    const { port, folder } = JSON.parse(String(line))
    expect(existsSync(folder)).toBe(true)
    owner.kill('SIGKILL')
    await vi.waitFor(() => expect(existsSync(folder)).toBe(false))
    const [error] = await once(connect(`redis://127.0.0.1:${port}`), 'error')
    expect(error).toMatchObject({ code: 'ECONNREFUSED' })
  })

  test('is one for all who share it', async () => {
    expect(await sharedRedis()).toBe(await sharedRedis())
  })
})

test.skipIf(isServerMissing('redis') || isOpensslMissing())('a Redis of a test speaks TLS', async () => {
  await using server = await startRedis({ tls: true })
  const client = new Redis(server.url, { tls: { ca: server.ca } })
  expect(await client.ping()).toBe('PONG')
  client.disconnect()
})

describe.skipIf(isServerMissing('redis8'))('a Redis 8 of a test', () => {
  test('knows vector sets', async () => {
    await using server = await startRedis({ version: 8 })
    const client = connect(server.url)
    expect(await client.call('VADD', 'v', 'VALUES', '2', '1', '0', 'east')).toBeTruthy()
    client.disconnect()
  })
})
