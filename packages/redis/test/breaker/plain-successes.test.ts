import { redisBreakerStore } from '@headrace/redis/breaker'
import { describe, expect, test } from 'vitest'
import { openRedis } from '../../src/index.ts'
import { ownPrefix } from '../cache/open-clients.ts'
import { someBreakerRules } from '../processes/some-breaker-rules.ts'
import { isServerMissing } from '../servers/server-program.ts'
import { sharedRedis } from '../servers/shared-redis.ts'

const rules = Object.freeze({
  ...someBreakerRules,
  consecutiveFailures: Number.POSITIVE_INFINITY,
  failureRate: 0.5,
  minimumCalls: 20,
  windowCalls: 20,
})

describe.skipIf(isServerMissing('redis'))('calls that succeed', () => {
  test('are kept as far as the window goes and a few more, and weigh as much as any', async () => {
    const client = openRedis({ url: (await sharedRedis()).url, commandTimeoutMs: 5_000 })
    const prefix = ownPrefix()
    const store = redisBreakerStore({ client, prefix })
    const now = { now: Date.now() }
    const admission = await store.admit('tool', rules, now)
    const generation = admission.admitted ? admission.generation : 0
    const end = async (kind: 'success' | 'failure') =>
      store.record('tool', rules, { generation, kind, slow: false, reporter: 'one' }, now)
    for (let call = 0; call < 100; call += 1)
      expect(await end('success')).toMatchObject({ state: 'closed', generation })

    const [calls] = (await client.command('KEYS', [`${prefix}breaker:*:calls`])) as readonly string[]
    const kept = Number(await client.command('LLEN', [calls ?? '']))
    expect(kept).toBeGreaterThanOrEqual(20)
    expect(kept).toBeLessThanOrEqual(36)
    for (let call = 1; call < 10; call += 1) expect((await end('failure')).state).toBe('closed')
    expect((await end('failure')).state).toBe('open')
    expect((await end('success')).state).toBe('open')
    await client.close()
  })
})
