import { type MemoryJobStore, memoryJobStore } from '@headrace/core'
import { createTestClock } from '@headrace/testing'
import { concatMap, Observable } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { openRuntime } from '../fixture/open-runtime.ts'
import { forever, sleep } from '../fixture/tools.ts'
import { meddledStore, slowStore } from './job-stores.ts'
import { jobTool, outcomeOf } from './job-tools.ts'

const call = { tool: 'render', arguments: {} }
const durable = (): MemoryJobStore =>
  Object.assign(memoryJobStore(), { supports: { durable: true, shared: false, push: true } })

describe('jobs: close', () => {
  it('cancels what runs where nothing outlives the process, as it does with calls', async () => {
    let reason: unknown
    const { clock, runtime } = openRuntime({
      tools: [
        jobTool('render', (_, { signal }) => {
          signal.addEventListener('abort', () => {
            reason = signal.reason
          })
          return sleep(clock, 1_000, signal)
        }),
      ],
    })
    const job = await runtime.submit(call)
    await clock.advance(1)
    await runtime.close()
    expect([reason, await job.get()]).toMatchObject([
      { kind: 'shutdown' },
      { state: 'cancelled', result: { status: 'cancelled', reason: { kind: 'shutdown' } } },
    ])
  })

  it('lets jobs end while it drains', async () => {
    const { clock, runtime } = openRuntime({ tools: [jobTool('render', () => sleep(clock, 1_000))] })
    const job = await runtime.submit(call)
    await clock.advance(1)
    const closed = outcomeOf(runtime.close({ drain: 5_000 }).then(() => clock.now()))
    const now = clock.now()
    await clock.advance(1_000)
    expect([(await job.get()).state, Number(closed.value) - now]).toEqual(['completed', 999])
  })

  it.each([
    ['durable', durable],
    ['shared', () => memoryJobStore({ shared: true })],
  ])('leaves what runs to others where the store is %s: working, and held by nobody', async (_, create) => {
    const jobs = create()
    const clock = createTestClock()
    const tools = [jobTool('render', (_, { signal }) => sleep(clock, 1_000, signal), { idempotent: true })]
    const { runtime, events } = openRuntime({ clock, jobs, tools })
    const job = await runtime.submit(call)
    await clock.advance(1)
    await runtime.close()
    const kept = jobs.get(job.id, { now: clock.now() })
    expect(kept).toMatchObject({ state: 'working', attempt: 1 })
    expect([kept?.owner, kept?.leaseUntil, kept?.result]).toEqual([undefined, undefined, undefined])
    expect(events.filter((event) => event.type === 'job-change').map(({ state }) => state)).toEqual(['working'])
    const next = openRuntime({ clock, jobs, tools })
    await clock.advance(1_000)
    expect(await (await next.runtime.job(job.id))?.get()).toMatchObject({ state: 'completed', attempt: 2 })
  })

  it('leaves a job to others only when its work has ended, or was given up', async () => {
    const jobs = memoryJobStore({ shared: true })
    const { clock, runtime } = openRuntime({
      jobs,
      tools: [jobTool('render', forever, { policy: { timeout: { grace: 500 } } })],
    })
    const { id } = await runtime.submit(call)
    await clock.advance(1)
    const closed = outcomeOf(runtime.close())
    await clock.advance(499)
    expect([jobs.get(id, { now: clock.now() })?.owner, 'value' in closed]).toEqual([expect.any(String), false])
    await clock.advance(1)
    expect([jobs.get(id, { now: clock.now() })?.owner, 'value' in closed]).toEqual([undefined, true])
  })

  it('does not count a run that never left the queue: also a job that may not run twice is run by the next', async () => {
    const jobs = memoryJobStore({ shared: true })
    const clock = createTestClock()
    const tools = [
      jobTool('render', (_, { signal }) => sleep(clock, 1_000, signal), { policy: { concurrency: { max: 1 } } }),
    ]
    const first = openRuntime({ clock, jobs, tools })
    const [running, queued] = [await first.runtime.submit(call), await first.runtime.submit(call)]
    await clock.advance(1)
    await first.runtime.close()
    const next = openRuntime({ clock, jobs, tools })
    await clock.advance(1_000)
    const views = await Promise.all(
      [running, queued].map(async (job) => (await next.runtime.job(job?.id ?? ''))?.get()),
    )
    expect(views).toMatchObject([
      { state: 'failed', attempt: 1, result: { error: { code: 'OUTCOME_UNKNOWN' } } },
      { state: 'completed', attempt: 1 },
    ])
  })

  it('waits until the end of each job is kept', async () => {
    const clock = createTestClock()
    const inner = memoryJobStore()
    const { runtime } = openRuntime({ clock, jobs: slowStore(clock, 100, inner), tools: [jobTool('render', forever)] })
    const submitted = outcomeOf(runtime.submit(call))
    await clock.advance(300)
    const closed = outcomeOf(runtime.close())
    const state = () => inner.get(submitted.value?.id ?? '', { now: clock.now() })?.state
    await clock.advance(99)
    expect([state(), 'value' in closed]).toEqual(['working', false])
    await clock.advance(1)
    expect(state()).toBe('cancelled')
    // the deaf tool has its grace
    await clock.advance(5_000)
    expect('value' in closed).toBe(true)
  })

  it.each(['throws', 'hangs'])('is not held up by a store that %s', async (how) => {
    let isBroken = false
    const { clock, runtime, events } = openRuntime({
      jobs: meddledStore(() => {
        if (!isBroken) return
        if (how === 'hangs') return new Promise<void>(() => undefined)
        throw new Error('broken')
      }),
      tools: [jobTool('render', (_, { signal }) => sleep(clock, 1_000, signal))],
    })
    await runtime.submit(call)
    await clock.advance(1)
    isBroken = true
    const closed = outcomeOf(runtime.close())
    await clock.advance(5_000)
    expect(['value' in closed, events.filter((event) => event.type === 'store-error').length]).toEqual([true, 1])
  })

  it('does not wait for the next try of a write that has failed', async () => {
    let isBroken = false
    const { clock, runtime } = openRuntime({
      jobs: meddledStore((method) => {
        if (isBroken && method === 'update') throw new Error('broken')
      }),
      tools: [jobTool('render', (_, { signal }) => sleep(clock, 100_000, signal), { policy: { timeout: false } })],
    })
    const job = await runtime.submit(call)
    await clock.advance(9_999)
    isBroken = true
    await clock.advance(20_000)
    isBroken = false
    const closed = outcomeOf(runtime.close())
    await clock.advance(0)
    expect(['value' in closed, (await job.get()).state]).toEqual([true, 'cancelled'])
  })

  it('leaves to others what middleware has held up until calls were refused', async () => {
    const jobs = memoryJobStore({ shared: true })
    const { clock, runtime } = openRuntime({
      jobs,
      middleware: [(_, next) => timer(100).pipe(concatMap(() => next()))],
      tools: [jobTool('render', () => 'done')],
    })
    function timer(ms: number): Observable<void> {
      return new Observable((subscriber) => {
        const waiting = clock.setTimer(ms, () => subscriber.next())
        return () => waiting.cancel()
      })
    }
    const { id } = await runtime.submit(call)
    await clock.advance(50)
    const closed = outcomeOf(runtime.close({ drain: 1_000 }))
    await clock.advance(50)
    const kept = jobs.get(id, { now: clock.now() })
    expect([kept?.state, kept?.owner, kept?.attempt, 'value' in closed]).toEqual(['working', undefined, 0, true])
  })

  it('begins nothing of a job that is being taken in: it is refused where nothing outlives the process', async () => {
    const clock = createTestClock()
    const inner = memoryJobStore()
    let runs = 0
    const { runtime, events } = openRuntime({
      clock,
      jobs: slowStore(clock, 100, inner),
      tools: [
        jobTool('render', () => {
          runs += 1
        }),
      ],
    })
    const submitted = outcomeOf(runtime.submit(call))
    await clock.advance(50)
    const closed = outcomeOf(runtime.close())
    await clock.advance(49)
    expect('value' in closed).toBe(false)
    await clock.advance(101)
    expect([submitted.error, runs, 'value' in closed]).toMatchObject([{ code: 'RUNTIME_CLOSED' }, 0, true])
    const id = events.flatMap((event) => (event.type === 'job-change' ? [event.jobId] : []))[0] ?? ''
    expect(inner.get(id, { now: clock.now() })?.state).toBe('cancelled')
  })

  it('leaves a job that is being taken in to others, where they can run it', async () => {
    const clock = createTestClock()
    const inner = memoryJobStore({ shared: true })
    const tools = [jobTool('render', () => 'done')]
    const { runtime } = openRuntime({ clock, jobs: slowStore(clock, 100, inner), tools })
    await clock.advance(200)
    const submitted = outcomeOf(runtime.submit(call))
    await clock.advance(50)
    const closed = outcomeOf(runtime.close())
    await clock.advance(200)
    expect([submitted.value?.id, 'value' in closed]).toEqual([expect.any(String), true])
    openRuntime({ clock, jobs: inner, tools })
    await clock.advance(0)
    expect(inner.get(submitted.value?.id ?? '', { now: clock.now() })).toMatchObject({ state: 'completed', attempt: 1 })
  })

  it('ends a job that has yet to begin when the drain is asked for', async () => {
    const clock = createTestClock()
    const inner = memoryJobStore()
    const { runtime } = openRuntime({
      clock,
      jobs: slowStore(clock, 100, inner),
      tools: [jobTool('render', () => 'done')],
    })
    const submitted = outcomeOf(runtime.submit(call))
    await clock.advance(150)
    void runtime.close({ drain: 10_000 })
    await clock.advance(1_000)
    expect(inner.get(submitted.value?.id ?? '', { now: clock.now() })?.state).toBe('cancelled')
  })

  it('stops looking for the jobs of others', async () => {
    let claims = 0
    const { clock, runtime } = openRuntime({
      jobs: meddledStore(
        (method) => {
          if (method === 'claim') claims += 1
        },
        memoryJobStore({ shared: true }),
      ),
      tools: [jobTool('render', () => 1)],
    })
    await clock.advance(1)
    await runtime.close()
    await clock.advance(100_000)
    expect([claims, clock.pending]).toEqual([1, 0])
  })

  it('gives back a job that it is given at that moment', async () => {
    const clock = createTestClock()
    const inner = memoryJobStore({ shared: true })
    const tools = [jobTool('render', (_, { signal }) => sleep(clock, 1_000, signal))]
    const first = openRuntime({ clock, jobs: inner, tools })
    const { id } = await first.runtime.submit(call)
    const firstClosed = first.runtime.close()
    await clock.advance(0)
    await firstClosed
    const { runtime } = openRuntime({ clock, jobs: slowStore(clock, 100, inner), tools })
    await clock.advance(50)
    const closed = outcomeOf(runtime.close())
    await clock.advance(500)
    const kept = inner.get(id, { now: clock.now() })
    expect([kept?.state, kept?.owner, kept?.attempt, 'value' in closed]).toEqual(['working', undefined, 0, true])
  })
})
