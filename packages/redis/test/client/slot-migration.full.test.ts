import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openRedis, type RedisClient, type RedisError, redisScript } from '../../src/index.ts'
import { beginSlotMove, type SlotMove } from '../faults/slot-move.ts'
import { stallMeter } from '../faults/stall-meter.ts'
import { isServerMissing } from '../servers/server-program.ts'
import { type RedisCluster, startCluster } from '../servers/start-cluster.ts'
import { waitUntil } from '../servers/wait-until.ts'

/** Counts its runs in the first of two keys. */
const count = redisScript(`
  redis.call('EXISTS', KEYS[2])
  return redis.call('INCR', KEYS[1])
`)

describe.skipIf(isServerMissing('redis'))('a script with two keys, while their slot moves', { timeout: 60_000 }, () => {
  let cluster: RedisCluster
  let client: RedisClient
  let tags = 0
  beforeAll(async () => {
    cluster = await startCluster()
    // however busy the machine is: no answer here comes from the time limit
    client = openRedis({ cluster: cluster.nodes, commandTimeoutMs: 10_000 })
    await waitUntil('the client is there', async () => (await client.command('SET', ['{t}a', 'x'])) === 'OK')
  }, 60_000)
  afterAll(async () => {
    await client.close()
    await cluster[Symbol.asyncDispose]()
  })

  /** Begins to move the slot of a tag that no other test has, with these keys in it. */
  async function moving(...names: readonly string[]) {
    tags += 1
    const tag = `{${tags}}`
    const keys = ['a', 'b'].map((name) => `${tag}${name}`)
    for (const name of names) await client.command('SET', [`${tag}${name}`, 0])
    const slot = Number(await client.command('CLUSTER', ['KEYSLOT', tag]))
    const move: SlotMove = await beginSlotMove(cluster, slot)
    return { ...move, keys, run: () => answerTo(client.run(count, { keys, args: [] })) }
  }

  test('runs on the old node as long as that has both', async () => {
    using slot = await moving('a', 'b')
    expect((await slot.run()).reply).toBe(1)
    await slot.finish()
    expect((await slot.run()).reply).toBe(2)
  })

  test('runs on the new node when that has both, also where nobody has told it the script', async () => {
    using slot = await moving('a', 'b')
    await slot.hand(slot.keys)
    const admin = new Redis(slot.to.port, slot.to.host)
    await admin.call('SCRIPT', 'FLUSH')
    admin.disconnect()
    expect((await slot.run()).reply).toBe(1)
    expect((await slot.run()).reply).toBe(2)
    await slot.finish()
    expect((await slot.run()).reply).toBe(3)
  })

  test.each([
    { title: 'when the nodes have one key each', names: ['a', 'b'] },
    { title: 'when one of the keys is nowhere yet', names: ['a'] },
    { title: 'when both are nowhere yet', names: [] },
  ])('is refused long before the time limit $title, and never run afterwards', async ({ names }) => {
    using slot = await moving(...names)
    if (names.length === 2) await slot.hand(slot.keys.slice(0, 1))
    const { reply, error, ms } = await slot.run()
    expect(reply).toBeUndefined()
    expect(error).toMatchObject({ code: 'reply', reply: expect.stringMatching(/^(TRYAGAIN|MOVED|ASK)$/) })
    expect(ms, 'what five attempts take, and not five times the 100 ms of ioredis').toBeLessThan(250)
    await slot.finish()
    await sleep(600)
    expect((await slot.run()).reply).toBe(1)
  })

  test('waits for the moment in which the last key is handed over, and runs once or not at all', async () => {
    let ran = 0
    for (let round = 0; round < 10; round += 1) {
      using slot = await moving('a', 'b')
      await slot.hand(slot.keys.slice(0, 1))
      const answer = slot.run()
      await slot.finish()
      const { reply, error } = await answer
      expect(reply ?? error?.reply).toSatisfy((end) => [1, 'TRYAGAIN', 'MOVED'].includes(end as string))
      ran += reply === 1 ? 1 : 0
      expect((await slot.run()).reply).toBe(reply === 1 ? 2 : 1)
    }
    expect(ran, 'calls that were not refused').toBeGreaterThan(0)
  })
})

interface Answer {
  readonly reply?: unknown
  readonly error?: RedisError
}

/** What a call came to, and the milliseconds it took, without those for which this process stood still. */
async function answerTo(call: Promise<unknown>): Promise<Answer & { readonly ms: number }> {
  using stalls = stallMeter()
  const startedAt = performance.now()
  const answer: Answer = await call.then(
    (reply) => ({ reply }),
    (error: RedisError) => ({ error }),
  )
  return { ...answer, ms: performance.now() - startedAt - stalls.totalMs }
}
