import { type CacheStore, createRuntime, memoryCacheStore } from '@headrace/core'
import { createSeededRandom, createTestClock, type TestClock } from '@headrace/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readTool, sleep, writeTool } from '../fixture/tools.ts'
import { slowStore } from './slow-store.ts'

interface Step {
  readonly what: 'read' | 'write' | 'cancelled write' | 'failed write'
  readonly name: string
  /** Milliseconds since the step before. */
  readonly afterMs: number
  /** Milliseconds before the tool touches the backend, and after. */
  readonly beforeMs: number
  readonly restMs: number
  /** Which runtime makes the call. */
  readonly runtime: number
  readonly tenant: string | undefined
  readonly session: string | undefined
}

const ms = fc.integer({ min: 0, max: 10 })
const step: fc.Arbitrary<Step> = fc.record({
  what: fc.constantFrom('read', 'read', 'read', 'write', 'cancelled write', 'failed write'),
  name: fc.constantFrom('a', 'b'),
  afterMs: fc.integer({ min: 0, max: 8 }),
  beforeMs: ms,
  restMs: ms,
  runtime: fc.integer({ min: 0, max: 1 }),
  tenant: fc.constantFrom(undefined, 't'),
  session: fc.constantFrom('s', 's2'),
})

interface World {
  readonly clock: TestClock
  /** Runtimes that share a store, as processes do. */
  readonly stores: readonly CacheStore[]
  readonly scope: 'session' | 'tenant' | 'shared'
}

/** Runs the steps. Tells of each read what it gave, and the least it may give: what was written when it started. */
async function play(steps: readonly Step[], { clock, stores, scope }: World): Promise<[number, number][]> {
  const written = new Map<string, number>()
  const known = new Map<string, number>()
  /** What a write has made of its name, by its number. */
  const commits = new Map<number | undefined, number>()
  const plans: Step[] = []
  const planOf = (n: number | undefined): Step => plans[n ?? -1] as Step
  const versionOf = ({ name, tenant }: Step): string => (scope === 'shared' ? name : `${name} ${tenant}`)
  const tools = [
    readTool(
      'read',
      async ({ n }) => {
        const plan = planOf(n)
        await sleep(clock, plan.beforeMs)
        const value = written.get(versionOf(plan)) ?? 0
        // long enough for whole writes to happen meanwhile
        await sleep(clock, plan.restMs * 4)
        return value
      },
      { cache: { ttl: 60_000, scope, fields: { n: 'ignore' }, tags: ({ q }: { q: string }) => [q] }, retry: false },
    ),
    writeTool(
      'write',
      async ({ n }) => {
        const plan = planOf(n)
        await sleep(clock, plan.beforeMs)
        const version = (written.get(versionOf(plan)) ?? 0) + 1
        written.set(versionOf(plan), version)
        commits.set(n, version)
        await sleep(clock, plan.restMs)
        if (plan.what === 'failed write') throw new Error('after all')
      },
      { invalidates: ({ q }: { q: string }) => [q] },
    ),
  ]
  const runtimes = stores.map((cache) => createRuntime({ tools, cache, clock, random: createSeededRandom(1) }))
  const reads: Promise<[number, number]>[] = []
  for (const plan of steps) {
    await clock.advance(plan.afterMs)
    const { what, name: q, tenant, session } = plan
    const n = plans.push(plan) - 1
    const runtime = runtimes[plan.runtime % runtimes.length]
    const key = versionOf(plan)
    const call = runtime?.dispatch(
      { tool: what === 'read' ? 'read' : 'write', arguments: { q, n } },
      { tenant, session },
    )
    if (what === 'read') {
      const least = known.get(key) ?? 0
      reads.push((call as Promise<number>).then((value) => [value, least]))
    } else if (what === 'cancelled write') {
      void call?.result()
      void sleep(clock, 3).then(() => call?.cancel())
    } else {
      void call?.result().then(() => known.set(key, Math.max(known.get(key) ?? 0, commits.get(n) ?? 0)))
    }
  }
  await clock.runAll()
  const seen = await Promise.all(reads)
  for (const runtime of runtimes) void runtime.close()
  await clock.runAll()
  return seen
}

describe('cache: a read that starts after a write has ended never gives what was before the write', () => {
  const scope = fc.constantFrom('session', 'tenant', 'shared')
  const steps = fc.array(step, { minLength: 5, maxLength: 25 })

  it('with a store in memory', async () => {
    await fc.assert(
      fc.asyncProperty(steps, scope, async (given, of) => {
        const clock = createTestClock()
        const seen = await play(given, { clock, stores: [memoryCacheStore()], scope: of })
        for (const [value, least] of seen) expect(value).toBeGreaterThanOrEqual(least)
      }),
      { numRuns: 150 },
    )
  }, 60_000)

  it('with a store behind a network that two processes share', async () => {
    const delay = fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 4 }))
    await fc.assert(
      fc.asyncProperty(steps, scope, fc.infiniteStream(delay), async (given, of, delays) => {
        const clock = createTestClock()
        const store = slowStore(clock, () => delays.next().value, memoryCacheStore())
        const seen = await play(given, { clock, stores: [store, store], scope: of })
        for (const [value, least] of seen) expect(value).toBeGreaterThanOrEqual(least)
      }),
      { numRuns: 150 },
    )
  }, 60_000)
})
