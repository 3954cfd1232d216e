// A process of its own with a breaker store and a limiter, which does what it is told. It ends with whoever started it.
import type { LimitRequest } from '@headrace/core'
import { redisBreakerStore } from '@headrace/redis/breaker'
import { redisLimiter } from '@headrace/redis/limiter'
import { openRedis } from '../../src/index.ts'
import { contendForPermits } from './contend-for-permits.ts'
import type { Order } from './open-worker.ts'
import { runCalls } from './run-calls.ts'
import { someBreakerRules } from './some-breaker-rules.ts'

const [url = '', prefix = ''] = process.argv.slice(2)
const client = openRedis({ url, commandTimeoutMs: 5_000 })
const breakers = redisBreakerStore({ client, prefix })
const limiter = redisLimiter({ client, prefix })
const now = (): { readonly now: number } => ({ now: Date.now() })

/** One of many calls at once, of which the breaker lets as many through as it has permits. */
async function admitMany(key: string, count: number): Promise<readonly string[]> {
  const admissions = await Promise.all(
    Array.from({ length: count }, () => breakers.admit(key, someBreakerRules, now())),
  )
  return admissions.flatMap((one) => (one.admitted && one.probe !== undefined ? [one.probe] : []))
}

async function acquireMany(requests: readonly LimitRequest[], count: number): Promise<readonly string[]> {
  const decisions = await Promise.all(Array.from({ length: count }, () => limiter.acquire(requests, now())))
  return decisions.flatMap((decision) => (decision.granted ? [decision.lease] : []))
}

async function carryOut(order: Order): Promise<unknown> {
  switch (order.do) {
    case 'admit':
      return admitMany(order.key, order.count)
    case 'acquire':
      return acquireMany(order.requests, order.count)
    case 'contend':
      return contendForPermits({ client, limiter, ...order })
    case 'run':
      return runCalls({ limiter, ...order })
    default:
      return 'ready'
  }
}

process.on('message', (message: { readonly id: number; readonly order: Order }) => {
  void carryOut(message.order).then(
    (value) => process.send?.({ id: message.id, value }),
    (error: unknown) => process.send?.({ id: message.id, error: String(error) }),
  )
})
process.on('disconnect', () => process.exit())
