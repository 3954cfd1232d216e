import fc from 'fast-check'
import { describe, test } from 'vitest'
import { openRedis } from '../../src/index.ts'
import { isServerMissing } from '../servers/server-program.ts'
import { sharedRedis } from '../servers/shared-redis.ts'
import { holdSchedule, someRulesOfTwo, someSteps } from './schedule.ts'

describe.skipIf(isServerMissing('redis'))('the breaker in Lua', () => {
  test('answers any schedule as the breaker in memory does', async () => {
    const client = openRedis({ url: (await sharedRedis()).url, commandTimeoutMs: 5_000 })
    const property = fc.asyncProperty(someRulesOfTwo, someSteps, (rules, steps) => holdSchedule(client, rules, steps))
    await fc.assert(property, { numRuns: 60 })
    await client.close()
  }, 60_000)
})
