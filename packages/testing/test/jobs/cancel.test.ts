import { memoryJobStore } from '@headrace/core'
import { createTestClock } from '@headrace/testing'
import { describe, expect, it } from 'vitest'
import { openRuntime } from '../fixture/open-runtime.ts'
import { forever, gate, sleep, writeTool } from '../fixture/tools.ts'
import { slowStore } from './job-stores.ts'
import { jobTool, outcomeOf, watchJob } from './job-tools.ts'

const call = { tool: 'render', arguments: {} }

describe('job.cancel', () => {
  it('ends the job at once, and tells its work', async () => {
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
    await clock.advance(100)
    await job.cancel()
    expect(reason).toMatchObject({ kind: 'cancelled' })
    expect(await job.get()).toMatchObject({
      state: 'cancelled',
      result: { status: 'cancelled', reason: { kind: 'cancelled' }, meta: { attempts: 1, durationMs: 100 } },
    })
  })

  it('drops what a deaf tool gives later: there is one end', async () => {
    const done = gate<string>()
    const { clock, runtime } = openRuntime({ tools: [jobTool('render', () => done.opened)] })
    const job = await runtime.submit(call)
    await clock.advance(1)
    const seen = watchJob(job)
    await job.cancel()
    done.open('late')
    await clock.advance(10_000)
    expect([seen.states, (await job.get()).result?.status]).toEqual([['working', 'cancelled'], 'cancelled'])
  })

  it('changes nothing about a job that has ended', async () => {
    const { clock, runtime } = openRuntime({ tools: [jobTool('render', () => 'done')] })
    const job = await runtime.submit(call)
    await clock.advance(0)
    await job.cancel()
    const found = await runtime.job(job.id)
    await found?.cancel()
    expect((await found?.get())?.result).toMatchObject({ status: 'ok', output: 'done' })
  })

  it('is harmless twice', async () => {
    const { clock, runtime, events } = openRuntime({ tools: [jobTool('render', forever)] })
    const job = await runtime.submit(call)
    await clock.advance(1)
    await Promise.all([job.cancel(), job.cancel()])
    await job.cancel()
    expect(events.filter((event) => event.type === 'job-change').map(({ state }) => state)).toEqual([
      'working',
      'cancelled',
    ])
  })

  it('ends a job that waits in the queue: it never runs', async () => {
    let runs = 0
    const { clock, runtime } = openRuntime({
      tools: [
        writeTool(
          'render',
          () => {
            runs += 1
            return sleep(clock, 100)
          },
          { concurrency: { max: 1 } },
        ),
      ],
    })
    await runtime.submit(call)
    const second = await runtime.submit(call)
    await clock.advance(1)
    await second.cancel()
    await clock.advance(1_000)
    expect([(await second.get()).state, runs]).toEqual(['cancelled', 1])
  })

  it('ends a job that has yet to begin', async () => {
    const clock = createTestClock()
    let runs = 0
    const { runtime } = openRuntime({
      clock,
      jobs: slowStore(clock, 50),
      tools: [
        jobTool('render', () => {
          runs += 1
        }),
      ],
    })
    const submitted = outcomeOf(runtime.submit(call))
    await clock.advance(60)
    const ended = outcomeOf(submitted.value?.cancel() ?? Promise.resolve())
    await clock.advance(1_000)
    const view = outcomeOf(submitted.value?.get() ?? Promise.reject(new Error('none')))
    await clock.advance(50)
    expect([view.value?.state, runs, 'error' in ended]).toEqual(['cancelled', 0, false])
  })

  it('ends a job that runs in another runtime: that one is told, and what it gives is dropped', async () => {
    const clock = createTestClock()
    const jobs = memoryJobStore({ shared: true })
    const signals: AbortSignal[] = []
    const worker = openRuntime({
      clock,
      jobs,
      tools: [
        jobTool('render', (_, { signal }) => {
          signals.push(signal)
          return sleep(clock, 1_000)
        }),
      ],
    })
    const other = openRuntime({ clock, jobs })
    const { id } = await worker.runtime.submit(call)
    await clock.advance(100)
    const job = await other.runtime.job(id)
    await job?.cancel()
    expect(signals[0]?.reason).toMatchObject({ kind: 'cancelled' })
    await clock.advance(5_000)
    expect((await job?.get())?.state).toBe('cancelled')
    expect(worker.events.filter((event) => event.type === 'job-change').map(({ state }) => state)).toEqual(['working'])
  })

  it('resolves when it is kept', async () => {
    const clock = createTestClock()
    const { runtime } = openRuntime({ clock, jobs: slowStore(clock, 50), tools: [jobTool('render', forever)] })
    const submitted = outcomeOf(runtime.submit(call))
    await clock.advance(200)
    let isDone = false
    void submitted.value?.cancel().then(() => {
      isDone = true
    })
    await clock.advance(49)
    expect(isDone).toBe(false)
    await clock.advance(1)
    expect(isDone).toBe(true)
  })
})
