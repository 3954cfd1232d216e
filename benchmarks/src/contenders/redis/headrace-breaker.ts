import type { BreakerRules } from '@headrace/core'
import { openRedis } from '@headrace/redis'
import { redisBreakerStore } from '@headrace/redis/breaker'
import type { CreateContender } from '../../contender.ts'
import { startRedisServer } from '../../measure/redis-server.ts'

/** The defaults of a breaker policy. */
const rules: BreakerRules = Object.freeze({
  consecutiveFailures: 5,
  failureRate: 0.5,
  minimumCalls: 10,
  windowCalls: 20,
  windowMaxAgeMs: 60_000,
  slowCallMs: undefined,
  slowCallRate: 0.8,
  minReporters: 1,
  openForMs: 5_000,
  maxOpenForMs: 60_000,
  permits: 1,
  successes: 1,
  probeTimeoutMs: 30_000,
  maxHalfOpenMs: 60_000,
  observe: false,
})

/** What the breaker of a call asks of the server when the call succeeds. */
export const create: CreateContender = () => {
  const opened = startRedisServer().then(({ url }) =>
    redisBreakerStore({ client: openRedis({ url, commandTimeoutMs: 5_000 }) }),
  )
  return {
    call: async () => {
      const store = await opened
      const admission = await store.admit('tool', rules, { now: Date.now() })
      if (!admission.admitted) throw new Error('The breaker is open')
      const outcome = { generation: admission.generation, kind: 'success', slow: false, reporter: 'one' } as const
      return store.record('tool', rules, outcome, { now: Date.now() })
    },
  }
}
