import { memoryJobStore } from '@headrace/core'
import { createTestClock } from '@headrace/testing'
import { describe, expect, it } from 'vitest'
import { openRuntime } from '../fixture/open-runtime.ts'
import { readTool, sleep } from '../fixture/tools.ts'
import { meddledStore, slowStore } from './job-stores.ts'
import { jobTool, outcomeOf, watchJob } from './job-tools.ts'

const open = (options: Parameters<typeof openRuntime>[0] = {}) => {
  const stage = openRuntime({
    tools: [
      jobTool('render', async (_, { progress }) => {
        await sleep(stage.clock, 1_000)
        progress({ progress: 1 })
        await sleep(stage.clock, 1_000)
        return 'done'
      }),
    ],
    ...options,
  })
  return { ...stage, submit: () => stage.runtime.submit({ tool: 'render', arguments: {} }) }
}

describe('job.get', () => {
  it('gives what is there, without a wait', async () => {
    const { clock, submit } = open()
    const job = await submit()
    await clock.advance(1)
    const view = outcomeOf(job.get())
    await clock.advance(0)
    expect(view.value?.state).toBe('working')
  })

  it('waits for another state, and no longer', async () => {
    const { clock, submit } = open()
    const job = await submit()
    const start = clock.now()
    const view = outcomeOf(job.get({ waitMs: 60_000 }).then(({ state }) => [state, clock.now() - start]))
    await clock.advance(60_000)
    expect(view.value).toEqual(['completed', 2_000])
    expect(clock.pending).toBe(0)
  })

  it('does not take progress for another state', async () => {
    const { clock, submit } = open()
    const job = await submit()
    const view = outcomeOf(job.get({ waitMs: 1_500 }))
    await clock.advance(1_499)
    expect(view).toEqual({})
    await clock.advance(1)
    expect(view.value).toMatchObject({ state: 'working', progress: { progress: 1 } })
  })

  it('gives an ended job at once, however long it may wait', async () => {
    const { clock, submit } = open()
    const job = await submit()
    await clock.advance(2_000)
    expect((await job.get({ waitMs: Number.POSITIVE_INFINITY })).state).toBe('completed')
  })

  it('goes on giving the end that it has seen when the job is kept no more', async () => {
    const { clock, submit } = open({ jobs: { ttlMs: 100 } })
    const [seen, unseen] = [await submit(), await submit()]
    await clock.advance(2_000)
    await seen?.get()
    await clock.advance(100)
    expect((await seen?.get())?.state).toBe('completed')
    await expect(unseen?.get()).rejects.toMatchObject({ name: 'ToolError', code: 'OUTCOME_UNKNOWN', tool: 'render' })
  })

  it('refuses options that make no sense', async () => {
    const { submit } = open()
    const job = await submit()
    await expect(job.get({ waitMs: -1 })).rejects.toThrow('job.get: waitMs must be a number >= 0 or Infinity')
    await expect(job.get({ wait: 1 } as never)).rejects.toThrow("unknown option 'wait'")
  })

  it('ends its wait when the runtime closes, with the end of the job', async () => {
    const { clock, submit, runtime } = open()
    const job = await submit()
    await clock.advance(1)
    const view = outcomeOf(job.get({ waitMs: 60_000 }))
    await clock.advance(0)
    void runtime.close()
    await clock.advance(0)
    expect(view.value).toMatchObject({
      state: 'cancelled',
      result: { status: 'cancelled', reason: { kind: 'shutdown' } },
    })
    expect((await job.get({ waitMs: 60_000 })).state).toBe('cancelled')
  })

  it('ends its wait when the runtime closes, also for a job that runs elsewhere', async () => {
    const clock = createTestClock()
    const jobs = memoryJobStore({ shared: true })
    const worker = open({ clock, jobs })
    const asker = open({ clock, jobs })
    const { id } = await worker.submit()
    const view = outcomeOf((await asker.runtime.job(id))?.get({ waitMs: 60_000 }) ?? Promise.reject(new Error('none')))
    await clock.advance(1)
    void asker.runtime.close()
    await clock.advance(0)
    expect(view.value?.state).toBe('working')
  })

  it('takes nothing for news that is older than what it has read', async () => {
    const clock = createTestClock()
    const inner = memoryJobStore()
    const slow = meddledStore(
      (method) => (method === 'get' ? new Promise((resolve) => void clock.setTimer(100, resolve)) : undefined),
      inner,
    )
    // a store that tells late, but for the question
    const watch: typeof inner.watch = (id, listener) =>
      inner.watch(id, (job) => {
        if (job.state === 'input_required') listener(job)
        else clock.setTimer(1_000, () => listener(job))
      })
    const { runtime } = openRuntime({
      clock,
      jobs: Object.assign(slow, { watch }),
      tools: [
        jobTool('ask', async (_, { requestInput }) => {
          await sleep(clock, 20)
          await requestInput('?')
          await sleep(clock, 1_000)
        }),
      ],
    })
    const job = await runtime.submit({ tool: 'ask', arguments: {} })
    const view = outcomeOf(job.get({ waitMs: 60_000 }))
    await clock.advance(50)
    const asked = inner.get(job.id, { now: clock.now() })
    inner.update(job.id, asked?.version ?? 0, { state: 'working', input: 1 }, { now: clock.now() })
    await clock.advance(500)
    expect([asked?.state, view]).toEqual(['input_required', {}])
    await clock.advance(3_000)
    expect(view.value?.state).toBe('completed')
  })

  it('sees an end that comes while it asks', async () => {
    const clock = createTestClock()
    const { submit } = open({ clock, jobs: slowStore(clock, 700) })
    const submitted = outcomeOf(submit())
    await clock.advance(700)
    // written as begun at 1,400, ends at 3,400 and is kept as such at 4,100, while this look-up is under way
    await clock.advance(2_700)
    const view = outcomeOf(submitted.value?.get({ waitMs: 60_000 }) ?? Promise.reject(new Error('none')))
    await clock.advance(1_000)
    expect(view.value?.state).toBe('completed')
  })
})

describe('job.watch', () => {
  it('gives what is there, then every change, and completes after the end', async () => {
    const { clock, submit } = open()
    const job = await submit()
    await clock.advance(500)
    const seen = watchJob(job)
    await clock.advance(1_500)
    expect(seen.views.map(({ state, progress }) => [state, progress?.progress])).toEqual([
      ['working', undefined],
      ['working', 1],
      ['completed', 1],
    ])
    expect(seen.isOver).toBe(true)
  })

  it('gives the end alone of a job that has ended', async () => {
    const { clock, submit } = open()
    const job = await submit()
    await clock.advance(2_000)
    const seen = watchJob(job)
    await clock.advance(0)
    expect([seen.states, seen.isOver]).toEqual([['completed'], true])
  })

  it('is cold, and each subscription is by itself', async () => {
    const { clock, submit } = open()
    const job = await submit()
    const first = watchJob(job)
    await clock.advance(1_500)
    const second = watchJob(job)
    await clock.advance(500)
    expect([first.views.length, second.views.length]).toEqual([3, 2])
  })

  it('gives each version once, whether it was read or told', async () => {
    const clock = createTestClock()
    const { submit } = open({
      clock,
      jobs: meddledStore((method) =>
        method === 'get' ? new Promise((resolve) => void clock.setTimer(100, resolve)) : undefined,
      ),
    })
    const job = await submit()
    await clock.advance(950)
    const seen = watchJob(job)
    await clock.advance(1_050)
    expect(seen.views.map(({ state }) => state)).toEqual(['working', 'completed'])
  })

  it('leaves nothing behind when it is unsubscribed', async () => {
    const store = memoryJobStore()
    let watching = 0
    const watch: typeof store.watch = (...args) => {
      const end = store.watch(...args)
      watching += 1
      return () => {
        watching -= 1
        end()
      }
    }
    const { clock, submit } = open({
      jobs: {
        store: Object.assign(
          meddledStore(() => undefined, store),
          { watch },
        ),
      },
    })
    const job = await submit()
    const views: unknown[] = []
    const subscription = job.watch().subscribe((view) => views.push(view))
    await clock.advance(1)
    subscription.unsubscribe()
    // the run itself looks, too
    expect([views.length, watching]).toEqual([1, 1])
    await clock.advance(2_000)
    expect([views.length, watching]).toEqual([1, 0])
  })

  it('completes when the runtime closes, after the end that this gives to the job', async () => {
    const { clock, submit, runtime } = open()
    const job = await submit()
    const seen = watchJob(job)
    await clock.advance(1)
    void runtime.close()
    await clock.advance(0)
    expect([seen.states, seen.isOver]).toEqual([['working', 'cancelled'], true])
    const late = watchJob(job)
    await clock.advance(0)
    expect([late.states, late.isOver]).toEqual([['cancelled'], true])
  })

  it('completes without a view when the job is kept no more', async () => {
    const { clock, submit } = open({ jobs: { ttlMs: 100 } })
    const job = await submit()
    await clock.advance(2_100)
    const seen = watchJob(job)
    await clock.advance(0)
    expect([seen.views, seen.isOver]).toEqual([[], true])
  })
})

describe('runtime.job', () => {
  it('finds a job by its id, and nothing by another', async () => {
    const { clock, submit, runtime } = open()
    const { id } = await submit()
    await clock.advance(2_000)
    expect(await (await runtime.job(id))?.get()).toMatchObject({ id, state: 'completed' })
    expect(await runtime.job('another')).toBeUndefined()
  })

  it('finds the job of the tenant that is asked for, and no other one', async () => {
    const { runtime } = openRuntime({ tools: [readTool('render', () => 1)] })
    const call = { tool: 'render', arguments: {} }
    const ofA = await runtime.submit(call, { tenant: 'a' })
    const ofNone = await runtime.submit(call)
    const find = async (id: string, tenant?: string) => (await runtime.job(id, { tenant }))?.id
    expect([await find(ofA.id, 'a'), await find(ofA.id, 'b'), await find(ofNone.id, 'a')]).toEqual([
      ofA.id,
      undefined,
      undefined,
    ])
    expect([await find(ofA.id), await find(ofNone.id)]).toEqual([ofA.id, ofNone.id])
  })

  it('finds a job of another runtime that has the same store', async () => {
    const clock = createTestClock()
    const jobs = memoryJobStore({ shared: true })
    const { submit } = open({ clock, jobs })
    const other = open({ clock, jobs })
    const { id } = await submit()
    await clock.advance(2_000)
    expect((await (await other.runtime.job(id))?.get())?.result).toMatchObject({ output: 'done' })
  })
})
