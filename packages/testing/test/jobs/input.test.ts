import { type CallContext, memoryJobStore } from '@headrace/core'
import { createTestClock } from '@headrace/testing'
import { describe, expect, it } from 'vitest'
import { errorOf, openRuntime, resultOf } from '../fixture/open-runtime.ts'
import { type Args, httpError, readTool, sleep } from '../fixture/tools.ts'
import { slowStore } from './job-stores.ts'
import { jobTool, outcomeOf, watchJob } from './job-tools.ts'

const open = (
  execute: (args: Args, context: CallContext) => unknown,
  options: Parameters<typeof openRuntime>[0] = {},
) => {
  const policy = { timeout: { attempt: 600_000, total: 600_000 } }
  const stage = openRuntime({ tools: [jobTool('ask', execute, { policy, idempotent: true })], ...options })
  return { ...stage, submit: () => stage.runtime.submit({ tool: 'ask', arguments: {} }) }
}

describe('jobs: input', () => {
  it('is asked for by the tool, told in the view, and given by provideInput', async () => {
    const { clock, submit } = open(async (_, { requestInput }) => ({
      said: await requestInput({ question: 'which size?' }),
    }))
    const job = await submit()
    const seen = watchJob(job)
    await clock.advance(60_000)
    expect(await job.get()).toMatchObject({ state: 'input_required', inputRequest: { question: 'which size?' } })
    await job.provideInput({ size: 5 })
    await clock.advance(0)
    expect(await job.get()).toMatchObject({ state: 'completed', result: { output: { said: { size: 5 } } } })
    expect(seen.states).toEqual(['working', 'input_required', 'working', 'completed'])
    expect(seen.views.at(-1)).not.toHaveProperty('inputRequest')
  })

  it.each([[null], [0], [''], [false], [[1, 2]]])('may be %j', async (value) => {
    const { clock, submit } = open(async (_, { requestInput }) => [await requestInput('?')])
    const job = await submit()
    await clock.advance(1)
    await job.provideInput(value)
    await clock.advance(0)
    expect((await job.get()).result).toMatchObject({ output: [value] })
  })

  it('is asked for one question after the other, also the same one twice', async () => {
    const { clock, submit } = open(async (_, { requestInput }) => {
      const both = await Promise.all([requestInput('first?'), requestInput('second?')])
      return [...both, await requestInput('second?')]
    })
    const job = await submit()
    const asked: unknown[] = []
    for (const answer of [1, 2, 3]) {
      await clock.advance(100)
      asked.push((await job.get()).inputRequest)
      await job.provideInput(answer)
    }
    await clock.advance(0)
    expect([asked, (await job.get()).result]).toMatchObject([['first?', 'second?', 'second?'], { output: [1, 2, 3] }])
  })

  it('is refused where the job asks for none, or has it already', async () => {
    const { clock, submit } = open(async (_, { requestInput }) => {
      await sleep(clock, 100)
      await requestInput('?')
      await sleep(clock, 100)
    })
    const job = await submit()
    const refused = { name: 'ToolError', code: 'ARGUMENTS_INVALID', tool: 'ask' }
    await clock.advance(50)
    await expect(job.provideInput(1)).rejects.toMatchObject(refused)
    await clock.advance(50)
    const [first, second] = [outcomeOf(job.provideInput(1)), outcomeOf(job.provideInput(2))]
    await clock.advance(1)
    expect([first.error, second.error]).toMatchObject([undefined, refused])
    await clock.advance(200)
    await expect(job.provideInput(1)).rejects.toMatchObject({
      ...refused,
      message: expect.stringContaining('completed'),
    })
  })

  it('has to be plain JSON, as has the question', async () => {
    const { clock, submit } = open(async (_, { requestInput }) => {
      const error: unknown = await requestInput(() => 1).catch((reason: unknown) => reason)
      await requestInput('?')
      return String(error)
    })
    const job = await submit()
    await clock.advance(1)
    await expect(job.provideInput(new Date())).rejects.toThrow(TypeError)
    await expect(job.provideInput(undefined)).rejects.toThrow('job.provideInput: the value must be plain JSON')
    await job.provideInput('ok')
    await clock.advance(0)
    expect((await job.get()).result).toMatchObject({
      output: 'TypeError: requestInput: the request must be plain JSON',
    })
  })

  it('is refused outside of a job, in words that a model understands', async () => {
    const { clock, runtime } = open((_, { requestInput }) => requestInput('?'))
    const called = runtime.call('ask', {})
    await clock.advance(0)
    const error = await errorOf(called)
    expect(error).toMatchObject({ code: 'EXECUTION_FAILED', retryable: false, details: { blame: 'caller' } })
    expect(error.message).toContain('must run as a job')
  })

  it('is no unhandled rejection where the tool does not look at it', async () => {
    const { clock, runtime, submit } = open((_, { requestInput }) => {
      void requestInput('?')
      return 'done'
    })
    const called = runtime.call('ask', {})
    const job = await submit()
    await clock.advance(0)
    expect([(await resultOf(called)).status, (await job.get()).state]).toEqual(['ok', 'completed'])
  })

  it('can be asked for by a call inside the call', async () => {
    const { clock, runtime, submit } = open((_, { call }) => call('inner', {}))
    runtime.registry.register(readTool('inner', (_, { requestInput }) => requestInput('inner?')))
    const job = await submit()
    await clock.advance(1)
    await job.provideInput('yes')
    await clock.advance(0)
    expect((await job.get()).result).toMatchObject({ output: 'yes' })
  })

  it('ends with the attempt that asks: the next one asks again', async () => {
    const execute = async (_: Args, { requestInput, attempt }: CallContext): Promise<unknown> => {
      const answer = requestInput(`${attempt}?`)
      if (attempt > 1) return answer
      await sleep(clock, 100)
      throw httpError(503)
    }
    const policy = { retry: { backoff: { type: 'constant', base: 50, jitter: 'none' } } } as const
    const { clock, runtime } = openRuntime({ tools: [jobTool('ask', execute, { idempotent: true, policy })] })
    const job = await runtime.submit({ tool: 'ask', arguments: {} })
    const seen = watchJob(job)
    await clock.advance(120)
    expect(await job.get()).toMatchObject({ state: 'working' })
    await clock.advance(40)
    expect(await job.get()).toMatchObject({ state: 'input_required', inputRequest: '2?' })
    await job.provideInput('at last')
    await clock.advance(0)
    expect((await job.get()).result).toMatchObject({ output: 'at last', meta: { attempts: 2 } })
    expect(seen.states).toEqual(['working', 'input_required', 'working', 'input_required', 'working', 'completed'])
  })

  it('is not waited for when the job is cancelled', async () => {
    let ended: unknown
    const { clock, submit } = open((_, { requestInput }) =>
      requestInput('?').catch((reason: unknown) => {
        ended = reason
      }),
    )
    const job = await submit()
    await clock.advance(1)
    const seen = watchJob(job)
    await job.cancel()
    await clock.advance(0)
    expect([ended, seen.states]).toMatchObject([{ kind: 'cancelled' }, ['input_required', 'cancelled']])
  })

  it('reaches a job that runs in another runtime', async () => {
    const clock = createTestClock()
    const jobs = memoryJobStore({ shared: true })
    const { submit } = open((_, { requestInput }) => requestInput('?'), { clock, jobs })
    const other = open(() => 'unused', { clock, jobs })
    const { id } = await submit()
    await clock.advance(60_000)
    const job = await other.runtime.job(id)
    await job?.provideInput('from elsewhere')
    await clock.advance(0)
    expect(await job?.get()).toMatchObject({ attempt: 1, result: { output: 'from elsewhere' } })
  })

  it('reaches a job of this runtime at once, also where the store tells late', async () => {
    const silent = Object.assign(memoryJobStore(), { watch: () => () => undefined })
    const { clock, submit } = open((_, { requestInput }) => requestInput('?'), { jobs: silent })
    const job = await submit()
    await clock.advance(100)
    await job.provideInput('here')
    await clock.advance(0)
    expect((await job.get()).result).toMatchObject({ output: 'here' })
  })

  it('goes through a slow store', async () => {
    const clock = createTestClock()
    const { submit } = open((_, { requestInput }) => requestInput('?'), { clock, jobs: slowStore(clock, 30) })
    const submitted = outcomeOf(submit())
    await clock.advance(200)
    const given = outcomeOf(submitted.value?.provideInput('slowly') ?? Promise.reject(new Error('none')))
    await clock.advance(1_000)
    const view = outcomeOf(submitted.value?.get() ?? Promise.reject(new Error('none')))
    await clock.advance(30)
    expect([given.error, view.value?.result]).toMatchObject([undefined, { output: 'slowly' }])
  })

  it('takes an answer once, also when the same is asked again before a slow store has heard of that', async () => {
    const clock = createTestClock()
    const { submit } = open(async (_, { requestInput }) => [await requestInput('?'), await requestInput('?')], {
      clock,
      jobs: slowStore(clock, 30),
    })
    const submitted = outcomeOf(submit())
    await clock.advance(200)
    for (const answer of ['first', 'second']) {
      void submitted.value?.provideInput(answer)
      await clock.advance(500)
    }
    const view = outcomeOf(submitted.value?.get() ?? Promise.reject(new Error('none')))
    await clock.advance(30)
    expect(view.value?.result).toMatchObject({ output: ['first', 'second'] })
  })

  describe('when the runner is gone', () => {
    const again = (answerBetween: boolean, question: (run: number) => string) => async () => {
      const clock = createTestClock()
      const jobs = memoryJobStore({ shared: true })
      let runs = 0
      const execute = async (_: Args, { requestInput }: CallContext) => {
        runs += 1
        return requestInput(question(runs))
      }
      const first = open(execute, { clock, jobs })
      const job = await first.submit()
      await clock.advance(1)
      const closed = first.runtime.close()
      await clock.advance(1)
      await closed
      const second = open(execute, { clock, jobs })
      const found = await second.runtime.job(job.id)
      if (answerBetween) await found?.provideInput('between')
      await clock.advance(60_000)
      return found?.get()
    }

    it('keeps waiting for its answer, and runs again when it has that: the same question is answered', async () => {
      expect(await again(true, () => '?')()).toMatchObject({
        state: 'completed',
        attempt: 2,
        result: { output: 'between' },
      })
    })

    it('asks anew where the next run asks something else', async () => {
      expect(await again(true, (run) => `${run}?`)()).toMatchObject({ state: 'input_required', inputRequest: '2?' })
    })

    it('is not run again before it has its answer', async () => {
      expect(await again(false, () => '?')()).toMatchObject({ state: 'input_required', attempt: 1, inputRequest: '?' })
    })
  })
})
