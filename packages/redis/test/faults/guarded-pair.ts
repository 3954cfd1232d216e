import { createRuntime, defineTool, type Runtime, type Tool } from '@headrace/core'
import { jsonSchema } from '@headrace/core/json-schema'
import { expect } from 'vitest'
import { redisBreakerStore } from '../../src/breaker.ts'
import type { RedisClient } from '../../src/client/redis-client.ts'
import { redisLimiter } from '../../src/limiter.ts'
import { waitUntil } from '../servers/wait-until.ts'

/** The stores whose loss leaves a process to its own judgement, as events call them. */
export const guards = ['breaker', 'limiter'] as const
/** One of them. */
export type Guard = (typeof guards)[number]

/** Two runtimes, as of two processes, that have their breakers and limits in one Redis. */
export interface GuardedPair extends AsyncDisposable {
  /** Waits until the stores of both answer again, by calls. */
  recovered(): Promise<void>
  /** What one of them has learnt or taken holds for the other. */
  holdShared(): Promise<void>
  /** Each of them has breakers or limits of its own. */
  holdAlone(store: Guard): Promise<void>
}

/** How many times either can be held: each time takes tools that were not called before. */
const rounds = 6
/** What a rate of these tools lets through, in longer than any test takes. */
const limit = 2

interface Half {
  readonly runtime: Runtime
  readonly client: RedisClient
  /** Stores that are left alone. */
  readonly away: ReadonlySet<string>
  /** How often each tool has run. */
  readonly runs: Map<string, number>
  /** How a call of the tool ends. */
  call(tool: string): Promise<string>
}

/** Opens a pair on two clients, which the pair closes. */
export function openPair(open: () => RedisClient): GuardedPair {
  const halves = [openHalf(open()), openHalf(open())] as const
  const [one, other] = halves
  let round = 0
  return {
    async recovered() {
      for (const { call, away } of halves) {
        const isBack = async (): Promise<boolean> => (await call('work')) === 'ok' && away.size === 0
        await waitUntil('the stores of both answer again', isBack, { withinMs: 60_000 })
      }
    },
    async holdShared() {
      round += 1
      const [fails, scarce] = [`fails-${round}`, `scarce-${round}`]
      expect(await one.call(fails)).toBe('EXECUTION_FAILED')
      await waitUntil('the breaker is open', () => one.runtime.control.breaker(fails).state === 'open')
      expect(await other.call(fails), 'a breaker that the other one has opened').toBe('CIRCUIT_OPEN')
      expect(other.runs.get(fails)).toBeUndefined()
      expect(await callAll([one, other, one, other], scarce)).toEqual(['ok', 'ok', 'RATE_LIMITED', 'RATE_LIMITED'])
    },
    async holdAlone(store) {
      round += 1
      for (const half of halves) {
        if (store === 'breaker') {
          expect(await callAll([half, half], `fails-${round}`)).toEqual(['EXECUTION_FAILED', 'CIRCUIT_OPEN'])
        } else {
          expect(await callAll([half, half, half], `scarce-${round}`)).toEqual(['ok', 'ok', 'RATE_LIMITED'])
        }
      }
    },
    async [Symbol.asyncDispose]() {
      for (const { runtime, client } of halves) {
        await runtime.close()
        await client.close()
      }
    },
  }
}

function openHalf(client: RedisClient): Half {
  const runs = new Map<string, number>()
  const runtime = createRuntime({
    tools: [work, ...Array.from({ length: rounds }, (_, round) => toolsOf(round + 1, runs)).flat()],
    breakers: redisBreakerStore({ client }),
    limiter: redisLimiter({ client }),
    // however busy the machine is: what a store may cost a call is not what is looked at here
    onStoreError: { budget: 1_000 },
  })
  const away = new Set<string>()
  runtime.events$.subscribe((event) => {
    if (event.type === 'store-suspend') away.add(event.store)
    if (event.type === 'store-resume') away.delete(event.store)
  })
  const call = async (tool: string): Promise<string> => {
    const result = await runtime.dispatch({ tool, arguments: {} }).result()
    return result.status === 'error' ? result.error.code : result.status
  }
  return { runtime, client, away, runs, call }
}

const inputSchema = jsonSchema<object>({ type: 'object' })

const work = defineTool({
  name: 'work',
  description: 'Is limited, and always answers',
  inputSchema,
  policy: { rateLimit: { limit: 100_000, per: 1_000 } },
  execute: () => null,
})

function toolsOf(round: number, runs: Map<string, number>): readonly Tool[] {
  const ran = (name: string): void => void runs.set(name, (runs.get(name) ?? 0) + 1)
  const fails = defineTool({
    name: `fails-${round}`,
    description: 'Never answers',
    inputSchema,
    policy: { retry: false, breaker: { consecutiveFailures: 1, openFor: 60_000 } },
    execute() {
      ran(`fails-${round}`)
      throw new Error('no answer')
    },
  })
  const scarce = defineTool({
    name: `scarce-${round}`,
    description: 'May be asked twice',
    inputSchema,
    policy: { rateLimit: { limit, per: 600_000, mode: 'reject' }, concurrency: { max: 10 } },
    execute() {
      ran(`scarce-${round}`)
      return null
    },
  })
  return [fails, scarce]
}

async function callAll(halves: readonly Half[], tool: string): Promise<readonly string[]> {
  const ends: string[] = []
  for (const half of halves) ends.push(await half.call(tool))
  return ends
}
