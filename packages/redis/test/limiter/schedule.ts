import { randomUUID } from 'node:crypto'
import { type Awaitable, type LimitDecision, type LimitRequest, memoryLimiter } from '@headrace/core'
import fc from 'fast-check'
import { expect } from 'vitest'
import type { RedisClient } from '../../src/index.ts'
import { createLimiterScripts } from '../../src/limiter/limiter-scripts.ts'
import { RedisLimits } from '../../src/limiter/redis-limits.ts'
import { createTestTime } from '../test-time.ts'

/** What happens at one moment of a schedule. */
export type Step = { readonly afterMs: number } & (
  | { readonly does: 'acquire'; readonly requests: readonly LimitRequest[] }
  | { readonly does: 'release'; readonly which: number; readonly refund: boolean }
  | { readonly does: 'renew'; readonly which: number }
  | { readonly does: 'cooldown'; readonly key: string; readonly forMs: number }
)

const key = fc.constantFrom('a', 'b', 'c')
const afterMs = fc.oneof(
  { weight: 10, arbitrary: fc.integer({ min: 0, max: 40 }) },
  { weight: 4, arbitrary: fc.integer({ min: 40, max: 900 }) },
  { weight: 1, arbitrary: fc.integer({ min: 900, max: 9_000 }) },
)
const rates = [
  { limit: 3, perMs: 100, burst: 3 },
  { limit: 2, perMs: 700, burst: 5 },
  { limit: 2.5, perMs: 333, burst: 4 },
  { limit: 600, perMs: 900, burst: 700 },
]

const someRate: fc.Arbitrary<LimitRequest> = fc
  .record({ key, rate: fc.constantFrom(...rates), isWindow: fc.boolean(), weight: fc.constantFrom(1, 1, 1, 2, 0.3) })
  .map(({ rate, isWindow, ...request }) => ({
    kind: 'rate' as const,
    ...rate,
    ...request,
    algorithm: isWindow ? ('sliding-window' as const) : ('token-bucket' as const),
  }))
const somePermit: fc.Arbitrary<LimitRequest> = fc.record({
  kind: fc.constant('concurrency' as const),
  key,
  max: fc.integer({ min: 1, max: 4 }),
  leaseMs: fc.constantFrom(50, 300, 2_000),
})
const someRequests = fc.uniqueArray(
  fc.oneof({ weight: 3, arbitrary: someRate }, { weight: 1, arbitrary: somePermit }),
  {
    minLength: 1,
    maxLength: 3,
    selector: (request) => `${request.kind} ${request.key}`,
  },
)
const which = fc.nat(30)

/** A row of what may happen to a few limits. */
export const someSteps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    { weight: 12, arbitrary: fc.record({ afterMs, does: fc.constant('acquire' as const), requests: someRequests }) },
    {
      weight: 5,
      arbitrary: fc.record({ afterMs, does: fc.constant('release' as const), which, refund: fc.boolean() }),
    },
    { weight: 2, arbitrary: fc.record({ afterMs, does: fc.constant('renew' as const), which }) },
    {
      weight: 1,
      arbitrary: fc.record({
        afterMs,
        does: fc.constant('cooldown' as const),
        key,
        forMs: fc.integer({ min: -10, max: 400 }),
      }),
    },
  ),
  { minLength: 5, maxLength: 120, size: 'max' },
)

const time = createTestTime()
const scripts = createLimiterScripts(time.lua)

/** Runs a schedule through the scripts and through the limiter in memory, and holds every answer to be the same. */
export async function holdSchedule(client: RedisClient, steps: readonly Step[]): Promise<void> {
  const tested = new RedisLimits({ client, scripts, prefix: `test-${randomUUID()}:`, owner: 'test' })
  const model = memoryLimiter()
  const leases: { readonly tested: string; readonly model: string }[] = []
  let now = 1_700_000_000_000
  /** Sets the clock with what is asked, in one write. */
  const ask = async <T>(question: () => Awaitable<T>): Promise<T> => {
    const [, answer] = await Promise.all([time.set(client, now), question()])
    return answer
  }
  for (const [index, step] of steps.entries()) {
    now += step.afterMs
    const told = `step ${index}: ${JSON.stringify(step)}`
    if (step.does === 'acquire') {
      const both = {
        tested: await ask(() => tested.acquire(step.requests, { now })),
        model: model.acquire(step.requests, { now }),
      }
      expect({ told, answer: comparable(both.tested, step.requests) }).toEqual({
        told,
        answer: comparable(both.model, step.requests),
      })
      if (both.tested.granted && both.model.granted) leases.push({ tested: both.tested.lease, model: both.model.lease })
    } else if (step.does === 'cooldown') {
      await ask(() => tested.cooldown(step.key, now + step.forMs, { now }))
      model.cooldown(step.key, now + step.forMs, { now })
    } else {
      const lease = leases[step.which % leases.length]
      if (lease === undefined) continue
      if (step.does === 'renew') {
        const answer = await ask(() => tested.renew(lease.tested, { now }))
        // A lease of tokens alone is forgotten when they are worth nothing any more; nobody renews one.
        if (answer || lease.tested.includes('.p')) {
          expect({ told, answer }).toEqual({ told, answer: model.renew(lease.model, { now }) })
        }
      } else {
        await ask(() => tested.release(lease.tested, { now, refund: step.refund }))
        model.release(lease.model, { now, refund: step.refund })
      }
    }
  }
}

/** Nobody can tell when a permit is given back: with one in question only the answer counts, not the wait. */
function comparable(decision: LimitDecision, requests: readonly LimitRequest[]): unknown {
  if (decision.granted) return { granted: true }
  const isGuess = requests.some(({ kind }) => kind === 'concurrency')
  return isGuess ? { granted: false } : decision
}
