import type { CallContext } from '@headrace/core'
import { type JobChange, memoryJobStore } from '@headrace/core'
import { describe, expect, it } from 'vitest'
import { openRuntime } from '../fixture/open-runtime.ts'
import { type Args, sleep } from '../fixture/tools.ts'
import { meddledStore } from './job-stores.ts'
import { jobTool } from './job-tools.ts'

/** A runtime that notes what is written of its jobs, and when. */
const open = (execute: (args: Args, context: CallContext) => unknown, leaseMs?: number) => {
  const writes: { at: number; change: JobChange }[] = []
  let start = 0
  const store = meddledStore((method, args) => {
    if (method === 'update') writes.push({ at: stage.clock.now() - start, change: args[2] as JobChange })
  }, memoryJobStore())
  const stage = openRuntime({ jobs: { store, leaseMs }, tools: [jobTool('render', execute)] })
  start = stage.clock.now()
  return { ...stage, writes, submit: () => stage.runtime.submit({ tool: 'render', arguments: {} }) }
}

describe('jobs: progress', () => {
  it('is written at most four times a second, the latest each time, and the last one always', async () => {
    const stage = open(async (_, { progress }) => {
      for (let step = 1; step <= 10; step += 1) {
        progress({ progress: step, total: 10 })
        await sleep(stage.clock, 60)
      }
    })
    const { clock, submit, writes } = stage
    const job = await submit()
    await clock.advance(600)
    const told = writes.flatMap(({ at, change }) =>
      change.progress === undefined ? [] : [[at, change.progress.progress]],
    )
    expect(told).toEqual([
      [0, 1],
      [250, 5],
      [500, 9],
      [600, 10],
    ])
    expect(await job.get()).toMatchObject({ state: 'completed', progress: { progress: 10, total: 10 } })
  })

  it('is written at once after a pause, and is over with the job', async () => {
    const stage = open(async (_, { progress }) => {
      progress({ message: 'first' })
      await sleep(stage.clock, 5_000)
      progress({ message: 'second' })
      await sleep(stage.clock, 5_000)
    })
    const { clock, submit } = stage
    const job = await submit()
    await clock.advance(5_000)
    expect((await job.get()).progress).toEqual({ message: 'second' })
    await clock.advance(5_000)
    expect(clock.pending).toBe(0)
  })

  it('that is no plain JSON is left out', async () => {
    const stage = open(async (_, { progress }) => {
      progress({ progress: Number.NaN })
      progress({ progress: 0.5, total: undefined as never })
      await sleep(stage.clock, 1_000)
    })
    const job = await stage.submit()
    await stage.clock.advance(300)
    expect((await job.get()).progress).toEqual({ progress: 0.5 })
  })
})

describe('jobs: heartbeats', () => {
  it('come three times in a lease while the job runs, each for another lease', async () => {
    const stage = open(() => sleep(stage.clock, 25_000))
    const { clock, submit, writes } = stage
    const job = await submit()
    const start = clock.now()
    await clock.advance(24_999)
    expect(
      writes.map(({ at, change }) => [at, (change.heartbeatAt ?? 0) - start, (change.leaseUntil ?? 0) - start]),
    ).toEqual([
      [0, 0, 30_000],
      [10_000, 10_000, 40_000],
      [20_000, 20_000, 50_000],
    ])
    expect((await job.get()).heartbeatAt).toBe(start + 20_000)
    await clock.advance(100_000)
    expect(writes.length).toBe(4)
  })

  it('come as often as the lease says', async () => {
    const stage = open(() => sleep(stage.clock, 1_000), 600)
    await stage.submit()
    await stage.clock.advance(999)
    expect(stage.writes.map(({ at }) => at)).toEqual([0, 200, 400, 600, 800])
  })
})
