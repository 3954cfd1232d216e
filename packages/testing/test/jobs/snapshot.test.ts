import { memoryJobStore } from '@headrace/core'
import { createTestClock } from '@headrace/testing'
import { describe, expect, it } from 'vitest'
import { openRuntime } from '../fixture/open-runtime.ts'
import { sleep } from '../fixture/tools.ts'
import { jobTool } from './job-tools.ts'

describe('jobs: the snapshot of a runtime', () => {
  it('counts those that it holds, by state, until they have ended', async () => {
    const { clock, runtime } = openRuntime({
      tools: [
        jobTool('work', () => sleep(clock, 1000), { taskSupport: 'optional' }),
        jobTool('ask', (_, { requestInput }) => requestInput('?'), { taskSupport: 'optional' }),
      ],
    })
    const counts = () => runtime.snapshot().jobs
    expect(counts()).toEqual({ working: 0, input_required: 0 })
    void runtime.call('work', {})
    const jobs = await Promise.all(['work', 'work', 'ask'].map((tool) => runtime.submit({ tool, arguments: {} })))
    await clock.advance(1)
    expect(counts()).toEqual({ working: 2, input_required: 1 })
    await clock.advance(1000)
    expect(counts()).toEqual({ working: 0, input_required: 1 })
    await jobs.at(-1)?.provideInput('yes')
    await clock.advance(0)
    expect(counts()).toEqual({ working: 0, input_required: 0 })
    expect(JSON.parse(JSON.stringify(runtime.snapshot()))).toEqual(runtime.snapshot())
  })

  it('knows those that run here, not what others hold or have left', async () => {
    const clock = createTestClock()
    const jobs = memoryJobStore({ shared: true })
    const tools = [jobTool('work', () => sleep(clock, 1000), { idempotent: true })]
    const [first, second] = [openRuntime({ tools, jobs, clock }), openRuntime({ tools, jobs, clock })]
    const job = await first.runtime.submit({ tool: 'work', arguments: {} })
    await clock.advance(1)
    const counts = () => [first, second].map(({ runtime }) => runtime.snapshot().jobs.working)
    expect(counts()).toEqual([1, 0])
    const closed = first.runtime.close()
    await clock.advance(5000)
    await closed
    expect(counts()).toEqual([0, 0])
    await clock.advance(30_000)
    expect([counts(), (await (await second.runtime.job(job.id))?.get())?.state]).toEqual([[0, 0], 'completed'])
  })
})
