import { createRuntime, defineTool, type RuntimeEvent } from '@headrace/core'
import { jsonSchema } from '@headrace/core/json-schema'
import { redisBreakerStore } from '@headrace/redis/breaker'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openRedis, type RedisClient } from '../../src/index.ts'
import { ownPrefix } from '../cache/open-clients.ts'
import { someBreakerRules } from '../processes/some-breaker-rules.ts'
import { isServerMissing } from '../servers/server-program.ts'
import { type RedisServer, startRedis } from '../servers/start-redis.ts'
import { waitUntil } from '../servers/wait-until.ts'

const minutes = 60_000
const rules = { ...someBreakerRules, openForMs: minutes, maxOpenForMs: minutes }
const now = (): { readonly now: number } => ({ now: Date.now() })

describe.skipIf(isServerMissing('redis'))('a breaker store whose server', { timeout: 20_000 }, () => {
  let server: RedisServer
  let admin: Redis
  const clients: RedisClient[] = []
  beforeAll(async () => {
    server = await startRedis()
    admin = new Redis(server.url).on('error', () => {})
  })
  afterAll(async () => {
    await Promise.all(clients.map((client) => client.close()))
    admin.disconnect()
    await server[Symbol.asyncDispose]()
  })

  /** A store that is watched, and the states that it told of one key. */
  function openStore(prefix: string) {
    const client = openRedis({ url: server.url })
    clients.push(client)
    const store = redisBreakerStore({ client, prefix })
    const told: string[] = []
    store.watch(({ key, state }) => told.push(`${key} ${state}`))
    const open = async (key: string): Promise<number> => {
      const admission = await store.admit(key, rules, now())
      const generation = admission.admitted ? admission.generation : 0
      await store.record(key, rules, { generation, kind: 'failure', slow: false, reporter: 'test' }, now())
      return generation
    }
    return { store, told, open }
  }
  const untilSubscribed = (count: number): Promise<void> =>
    waitUntil('the stores listen', async () => {
      const [, subscribers] = (await admin.call('PUBSUB', 'NUMSUB', `${prefix}breaker`)) as [string, number]
      return subscribers === count || subscribers
    })
  let prefix = ''

  test('has lost everything is believed, and what ran before counts nothing', async () => {
    prefix = ownPrefix()
    const [one, two] = [openStore(prefix), openStore(prefix)]
    await untilSubscribed(2)
    const generation = await one.open('down')
    await one.store.set('off', 'isolated', now())
    await waitUntil('the other one has heard', () => two.told.length === 2)
    await server.kill()

    const started = performance.now()
    await expect(one.store.admit('down', rules, now())).rejects.toThrow('not connected')
    expect(performance.now() - started).toBeLessThan(100)
    expect([one.store.peek('down')?.state, two.store.peek('off')?.state]).toEqual(['open', 'isolated'])

    await server.restart()
    const news = ['down open', 'off isolated', 'down closed', 'off closed'].toSorted()
    for (const { told } of [one, two]) {
      await waitUntil('it is told that nothing is known', () => told.toSorted().join() === news.join() || told.join())
    }
    expect([one.store.peek('down'), two.store.peek('off')]).toEqual([undefined, undefined])
    const admission = await two.store.admit('down', rules, now())
    expect(admission.admitted && admission.generation).toBeGreaterThan(generation)
    const late = { generation, kind: 'failure' as const, slow: false, reporter: 'test' }
    expect((await one.store.record('down', rules, late, now())).state).toBe('closed')
  })

  test('cuts a subscriber off tells it afterwards what it has missed', async () => {
    prefix = ownPrefix()
    const [one, two] = [openStore(prefix), openStore(prefix)]
    await untilSubscribed(2)
    await one.open('down')
    await waitUntil('the other one has heard', () => two.told.length === 1)
    await admin.call('CLIENT', 'KILL', 'TYPE', 'pubsub')
    await one.store.set('down', 'closed', now())
    for (const { told } of [one, two]) {
      await waitUntil('it is told', () => told.length === 2)
      expect(told).toEqual(['down open', 'down closed'])
    }
  })

  test('has published what nobody heard is asked again before calls are turned away for long', async () => {
    prefix = ownPrefix()
    const { store } = openStore(prefix)
    await untilSubscribed(1)
    await store.set('off', 'isolated', now())
    for (const key of await admin.keys(`${prefix}breaker:*`)) await admin.del(key)
    expect(store.peek('off')?.state).toBe('isolated')
    await waitUntil('it learns the truth', () => store.peek('off') === undefined)
  })

  test('has forgotten the scripts is given them again', async () => {
    prefix = ownPrefix()
    const { store, open } = openStore(prefix)
    await admin.call('SCRIPT', 'FLUSH')
    await open('down')
    await admin.call('SCRIPT', 'FLUSH')
    expect((await store.admit('down', rules, now())).admitted).toBe(false)
  })

  test('has another time than its clients tells each of them by its own clock how long a breaker is open', async () => {
    prefix = ownPrefix()
    for (const wrongBy of [10 * minutes, -10 * minutes]) {
      const [here, there] = [openStore(prefix), openStore(prefix)]
      await untilSubscribed(wrongBy > 0 ? 2 : 4)
      const key = `wrong by ${wrongBy}`
      const wrong = { now: Date.now() + wrongBy }
      await here.store.admit('any', rules, wrong)
      await there.open(key)
      await waitUntil('it is told', () => here.told.includes(`${key} open`))
      const left = (here.store.peek(key)?.openUntil ?? 0) - wrong.now
      expect(left).toBeGreaterThan(0.85 * minutes)
      expect(left).toBeLessThan(1.15 * minutes)
    }
  })

  test('is away leaves calls to a breaker of their own process, which begins as it was last known', async () => {
    prefix = ownPrefix()
    const client = openRedis({ url: server.url })
    clients.push(client)
    let runs = 0
    const down = defineTool({
      name: 'down',
      description: 'Never answers',
      inputSchema: jsonSchema<object>({ type: 'object' }),
      policy: { breaker: { consecutiveFailures: 1, openFor: 300 } },
      execute() {
        runs += 1
        throw new Error('no answer')
      },
    })
    const runtime = createRuntime({ tools: [down], breakers: redisBreakerStore({ client, prefix }) })
    const events: RuntimeEvent['type'][] = []
    runtime.events$.subscribe(({ type }) => events.push(type))
    const call = async (): Promise<string> => {
      const result = await runtime.call(down, {}).result()
      return result.status === 'error' ? result.error.code : result.status
    }
    await untilSubscribed(1)
    expect(await call()).toBe('EXECUTION_FAILED')
    await waitUntil('it is open', () => runtime.control.breaker('down').state === 'open')
    await server.kill()
    expect(await call()).toBe('CIRCUIT_OPEN')
    await waitUntil('its own breaker tries', async () => (await call()) === 'EXECUTION_FAILED')
    expect(await call()).toBe('CIRCUIT_OPEN')
    expect(runs).toBe(2)
    expect(events).toContain('store-error')
    await server.restart()
    await waitUntil('the server is asked again', async () => {
      await call()
      return (await admin.keys(`${prefix}breaker:*`)).length > 0
    })
    await runtime.close()
  })
})
