import { type JobRecord, memoryJobStore } from '@headrace/core'
import { createSeededRandom, createTestClock } from '@headrace/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openRuntime } from '../fixture/open-runtime.ts'
import { sleep } from '../fixture/tools.ts'
import { meddledStore } from './job-stores.ts'
import { jobTool } from './job-tools.ts'

const terminal = ['completed', 'failed', 'cancelled']
/** What may happen to the jobs of two runtimes that share a store. */
const step = fc.record({
  wait: fc.integer({ min: 0, max: 4_000 }),
  what: fc.constantFrom('cancel', 'cancel elsewhere', 'cut', 'mend', 'answer', 'nothing'),
  job: fc.nat(2),
})
const schedule = fc.record({
  seed: fc.nat(),
  isIdempotent: fc.boolean(),
  workMs: fc.integer({ min: 0, max: 9_000 }),
  slowMs: fc.integer({ min: 0, max: 300 }),
  asks: fc.boolean(),
  fails: fc.boolean(),
  steps: fc.array(step, { maxLength: 12 }),
})

const ignore = (): void => undefined

/** Every version of every job, as the store made it. */
async function runSchedule(plan: typeof schedule extends fc.Arbitrary<infer T> ? T : never) {
  const clock = createTestClock()
  const random = createSeededRandom(plan.seed)
  const inner = memoryJobStore({ shared: true })
  const versions: JobRecord[] = []
  const cut = new Set<number>()
  let running = 0
  let ran = 0
  const open = (index: number) =>
    openRuntime({
      clock,
      jobs: {
        leaseMs: 3_000,
        store: meddledStore(() => {
          if (cut.has(index) && random() < 0.5) throw new Error('cut off')
          const ms = cut.has(index) ? 100_000 : Math.floor(random() * plan.slowMs)
          if (ms > 0) return new Promise((resolve) => void clock.setTimer(ms, resolve))
        }, inner),
      },
      tools: [
        jobTool(
          'render',
          async (_, { signal, requestInput }) => {
            running += 1
            ran += 1
            try {
              await sleep(clock, plan.workMs, signal)
              if (plan.asks) await requestInput('?')
              if (plan.fails) throw new Error('broken')
              return 'done'
            } finally {
              running -= 1
            }
          },
          { idempotent: plan.isIdempotent, policy: { retry: false, timeout: { attempt: 60_000 } } },
        ),
      ],
    })
  const stages = [open(0), open(1)]
  const ids: string[] = []
  const submitted = [0, 1, 2].map((index) =>
    stages[index % 2]?.runtime.submit({ tool: 'render', arguments: { n: index } }).then(({ id }) => {
      ids.push(id)
      inner.watch(id, (job) => versions.push(job))
    }),
  )
  const settled = Promise.allSettled(submitted)
  await clock.advance(1_000)
  await settled
  for (const { wait, what, job } of plan.steps) {
    await clock.advance(wait)
    const id = ids[job]
    if (what === 'cut') cut.add(0)
    if (what === 'mend') cut.clear()
    if (id === undefined) continue
    const runtime = stages[what === 'cancel elsewhere' ? 1 : 0]?.runtime
    if (what.startsWith('cancel'))
      runtime
        ?.job(id)
        .then((found) => found?.cancel())
        .catch(ignore)
    if (what === 'answer')
      runtime
        ?.job(id)
        .then((found) => found?.provideInput(1))
        .catch(ignore)
  }
  cut.clear()
  await clock.advance(200_000)
  return { versions, ids, inner, clock, stages, running: () => running, ran: () => ran }
}

describe('jobs of two runtimes, whatever happens', () => {
  it('have one end each, and nothing after it', async () => {
    await fc.assert(
      fc.asyncProperty(schedule, async (plan) => {
        const { versions, ids, inner, clock, stages, ran, running } = await runSchedule(plan)
        for (const id of ids) {
          const of = versions.filter((job) => job.id === id)
          const ends = of.filter(({ state }) => terminal.includes(state))
          const last = inner.get(id, { now: clock.now() })
          // a question that nobody answers is all that keeps a job from its end
          const waits = last?.state === 'input_required' && plan.asks
          expect([ends.length, of.at(-1)?.state]).toEqual([waits ? 0 : 1, last?.state])
          expect(of.map(({ version }) => version)).toEqual(of.map((_, index) => (of[0]?.version ?? 0) + index))
          const isEnded = terminal.includes(last?.state ?? '')
          expect([last?.result !== undefined, last?.owner === undefined || !isEnded]).toEqual([isEnded, true])
        }
        expect(plan.isIdempotent || ran() <= ids.length).toBe(true)
        expect(plan.asks || running() === 0).toBe(true)
        const closing = stages.map(({ runtime }) => runtime.close())
        await clock.advance(10_000)
        await Promise.all(closing)
        expect(running()).toBe(0)
      }),
      { numRuns: 60 },
    )
  }, 60_000)
})
