import { setTimeout as sleep } from 'node:timers/promises'
import type { BreakerAdmission, ConcurrencyRequest } from '@headrace/core'
import { redisBreakerStore } from '@headrace/redis/breaker'
import { redisLimiter } from '@headrace/redis/limiter'
import { describe, expect, test } from 'vitest'
import { openRedis } from '../../src/index.ts'
import { ownPrefix } from '../cache/open-clients.ts'
import { isServerMissing } from '../servers/server-program.ts'
import { startRedis } from '../servers/start-redis.ts'
import { openWorker } from './open-worker.ts'
import { someBreakerRules as rules } from './some-breaker-rules.ts'

/** Two workers, and stores of the test's own, on one server. */
async function openStage() {
  const owned = new AsyncDisposableStack()
  const server = owned.use(await startRedis())
  const prefix = ownPrefix()
  const workers = [
    owned.use(await openWorker(server.url, prefix)),
    owned.use(await openWorker(server.url, prefix)),
  ] as const
  const client = openRedis({ url: server.url, commandTimeoutMs: 5_000 })
  owned.defer(() => client.close())
  const breakers = redisBreakerStore({ client, prefix })
  const limiter = redisLimiter({ client, prefix })
  const admit = async (key: string): Promise<BreakerAdmission> => breakers.admit(key, rules, { now: Date.now() })
  /** Opens a breaker whose time open is over when it is told. */
  const open = async (key: string): Promise<void> => {
    const { generation } = (await admit(key)) as { generation: number }
    const outcome = { generation, kind: 'failure' as const, slow: false, reporter: 'test' }
    await breakers.record(key, rules, outcome, { now: Date.now() })
    await sleep(2)
  }
  return { workers, client, limiter, breakers, admit, open, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

const permitOf = (key: string, max: number, leaseMs = 30_000): ConcurrencyRequest => ({
  kind: 'concurrency',
  key,
  max,
  leaseMs,
})

/** Rounds of a race, each about something of its own; four at a time, since most of each is a wait. */
async function rounds(count: number, run: (round: number) => Promise<void>): Promise<void> {
  for (let round = 0; round < count; round += 4) {
    await Promise.all([run(round), run(round + 1), run(round + 2), run(round + 3)])
  }
}

describe.skipIf(isServerMissing('redis'))('two processes', () => {
  test('race 2,000 times for a probe, and one of them gets it', async () => {
    await using stage = await openStage()
    const { workers, open } = stage
    const won = [0, 0]
    await rounds(2_000, async (round) => {
      const key = `probe ${round}`
      await open(key)
      const probes = await Promise.all(workers.map((worker) => worker.admit(key, 5)))
      expect(probes.flat()).toHaveLength(1)
      for (const [index, own] of probes.entries()) won[index] = (won[index] ?? 0) + own.length
    })
    expect(Math.min(...won), 'rounds that each of them has won').toBeGreaterThan(100)
  })

  test('race 2,000 times for permits, and get as many as there are', async () => {
    await using stage = await openStage()
    await rounds(2_000, async (round) => {
      const leases = await Promise.all(
        stage.workers.map((worker) => worker.acquire([permitOf(`permit ${round}`, 3)], 4)),
      )
      expect(leases.flat()).toHaveLength(3)
      expect(new Set(leases.flat()).size).toBe(3)
    })
  })

  test('are never at work together under one permit, in thousands of turns, and each lease is newer than the last', async () => {
    await using stage = await openStage()
    const contention = { key: 'one', max: 1, calls: 3, forMs: 5_000, workMs: 0 }
    let turns = 0
    while (turns < 2_000) {
      const results = await Promise.all(stage.workers.map((worker) => worker.contend(contention)))
      expect(results.map(({ violations }) => violations)).toEqual([0, 0])
      turns += results.reduce((sum, { grants }) => sum + grants, 0)
    }
  })

  test.each([
    { max: 1, workMs: 5 },
    { max: 10, workMs: 5 },
    { max: 10, workMs: 100 },
  ])('share $max permits of $workMs ms evenly, also where one has ten times as many calls', async (share) => {
    await using stage = await openStage()
    const load = { key: 'shared', forMs: 5_000, ...share }
    const [greedy, modest] = await Promise.all([
      stage.workers[0].run({ ...load, calls: share.max * 40 }),
      stage.workers[1].run({ ...load, calls: share.max * 4 }),
    ])
    const all = greedy.done + modest.done
    expect(greedy.failed + modest.failed + greedy.storeErrors + modest.storeErrors).toBe(0)
    expect(modest.done / all).toBeGreaterThan(0.35)
  })

  test('share a rate in proportion to what they ask for, and get no more than it allows', async () => {
    await using stage = await openStage()
    const load = { key: 'rated', forMs: 5_000, max: 100, workMs: 0, perSecond: 100 }
    let all = 0
    while (all <= 400) {
      const [greedy, modest] = await Promise.all([
        stage.workers[0].contend({ ...load, calls: 20 }),
        stage.workers[1].contend({ ...load, calls: 4 }),
      ])
      const grants = greedy.grants + modest.grants
      expect(grants).toBeLessThanOrEqual(530)
      expect(modest.grants).toBeGreaterThan(0.05 * grants)
      all += grants
    }
  })

  test('go on when one is killed that holds a permit, a turn and a probe', async () => {
    await using stage = await openStage()
    const [doomed, other] = stage.workers
    await stage.open('tool')
    const [probe = ''] = await doomed.admit('tool', 1)
    expect(await stage.breakers.renew('tool', probe, { now: Date.now() })).toBe(true)
    expect(await doomed.acquire([permitOf('tool', 1, 3_000)], 2)).toHaveLength(1)
    await doomed.kill()

    expect(await other.admit('tool', 5)).toEqual([])
    expect(await other.acquire([permitOf('tool', 1)], 5)).toEqual([])
    await sleep(3_050)
    expect(await other.acquire([permitOf('tool', 1)], 5)).toHaveLength(1)
    expect(await other.admit('tool', 5)).toEqual([])
    await sleep(7_000)
    expect(await other.admit('tool', 5)).toHaveLength(1)
  })
})
