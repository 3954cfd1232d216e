import { redisBreakerStore } from '@headrace/redis/breaker'
import { describe, expect, test } from 'vitest'
import { openRedis } from '../../src/index.ts'
import { someBreakerRules as rules } from '../processes/some-breaker-rules.ts'
import { isServerMissing, type ServerName } from '../servers/server-program.ts'
import { startRedis } from '../servers/start-redis.ts'

const servers: readonly [ServerName, 7 | 8][] = [
  ['redis', 7],
  ['redis8', 8],
]
const faults: readonly { readonly reply: string; readonly words: readonly [string, ...string[]] }[] = [
  { reply: 'OOM', words: ['CONFIG', 'SET', 'maxmemory', '1'] },
  { reply: 'NOREPLICAS', words: ['CONFIG', 'SET', 'min-replicas-to-write', '1'] },
  { reply: 'READONLY', words: ['REPLICAOF', '127.0.0.1', '1'] },
]

// An admission reads only, as a rule. A breaker that admits and never hears of failures protects nothing, so whoever asks has
// to be told to go by a breaker of its own.
for (const [program, version] of servers) {
  describe.skipIf(isServerMissing(program))(`a breaker on a Redis ${version} that cannot write`, () => {
    test.each(faults)('admits nobody: $reply', async ({ reply, words: [name, ...args] }) => {
      await using server = await startRedis({ version })
      const client = openRedis({ url: server.url, commandTimeoutMs: 5_000 })
      const store = redisBreakerStore({ client })
      const ask = async () => store.admit('tool', rules, { now: Date.now() })
      expect((await ask()).admitted).toBe(true)
      await client.command(name, args)
      await expect(ask()).rejects.toMatchObject({ code: 'reply', reply })
      await client.close()
    })
  })
}
