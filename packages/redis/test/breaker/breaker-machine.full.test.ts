import fc from 'fast-check'
import { describe, test } from 'vitest'
import { openRedis } from '../../src/index.ts'
import { isServerMissing } from '../servers/server-program.ts'
import { startRedis } from '../servers/start-redis.ts'
import { holdSchedule, someRulesOfTwo, someSteps } from './schedule.ts'

describe.each([7, 8] as const)('the breaker in Lua of Redis %i', (version) => {
  test.skipIf(isServerMissing(version === 8 ? 'redis8' : 'redis'))('answers 1,500 schedules as in memory', async () => {
    await using server = await startRedis({ version })
    const client = openRedis({ url: server.url, commandTimeoutMs: 5_000 })
    const property = fc.asyncProperty(someRulesOfTwo, someSteps, (rules, steps) => holdSchedule(client, rules, steps))
    await fc.assert(property, { numRuns: 1_500 })
    await client.close()
  })
})
