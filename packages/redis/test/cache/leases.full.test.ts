import { describe, expect, it } from 'vitest'
import { isServerMissing } from '../servers/server-program.ts'
import { startRedis } from '../servers/start-redis.ts'
import { startLeaseWorker, told } from './lease-processes.ts'
import type { LeaseReport } from './lease-worker.ts'
import { ownPrefix } from './open-clients.ts'

const turns = 4_000

describe.skipIf(isServerMissing('redis'))('two processes', () => {
  it(`race ${2 * turns} times for leases, and never are two at work under one`, async () => {
    await using server = await startRedis()
    const prefix = ownPrefix()
    const workers = [0, 1].map(() => startLeaseWorker(server.url, prefix, 'race', `${turns}`))
    const reports = (await Promise.all(workers.map(told))) as LeaseReport[]
    expect(reports.map(({ held, violations }) => [held, violations])).toEqual([
      [turns, 0],
      [turns, 0],
    ])
    expect(reports.reduce((sum, { waited }) => sum + waited, 0)).toBeGreaterThan(10)
  })
})
