import { memoryJobStore } from '@headrace/core'
import { createTestClock } from '@headrace/testing'
import { describe, expect, it } from 'vitest'
import { openRuntime, resultOf } from '../fixture/open-runtime.ts'
import { forever, sleep, writeTool } from '../fixture/tools.ts'
import { meddledStore, type StoreMethod } from './job-stores.ts'
import { jobTool, outcomeOf, watchJob } from './job-tools.ts'

const call = { tool: 'render', arguments: {} }

/** A runtime whose store throws, rejects or hangs while it is told to. */
const open = (how: 'throws' | 'rejects' | 'hangs' = 'throws', shared = false) => {
  const broken = new Set<StoreMethod>()
  const inner = memoryJobStore({ shared })
  let runs = 0
  const store = meddledStore((method) => {
    if (!broken.has(method)) return
    if (how === 'hangs') return new Promise<void>(() => undefined)
    if (how === 'rejects') return Promise.reject(new Error('the disk is full'))
    throw new Error('the disk is full')
  }, inner)
  const stage = openRuntime({
    jobs: store,
    tools: [
      jobTool('render', async (_, { signal }) => {
        runs += 1
        await sleep(stage.clock, 15_000, signal)
        return 'done'
      }),
      writeTool('plain', () => 'plain'),
    ],
  })
  return {
    ...stage,
    broken,
    inner,
    runs: () => runs,
    failures: () => stage.events.filter((event) => event.type === 'store-error' && event.store === 'job').length,
  }
}

describe.each(['throws', 'rejects', 'hangs'] as const)('jobs: a store that %s', (how) => {
  it('refuses a submission, and nothing runs', async () => {
    const { clock, runtime, broken, failures, runs } = open(how)
    broken.add('create')
    const submitted = outcomeOf(runtime.submit(call))
    const dispatched = runtime.dispatch(call)
    await clock.advance(5_000)
    expect(submitted.error).toMatchObject({
      name: 'ToolError',
      code: 'EXECUTION_FAILED',
      retryable: true,
      tool: 'render',
      details: { store: 'job' },
    })
    expect(await resultOf(dispatched)).toMatchObject({ status: 'error', error: { code: 'EXECUTION_FAILED' } })
    expect([failures(), runs()]).toEqual([2, 0])
  })

  it('rejects a look-up', async () => {
    const { clock, runtime, broken } = open(how)
    const job = await runtime.submit(call)
    broken.add('get')
    const failed = { code: 'EXECUTION_FAILED', details: { store: 'job' } }
    const found = outcomeOf(runtime.job(job.id))
    const view = outcomeOf(job.get())
    const waited = outcomeOf(job.get({ waitMs: 60_000 }))
    const answered = outcomeOf(job.provideInput(1))
    await clock.advance(5_000)
    expect([found.error, view.error, waited.error, answered.error]).toMatchObject([failed, failed, failed, failed])
  })

  it('does not disturb a running job by failing heartbeats: they are tried again', async () => {
    const { clock, runtime, broken, failures, inner } = open(how)
    const job = await runtime.submit(call)
    await clock.advance(9_999)
    broken.add('update')
    await clock.advance(4_000)
    broken.clear()
    await clock.advance(6_000)
    expect(failures()).toBeGreaterThan(0)
    expect(inner.get(job.id, { now: clock.now() })).toMatchObject({ state: 'completed', result: { output: 'done' } })
  })

  it('gets the end of a job as soon as it works again', async () => {
    const { clock, runtime, broken, failures, inner } = open(how)
    const job = await runtime.submit(call)
    await clock.advance(14_999)
    broken.add('update')
    await clock.advance(30_000)
    const during = failures()
    broken.clear()
    await clock.advance(35_000)
    expect(inner.get(job.id, { now: clock.now() })?.state).toBe('completed')
    expect([during > 1, failures() - during < 2]).toEqual([true, true])
  })

  it('begins a job only when that can be kept', async () => {
    const { clock, runtime, broken, runs } = open(how)
    broken.add('update')
    await runtime.submit(call)
    await clock.advance(10_000)
    expect(runs()).toBe(0)
    broken.clear()
    await clock.advance(30_000)
    expect(runs()).toBe(1)
  })

  it('leaves calls that are no jobs alone', async () => {
    const { clock, broken, call: dispatch, runtime } = open(how)
    for (const method of ['create', 'get', 'update', 'claim'] as const) broken.add(method)
    const calls = [dispatch('plain'), runtime.call('plain', {})]
    await clock.advance(0)
    expect(await Promise.all(calls.map(async (one) => (await resultOf(one)).status))).toEqual(['ok', 'ok'])
  })

  it('does not end a watch: that goes on when the store works again', async () => {
    const { clock, runtime, broken } = open(how)
    const job = await runtime.submit(call)
    await clock.advance(1)
    broken.add('get')
    const seen = watchJob(job)
    await clock.advance(5_000)
    expect([seen.views.length, seen.isOver]).toEqual([0, false])
    broken.clear()
    await clock.advance(15_000)
    expect([seen.states, seen.isOver]).toEqual([['working', 'completed'], true])
  })

  it('is acknowledged by a cancel here: the work is told at once, and the end is kept later', async () => {
    const { clock, runtime, broken, inner } = open(how)
    const job = await runtime.submit(call)
    await clock.advance(1)
    broken.add('update')
    const cancelled = outcomeOf(job.cancel().then(() => 'told'))
    await clock.advance(5_000)
    expect([cancelled.value, inner.get(job.id, { now: clock.now() })?.state]).toEqual(['told', 'working'])
    broken.clear()
    await clock.advance(10_000)
    expect(inner.get(job.id, { now: clock.now() })?.state).toBe('cancelled')
  })

  it('is asked again for the jobs of others', async () => {
    const { clock, broken, failures } = open(how, true)
    broken.add('claim')
    await clock.advance(25_000)
    expect(failures()).toBeGreaterThan(0)
  })
})

describe('jobs: a store that answers too late', () => {
  it('has its job ended that its submitter was told is not kept', async () => {
    const clock = createTestClock()
    const inner = memoryJobStore()
    let runs = 0
    const { runtime, events } = openRuntime({
      clock,
      jobs: meddledStore((method) => {
        if (method === 'create') return new Promise((resolve) => void clock.setTimer(6_000, resolve))
      }, inner),
      tools: [
        jobTool('render', () => {
          runs += 1
        }),
      ],
    })
    const submitted = outcomeOf(runtime.submit(call))
    await clock.advance(5_000)
    expect(submitted.error).toMatchObject({ code: 'EXECUTION_FAILED', details: { store: 'job' } })
    await clock.advance(1_000)
    const change = events.find((event) => event.type === 'job-change')
    expect([change?.type === 'job-change' && change.state, runs, inner.size]).toEqual(['cancelled', 0, 1])
  })

  it('has the job given back that nobody waits for any more', async () => {
    const clock = createTestClock()
    const inner = memoryJobStore({ shared: true })
    const tools = [jobTool('render', () => 'done')]
    const first = openRuntime({ clock, jobs: inner, tools: [jobTool('render', forever)] })
    const { id } = await first.runtime.submit(call)
    const firstClosed = first.runtime.close()
    await clock.advance(0)
    await firstClosed
    let isSlow = true
    openRuntime({
      clock,
      jobs: meddledStore((method) => {
        if (method === 'claim' && isSlow) return new Promise((resolve) => void clock.setTimer(6_000, resolve))
      }, inner),
      tools,
    })
    await clock.advance(6_000)
    expect(inner.get(id, { now: clock.now() })).toMatchObject({ state: 'working', attempt: 0 })
    isSlow = false
    await clock.advance(10_000)
    expect(inner.get(id, { now: clock.now() })).toMatchObject({ state: 'completed', attempt: 1 })
  })
})

describe('jobs: options of a runtime', () => {
  const create = (jobs: unknown) => () => openRuntime({ jobs: jobs as never })

  it('are checked where they are given', () => {
    expect(create({ leaseMs: 0 })).toThrow('createRuntime: jobs: leaseMs must be a number >= 1')
    expect(create({ ttlMs: -1 })).toThrow('createRuntime: jobs: ttlMs must be a number >= 0')
    expect(create({ pollIntervalMs: Number.NaN })).toThrow('createRuntime: jobs: pollIntervalMs must be a number >= 0')
    expect(create({ lease: 1 })).toThrow("createRuntime: jobs: unknown option 'lease'")
    expect(create({ store: {} })).toThrow('createRuntime: jobs: store must be a JobStore: it has no create')
    expect(create(null)).toThrow('createRuntime: jobs must be an object')
  })

  it('may be a store alone', async () => {
    const jobs = memoryJobStore()
    const { runtime } = openRuntime({ jobs, tools: [jobTool('render', () => 1)] })
    await runtime.submit(call)
    expect(jobs.size).toBe(1)
  })
})
