import { Redis } from 'ioredis'
import { expect, test } from 'vitest'
import { isServerMissing } from './server-program.ts'
import { startSentinel } from './start-sentinel.ts'

test.skipIf(isServerMissing('redis'))(
  'sentinels tell the master, and its replica has what is written',
  { timeout: 30_000 },
  async () => {
    await using set = await startSentinel()
    const { name, sentinels, master } = set
    const client = new Redis({ name, sentinels: [...sentinels] })
    await client.set('a', '1')
    expect(await client.wait(1, 5_000)).toBe(1)
    expect(client.stream.remotePort).toBe(master.port)
    client.disconnect()
  },
)
