import type { ConcurrencyRequest, LimitDecision, LimitRequest, RateRequest } from '@headrace/core'
import { afterEach, describe, expect, it } from 'vitest'
import { openRedis } from '../../src/index.ts'
import { redisLimiter } from '../../src/limiter.ts'
import { isServerMissing, type ServerName } from '../servers/server-program.ts'
import { startRedis } from '../servers/start-redis.ts'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup()
})

const servers: readonly [ServerName, 7 | 8][] = [
  ['redis', 7],
  ['redis8', 8],
]
const now = (): number => Date.now()
const permit: ConcurrencyRequest = { kind: 'concurrency', key: 'tool', max: 1, leaseMs: 30_000 }
const rate: RateRequest = {
  kind: 'rate',
  key: 'tool',
  limit: 1,
  perMs: 3_600_000,
  burst: 1,
  weight: 1,
  algorithm: 'token-bucket',
}
const leaseOf = (decision: LimitDecision): string => (decision.granted ? decision.lease : 'none')

for (const [program, version] of servers) {
  describe.skipIf(isServerMissing(program))(`on a Redis ${version} that is full and evicts nothing`, () => {
    /** A lease from before the server was full, and what makes it full, or not. */
    const start = async (requests: readonly LimitRequest[]) => {
      const server = await startRedis({ version, configuration: ['maxmemory-policy noeviction'] })
      cleanups.push(() => server[Symbol.asyncDispose]())
      const client = openRedis({ url: server.url, commandTimeoutMs: 2_000 })
      cleanups.push(() => client.close())
      const limiter = redisLimiter({ client })
      const acquire = (): Promise<LimitDecision> => Promise.resolve(limiter.acquire(requests, { now: now() }))
      const lease = leaseOf(await acquire())
      // somebody waits, and so is given a turn
      expect((await acquire()).granted).toBe(false)
      const limit = (bytes: number) => client.command('CONFIG', ['SET', 'maxmemory', bytes])
      return { client, limiter, acquire, lease, limit }
    }

    it('a permit is kept, so that nobody else is granted it', async () => {
      const { client, limiter, lease, limit, acquire } = await start([{ ...permit, leaseMs: 1_000 }])
      await limit(1)
      await expect(client.command('SET', ['a', 1])).rejects.toThrow(/OOM/)
      for (let round = 0; round < 6; round += 1) {
        await new Promise((resolve) => void setTimeout(resolve, 250))
        expect(await limiter.renew(lease, { now: now() })).toBe(true)
      }
      await limit(0)
      expect((await acquire()).granted).toBe(false)
    })

    it.each([true, false])('a permit and tokens are given back, with refund: %s', async (refund) => {
      const { limiter, lease, limit, acquire } = await start([permit, rate])
      await limit(1)
      await limiter.release(lease, { now: now(), refund })
      await limit(0)
      expect(await acquire()).toMatchObject(refund ? { granted: true } : { granted: false })
      expect(await limiter.acquire([permit], { now: now() })).toMatchObject({ granted: !refund })
    })
  })
}
