import fc from 'fast-check'
import { describe, test } from 'vitest'
import { openRedis } from '../../src/index.ts'
import { isServerMissing } from '../servers/server-program.ts'
import { sharedRedis } from '../servers/shared-redis.ts'
import { holdSchedule, someSteps } from './schedule.ts'

describe.skipIf(isServerMissing('redis'))('the limiter in Lua', () => {
  test('answers any schedule as the limiter in memory does', async () => {
    const client = openRedis({ url: (await sharedRedis()).url, commandTimeoutMs: 5_000 })
    await fc.assert(
      fc.asyncProperty(someSteps, (steps) => holdSchedule(client, steps)),
      { numRuns: 60 },
    )
    await client.close()
  }, 60_000)
})
