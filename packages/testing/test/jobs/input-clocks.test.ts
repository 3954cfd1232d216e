import type { CallContext, CallOptions, ToolPolicy } from '@headrace/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openRuntime } from '../fixture/open-runtime.ts'
import { type Args, httpError, readTool, sleep } from '../fixture/tools.ts'
import { jobTool } from './job-tools.ts'

type Execute = (args: Args, context: CallContext) => unknown

const noRetry = { retry: false } as const

/** A runtime with one tool, `ask`, which runs as a job. */
function open(execute: Execute, policy: ToolPolicy, options: CallOptions = {}) {
  const stage = openRuntime({ tools: [jobTool('ask', execute, { policy, idempotent: true })] })
  return { ...stage, submit: () => stage.runtime.submit({ tool: 'ask', arguments: {} }, options) }
}

/** Works, asks, works: `ms` before and after. */
const aroundOneQuestion =
  (clock: () => Parameters<typeof sleep>[0], ms: number): Execute =>
  async (_, { requestInput, signal }) => {
    await sleep(clock(), ms, signal)
    const answer = await requestInput('?')
    await sleep(clock(), ms, signal)
    return answer
  }

describe('jobs: the clocks of a call that waits for input', () => {
  it('stand still by default: a person may take a week', async () => {
    const { clock, runtime, submit } = open((_, { requestInput }) => requestInput('?'), {})
    const job = await submit()
    for (let day = 0; day < 7; day += 1) await clock.advance(86_400_000)
    expect((await job.get()).state).toBe('input_required')
    await job.provideInput('at last')
    await clock.advance(0)
    expect((await job.get()).result).toMatchObject({ output: 'at last', meta: { attempts: 1 } })
    expect(runtime.snapshot().abandoned).toBe(0)
  })

  it.each([
    ['attempt', { attempt: 100 }, { code: 'TIMEOUT', details: { limit: 'attempt' } }],
    ['total', { total: 100 }, { code: 'DEADLINE_EXCEEDED' }],
  ])('go on with what was left of %s', async (_, timeout, error) => {
    for (const [ms, end] of [
      [49, { status: 'ok', output: 'yes' }],
      [51, { status: 'error', error }],
    ] as const) {
      const stage = open(
        aroundOneQuestion(() => stage.clock, ms),
        { ...noRetry, timeout },
      )
      const job = await stage.submit()
      await stage.clock.advance(10_000)
      await job.provideInput('yes')
      await stage.clock.advance(48)
      expect((await job.get()).state).toBe('working')
      await stage.clock.advance(3)
      expect((await job.get()).result).toMatchObject(end)
    }
  })

  it('begin the idle limit anew with the answer', async () => {
    const stage = open(
      aroundOneQuestion(() => stage.clock, 90),
      { ...noRetry, timeout: { idle: 100 } },
    )
    const job = await stage.submit()
    await stage.clock.advance(10_000)
    await job.provideInput('yes')
    await stage.clock.advance(90)
    expect((await job.get()).result).toMatchObject({ output: 'yes' })
  })

  it('are not started by progress meanwhile, and tell the tool the same time', async () => {
    const left: number[] = []
    const stage = open(
      async (_, { requestInput, progress, remainingMs }) => {
        const answer = requestInput('?')
        for (let n = 0; n < 5; n += 1) {
          await sleep(stage.clock, 1000)
          progress({ progress: n })
          left.push(remainingMs())
        }
        return answer
      },
      { ...noRetry, timeout: { idle: 100, attempt: 500 } },
    )
    const job = await stage.submit()
    await stage.clock.advance(60_000)
    await job.provideInput('yes')
    await stage.clock.advance(0)
    expect([(await job.get()).state, new Set(left)]).toEqual(['completed', new Set([500])])
  })

  it('wait for every question that is open at once', async () => {
    const stage = open(
      async (_, { requestInput, signal }) => {
        const both = await Promise.all([requestInput('a?'), requestInput('b?')])
        await sleep(stage.clock, 99, signal)
        return both
      },
      { ...noRetry, timeout: { attempt: 100, total: 100 } },
    )
    const job = await stage.submit()
    for (const answer of [1, 2]) {
      await stage.clock.advance(1000)
      await job.provideInput(answer)
    }
    await stage.clock.advance(99)
    expect((await job.get()).result).toMatchObject({ output: [1, 2] })
  })

  it('are those of the calls around the one that asks, too', async () => {
    const limits = { ...noRetry, timeout: { attempt: 100, total: 100, idle: 100 } }
    const stage = open(async (_, { call }) => [await call('middle', {})], limits)
    const { clock, runtime } = stage
    runtime.registry.register(readTool('middle', (_, { call }) => call('inner', {}), limits))
    runtime.registry.register(
      readTool(
        'inner',
        aroundOneQuestion(() => clock, 49),
        limits,
      ),
    )
    const job = await stage.submit()
    await clock.advance(10_000)
    await job.provideInput('yes')
    await clock.advance(49)
    expect((await job.get()).result).toMatchObject({ output: ['yes'] })
  })

  it('count again when the call that asks is cancelled by the one around it', async () => {
    const stage = open(
      async (_, { call, signal }) => {
        const asking = call('inner', {})
        await sleep(stage.clock, 1000)
        await asking.cancel()
        await sleep(stage.clock, 101, signal)
      },
      { ...noRetry, timeout: { attempt: 100 } },
    )
    stage.runtime.registry.register(readTool('inner', (_, { requestInput }) => requestInput('?')))
    const job = await stage.submit()
    await stage.clock.advance(1099)
    expect((await job.get()).state).toBe('working')
    await stage.clock.advance(1)
    expect((await job.get()).result).toMatchObject({ error: { code: 'TIMEOUT' } })
  })

  it("do not stop a caller's deadline, of which the backend is not guilty", async () => {
    const policy = { ...noRetry, timeout: { total: 300 }, breaker: { consecutiveFailures: 1 } }
    const stage = openRuntime()
    const tool = jobTool('ask', (_, { requestInput }) => requestInput('?'), { policy, idempotent: true })
    stage.runtime.registry.register(tool)
    const options = { deadline: stage.clock.now() + 1000 }
    const job = await stage.runtime.submit({ tool: 'ask', arguments: {} }, options)
    await stage.clock.advance(999)
    expect((await job.get()).state).toBe('input_required')
    await stage.clock.advance(1)
    expect((await job.get()).result).toMatchObject({ error: { code: 'DEADLINE_EXCEEDED' } })
    expect(stage.runtime.control.breaker('ask').state).toBe('closed')
  })

  it('do not make the backend slow', async () => {
    const breaker = { slowCallMs: 100, slowCallRate: 0.1, minimumCalls: 1 }
    const stage = open(
      aroundOneQuestion(() => stage.clock, 10),
      { ...noRetry, breaker },
    )
    const job = await stage.submit()
    await stage.clock.advance(10_000)
    await job.provideInput('yes')
    await stage.clock.advance(10)
    expect((await job.get()).state).toBe('completed')
    expect(stage.runtime.control.breaker('ask').state).toBe('closed')
  })

  it('run again when an attempt ends whose question nobody waits for: the question ends with it', async () => {
    const stage = open(
      async (_, { requestInput, attempt, signal }) => {
        if (attempt === 1) {
          void requestInput('1?')
          await sleep(stage.clock, 1000)
          throw httpError(503)
        }
        await sleep(stage.clock, 101, signal)
      },
      { timeout: { total: 100 }, retry: { backoff: { type: 'constant', base: 50, jitter: 'none' } } },
    )
    const job = await stage.submit()
    await stage.clock.advance(1020)
    expect((await job.get()).state).toBe('working')
    await stage.clock.advance(79)
    expect((await job.get()).state).toBe('working')
    await stage.clock.advance(1)
    expect((await job.get()).result).toMatchObject({ error: { code: 'DEADLINE_EXCEEDED', attempts: 2 } })
  })

  it('count the time between questions and no other, however deep the one is that asks', async () => {
    const step = fc.record({ work: fc.integer({ min: 0, max: 60 }), answer: fc.integer({ min: 1, max: 500 }) })
    const steps = fc.array(step, { minLength: 1, maxLength: 5 })
    const limit = fc.integer({ min: 1, max: 200 })
    const given = fc.record({ steps, attempt: limit, total: limit, depth: fc.integer({ min: 0, max: 2 }) })
    await fc.assert(
      fc.asyncProperty(given, async ({ steps: plan, attempt, total, depth }) => {
        const endless = { ...noRetry, timeout: { attempt: Infinity, total: Infinity } }
        const work: Execute = async (_, { requestInput, signal }) => {
          for (const { work: ms } of plan) {
            if (ms > 0) await sleep(stage.clock, ms, signal)
            await requestInput('?')
          }
        }
        const nest = (level: number): Execute => (level === 0 ? work : (_, { call }) => call(`inner${level}`, {}))
        const stage = open(nest(depth), { ...noRetry, timeout: { attempt, total } })
        for (let level = 1; level <= depth; level += 1) {
          stage.runtime.registry.register(readTool(`inner${level}`, nest(level === depth ? 0 : level + 1), endless))
        }
        const job = await stage.submit()
        await stage.clock.advance(0)
        let worked = 0
        for (const { work: ms, answer } of plan) {
          worked += ms
          if (worked >= Math.min(attempt, total)) break
          await stage.clock.advance(ms)
          expect((await job.get()).state).toBe('input_required')
          await stage.clock.advance(answer)
          await job.provideInput(1)
          await stage.clock.advance(0)
        }
        await stage.clock.advance(worked)
        const isLate = worked >= Math.min(attempt, total)
        const code = attempt < total ? 'TIMEOUT' : 'DEADLINE_EXCEEDED'
        const { result } = await job.get()
        expect(result?.status === 'error' ? result.error.code : result?.status).toBe(isLate ? code : 'ok')
        expect(stage.runtime.snapshot()).toMatchObject({ timers: 0, abandoned: 0, global: { running: 0 } })
      }),
      { numRuns: 60, seed: 1 },
    )
  })
})
