import { randomUUID } from 'node:crypto'
import type { RedisClient } from '../src/index.ts'

/** What scripts know of time in a test: a key says what it is, and no key ends while the test runs. */
export interface TestTime {
  /** Takes the place of `serverTime`; all other Lua is that in use. */
  readonly lua: string
  set(client: RedisClient, now: number): Promise<void>
}

/** Makes a time that stands still until it is set. */
export function createTestTime(): TestTime {
  const key = `test:time:${randomUUID()}`
  return {
    lua: `
      local function read_time() return tonumber(redis.call('GET', '${key}')) end
      local function life() return 3600000 end
    `,
    set: async (client, now) => void (await client.command('SET', [key, now])),
  }
}
