import { CancelReason, isToolError, toModel, toolFailure } from '@headrace/core'
import { describe, expect, it } from 'vitest'
import { openRuntime } from '../fixture/open-runtime.ts'
import { type Args, forever, writeTool } from '../fixture/tools.ts'
import { jobTool } from './job-tools.ts'

/** The view of a job that has run. */
const viewOf = async (execute: (args: Args) => unknown, policy = {}) => {
  const { clock, runtime } = openRuntime({ tools: [writeTool('render', execute, policy)] })
  const job = await runtime.submit({ tool: 'render', arguments: {} })
  await clock.advance(0)
  return job.get()
}

describe('jobs: results', () => {
  it.each([['text'], [0], [null], [undefined], [{ a: [1, { b: null }] }], [[]]])(
    'completes with %j',
    async (output) => {
      expect(await viewOf(() => output)).toMatchObject({ state: 'completed', result: { status: 'ok', output } })
    },
  )

  it('completes with the result of a fallback, and says so', async () => {
    const broken = (): never => {
      throw new Error('broken')
    }
    expect(await viewOf(broken, { fallback: () => 'spare' })).toMatchObject({
      state: 'completed',
      result: { status: 'ok', output: 'spare', meta: { degraded: true } },
    })
  })

  it('fails with an error that is a ToolError in every view, with its cause', async () => {
    const { state, result } = await viewOf(() => {
      throw toolFailure({
        message: 'the disk is full',
        retryable: true,
        retryAfterMs: 5_000,
        hint: 'delete something',
        details: { disk: 'a', probe: () => undefined },
        cause: new RangeError('inner'),
      })
    })
    const error = result?.status === 'error' ? result.error : undefined
    expect([state, isToolError(error), error instanceof Error]).toEqual(['failed', true, true])
    expect(error).toMatchObject({
      code: 'EXECUTION_FAILED',
      message: 'the disk is full',
      tool: 'render',
      callId: result?.callId,
      retryable: true,
      retryAfterMs: 5_000,
      attempts: 1,
      details: { disk: 'a', hint: 'delete something' },
      cause: { name: 'ToolFailure', message: 'the disk is full' },
    })
    expect(error?.details).not.toHaveProperty('probe')
    expect(error?.toModel().next).toContain('delete something')
  })

  it.each([
    ['a date', () => new Date()],
    ['a number that JSON has not', () => ({ share: Number.NaN })],
    ['a map', () => new Map()],
    ['a function', () => () => 1],
  ])('fails with OUTPUT_INVALID where the output is no plain JSON: %s', async (_, execute) => {
    expect(await viewOf(execute)).toMatchObject({
      state: 'failed',
      result: {
        status: 'error',
        error: { code: 'OUTPUT_INVALID', message: 'The result of a job must be plain JSON.' },
      },
    })
  })

  it('keeps a copy: what the tool does to its output later changes nothing', async () => {
    const output = { pages: [1] }
    const view = await viewOf(() => output)
    output.pages.push(2)
    expect([view.result, Object.isFrozen(output)]).toMatchObject([{ output: { pages: [1] } }, false])
  })

  it('gives a result that toModel takes, and a pending one that says how to go on', async () => {
    const { clock, runtime } = openRuntime({
      jobs: { pollIntervalMs: 2_000 },
      tools: [jobTool('render', () => 'done')],
    })
    const pending = await runtime.dispatch({ tool: 'render', arguments: {} }).result()
    const id = pending.status === 'pending' ? pending.job.id : ''
    expect(toModel(pending)).toEqual({
      status: 'pending',
      message: `The call goes on as job '${id}'.`,
      next: "Do not repeat the call: ask for the job's state in 2 seconds.",
      job: { id, state: 'working', pollIntervalMs: 2_000 },
    })
    await clock.advance(0)
    const view = await (await runtime.job(id))?.get()
    expect(view?.result && toModel(view.result)).toEqual({ status: 'ok', output: 'done' })
  })

  it('gives the reason of a cancelled job as it was, as far as it can be kept', async () => {
    const { clock, runtime, events } = openRuntime({ tools: [jobTool('render', forever)] })
    const error = Object.assign(new Error('no longer'), { name: 'AbortError' })
    const given = [{ why: 'plain' }, error, new CancelReason('superseded'), () => 1]
    for (const reason of given) {
      const waiting = runtime.dispatch({ tool: 'render', arguments: {} }, { job: { waitMs: 1_000 } })
      await clock.advance(1)
      void waiting.cancel(reason)
      await clock.advance(0)
    }
    const ids = events.flatMap((event) =>
      event.type === 'job-change' && event.state === 'cancelled' ? [event.jobId] : [],
    )
    const jobs = await Promise.all(ids.map((id) => runtime.job(id)))
    const views = await Promise.all(jobs.map((job) => job?.get()))
    const reasons = views.map((view) => view?.result?.status === 'cancelled' && view.result.reason)
    expect(reasons).toEqual([{ why: 'plain' }, error, new CancelReason('superseded'), null])
    expect(reasons[1]).toMatchObject({ name: 'AbortError' })
    expect(reasons[2]).toBeInstanceOf(CancelReason)
  })
})
