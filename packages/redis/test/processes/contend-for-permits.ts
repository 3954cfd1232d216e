import { setTimeout as sleep } from 'node:timers/promises'
import type { Limiter, LimitRequest } from '@headrace/core'
import type { RedisClient } from '../../src/index.ts'

/** What a process does that works under permits of one key, again and again. */
export interface Contention {
  readonly client: RedisClient
  readonly limiter: Limiter
  readonly key: string
  /** Permits of the key, for all processes together. */
  readonly max: number
  /** How many of its own calls want one at any time. */
  readonly calls: number
  readonly forMs: number
  /** How long a call works under its permit. */
  readonly workMs: number
  /** Grants a second, for all processes together, beside the permits. */
  readonly perSecond?: number | undefined
}

/** What came of it. */
export interface ContentionResult {
  readonly grants: number
  /** The longest that one call waited for its permit. */
  readonly longestWaitMs: number
  /** How often more than `max` were at work at once, or a lease came that was not the newest. */
  readonly violations: number
}

/** Works as long as it is told; holds every grant against a counter that all processes share. */
export async function contendForPermits(contention: Contention): Promise<ContentionResult> {
  const { client, limiter, key, max, calls, forMs, workMs, perSecond } = contention
  const end = performance.now() + forMs
  const requests: LimitRequest[] = [{ kind: 'concurrency', key, max, leaseMs: 30_000 }]
  if (perSecond !== undefined) {
    const rate = { limit: perSecond, perMs: 1_000, burst: 1, weight: 1, algorithm: 'token-bucket' as const }
    requests.push({ kind: 'rate', key, ...rate })
  }
  const result = { grants: 0, longestWaitMs: 0, violations: 0 }
  const waiting = new Set<() => void>()
  const unwatch = limiter.watch?.((freed) => {
    if (freed !== key) return
    for (const wake of [...waiting]) wake()
  })
  const freedWithin = async (ms: number): Promise<void> => {
    const freed = Promise.withResolvers<void>()
    waiting.add(freed.resolve)
    await Promise.race([freed.promise, sleep(ms)])
    waiting.delete(freed.resolve)
  }
  const work = async (lease: string): Promise<void> => {
    const atWork = Number(await client.command('INCR', [`${key}:at-work`]))
    const newest = Number(await client.command('GET', [`${key}:newest`]))
    const number = Number.parseInt(lease, 10)
    if (atWork > max || (max === 1 && number <= newest)) result.violations += 1
    await client.command('SET', [`${key}:newest`, Math.max(number, newest)])
    if (workMs > 0) await sleep(workMs)
    await client.command('DECR', [`${key}:at-work`])
  }
  const callAgain = async (): Promise<void> => {
    while (performance.now() < end) {
      const asked = performance.now()
      let decision = await limiter.acquire(requests, { now: Date.now() })
      while (!decision.granted && performance.now() < end) {
        await freedWithin(decision.retryAfterMs)
        decision = await limiter.acquire(requests, { now: Date.now() })
      }
      if (!decision.granted) return
      result.grants += 1
      result.longestWaitMs = Math.max(result.longestWaitMs, performance.now() - asked)
      await work(decision.lease)
      await limiter.release(decision.lease, { now: Date.now(), refund: false })
    }
  }
  await Promise.all(Array.from({ length: calls }, callAgain))
  unwatch?.()
  return result
}
