import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { describe, expect, test } from 'vitest'
import { isServerMissing } from './server-program.ts'
import { sharedRedis } from './shared-redis.ts'
import { tcpProxy } from './tcp-proxy.ts'
import { waitUntil } from './wait-until.ts'

async function setUp() {
  const proxy = await tcpProxy(await sharedRedis())
  const client = new Redis(proxy.url, { commandTimeout: 150, maxRetriesPerRequest: 0, retryStrategy: () => 20 })
  client.on('error', () => {})
  await client.set('proxied', 'a value')
  const recovered = (): Promise<void> =>
    waitUntil('the client is back', async () => (await client.get('proxied')) === 'a value')
  const end = async (): Promise<void> => {
    client.disconnect()
    await proxy[Symbol.asyncDispose]()
  }
  return { proxy, client, recovered, [Symbol.asyncDispose]: end }
}

describe.skipIf(isServerMissing('redis'))('a proxy', () => {
  test('delays answers', async () => {
    await using it = await setUp()
    it.proxy.delay(60)
    const started = performance.now()
    expect(await it.client.get('proxied')).toBe('a value')
    expect(performance.now() - started).toBeGreaterThan(59)
  })

  test('keeps the order of answers, while they are delayed and when that ends', async () => {
    await using it = await setUp()
    it.proxy.delay(20)
    const answers: Promise<string | null>[] = []
    for (let n = 0; n < 200; n += 1) {
      answers.push(it.client.echo(`${n}`))
      if (n === 150) await it.proxy.heal()
      if (n % 10 === 0) await sleep(1)
    }
    expect(await Promise.all(answers)).toEqual(answers.map((_, n) => `${n}`))
  })

  test('swallows everything, and resets what has lost bytes', async () => {
    await using it = await setUp()
    it.proxy.blackHole()
    await expect(it.client.get('proxied')).rejects.toThrow('timed out')
    await it.proxy.heal()
    await it.recovered()
  })

  test('cuts one answer in the middle', async () => {
    await using it = await setUp()
    it.proxy.cut()
    await expect(it.client.get('proxied')).rejects.toThrow('max retries')
    await it.recovered()
  })

  test('refuses, and takes connections again', async () => {
    await using it = await setUp()
    await it.proxy.refuse()
    expect(it.proxy.connections).toBe(0)
    await expect(it.client.get('proxied')).rejects.toThrow('max retries')
    await it.proxy.heal()
    await it.recovered()
    expect(it.proxy.connections).toBe(1)
  })
})
