import { type CallEvent, type CallResult, CancelReason } from '@headrace/core'
import { describe, expect, it } from 'vitest'
import { codeOf, openRuntime, resultOf } from '../fixture/open-runtime.ts'
import { sleep, writeTool } from '../fixture/tools.ts'
import { jobTool, outcomeOf } from './job-tools.ts'

const open = (options: Parameters<typeof openRuntime>[0] = {}) => {
  const signals: AbortSignal[] = []
  const stage = openRuntime({
    tools: [
      jobTool('render', async ({ q }, { signal, progress }) => {
        signals.push(signal)
        progress({ progress: 1, total: 2 })
        await sleep(stage.clock, 1_000, signal)
        return `rendered ${q}`
      }),
      jobTool('broken', async () => {
        await sleep(stage.clock, 1_000)
        throw new Error('broken')
      }),
      jobTool('optional', () => 'at once', { taskSupport: 'optional' }),
      writeTool('plain', () => 'plain'),
    ],
    ...options,
  })
  return { ...stage, signals }
}
const render = { callId: 'call_1', tool: 'render', arguments: { q: 'x' } }
const jobOf = (result: CallResult | undefined): string => (result?.status === 'pending' ? result.job.id : 'none')

describe('dispatch of a tool that runs as a job', () => {
  it('is answered at once with the job', async () => {
    const { clock, runtime } = open()
    const pending = runtime.dispatch(render)
    await clock.advance(0)
    const result = await resultOf(pending)
    expect(result).toMatchObject({
      status: 'pending',
      callId: 'call_1',
      tool: 'render',
      job: { state: 'working', pollIntervalMs: 1_000 },
      meta: { queuedMs: 0, attempts: 0 },
    })
    await clock.advance(1_000)
    const view = await (await runtime.job(jobOf(result)))?.get()
    expect(view?.result).toMatchObject({ status: 'ok', output: 'rendered x' })
  })

  it('gives the result where the job ends within waitMs, with the id of the dispatch', async () => {
    const { clock, runtime } = open()
    const calls = [
      runtime.dispatch(render, { job: { waitMs: 1_001 } }),
      runtime.dispatch({ ...render, tool: 'broken' }, { job: { waitMs: Number.POSITIVE_INFINITY } }),
    ]
    await clock.advance(1_000)
    const [ok, failed] = await Promise.all(calls.map((call) => resultOf(call)))
    expect(ok).toMatchObject({ status: 'ok', callId: 'call_1', output: 'rendered x', meta: { durationMs: 1_000 } })
    expect(failed).toMatchObject({ status: 'error', callId: 'call_1', error: { callId: 'call_1', message: 'broken' } })
  })

  it('is pending where the job takes longer than waitMs, with what is known then', async () => {
    const { clock, runtime } = open()
    const pending = runtime.dispatch(render, { job: { waitMs: 400 } })
    await clock.advance(399)
    expect(pending.status).toBe('running')
    await clock.advance(1)
    expect(await resultOf(pending)).toMatchObject({
      status: 'pending',
      job: { progress: { progress: 1, total: 2 } },
      meta: { durationMs: 400 },
    })
  })

  it('gives the result at once of a job that has ended already', async () => {
    const { clock, runtime } = open()
    runtime.dispatch(render, { idempotencyKey: 'k' })
    await clock.advance(1_000)
    const again = runtime.dispatch({ ...render, callId: 'call_2' }, { idempotencyKey: 'k' })
    await clock.advance(0)
    expect(await resultOf(again)).toMatchObject({ status: 'ok', callId: 'call_2', output: 'rendered x' })
  })

  it('is refused like any call, and like any job', async () => {
    const { clock, call } = open()
    const invalid = call('render', '{')
    const first = call('render', { q: 'x' }, { idempotencyKey: 'k' })
    const conflict = call('render', { q: 'y' }, { idempotencyKey: 'k' })
    const unkept = call('render', {}, { metadata: { log: () => undefined } })
    await clock.advance(0)
    expect(await Promise.all([invalid, first, conflict, unkept].map(codeOf))).toEqual([
      'ARGUMENTS_INVALID',
      'pending',
      'IDEMPOTENCY_CONFLICT',
      'EXECUTION_FAILED',
    ])
  })

  it('gives each error with the id of its dispatch', async () => {
    const { clock, runtime } = open()
    const pending = runtime.dispatch({ ...render, arguments: '{' })
    await clock.advance(0)
    expect(await resultOf(pending)).toMatchObject({ callId: 'call_1', error: { callId: 'call_1' } })
  })

  it('runs other tools as it always did', async () => {
    const { clock, call } = open()
    const calls = [call('optional'), call('plain')]
    await clock.advance(0)
    expect(await Promise.all(calls.map(codeOf))).toEqual(['ok', 'ok'])
  })

  it('runs as an ordinary call when code calls it', async () => {
    const { clock, runtime } = open()
    const called = outcomeOf(runtime.call('render', { q: 'y' }))
    const events: CallEvent[] = []
    runtime.call$('render', { q: 'z' }).subscribe((event) => events.push(event))
    await clock.advance(1_000)
    expect(called.value).toBe('rendered y')
    expect(events.at(-1)).toMatchObject({ type: 'call-settle', result: { output: 'rendered z' } })
  })

  it('runs as an ordinary call inside another call, and ends with that', async () => {
    const { clock, call, runtime, signals } = open()
    runtime.registry.register(
      writeTool('parent', async (_, { dispatch }) => {
        const result = await dispatch(render).result()
        return result.status
      }),
    )
    const parents = [call('parent'), call('parent')]
    await clock.advance(500)
    void parents[1]?.cancel()
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, true])
    await clock.advance(500)
    expect(parents[0] && (await resultOf(parents[0]))).toMatchObject({ output: 'ok' })
  })

  describe('awaited', () => {
    it('gives the output when the job has it', async () => {
      const { clock, runtime } = open()
      const awaited = outcomeOf(runtime.dispatch(render))
      await clock.advance(999)
      expect(awaited).toEqual({})
      await clock.advance(1)
      expect(awaited).toEqual({ value: 'rendered x' })
    })

    it('rejects with the error of the job, and with the reason of its end', async () => {
      const { clock, runtime, call } = open()
      const failed = outcomeOf(call('broken'))
      const pending = call('render')
      const cancelled = outcomeOf(pending)
      await clock.advance(1)
      await (await runtime.job(jobOf(await resultOf(pending))))?.cancel()
      await clock.advance(1_000)
      expect(failed.error).toMatchObject({ name: 'ToolError', message: 'broken' })
      expect(cancelled.error).toMatchObject({ kind: 'cancelled' })
    })

    it('rejects when the runtime closes', async () => {
      const { clock, call, runtime } = open()
      const awaited = outcomeOf(call('render'))
      await clock.advance(1)
      void runtime.close()
      await clock.advance(0)
      expect(awaited.error).toMatchObject({ kind: 'shutdown' })
    })
  })

  describe('cancelled', () => {
    it('while it waits: the job is cancelled with it', async () => {
      const { clock, runtime, signals, events } = open()
      const pending = runtime.dispatch(render, { job: { waitMs: 5_000 } })
      await clock.advance(10)
      void pending.cancel('why')
      expect(await resultOf(pending)).toMatchObject({ status: 'cancelled', reason: 'why' })
      await clock.advance(0)
      expect(signals[0]?.reason).toBe('why')
      expect(events.at(-1)).toMatchObject({ type: 'job-change', state: 'cancelled' })
    })

    it('by its signal, before the job is kept: nothing runs', async () => {
      const { clock, runtime, signals } = open()
      const controller = new AbortController()
      const pending = runtime.dispatch(render, { signal: controller.signal })
      controller.abort('why')
      expect(await resultOf(pending)).toMatchObject({ status: 'cancelled', reason: 'why' })
      await clock.advance(2_000)
      expect(signals).toEqual([])
    })

    it('after it has settled: the job goes on', async () => {
      const { clock, runtime } = open()
      const controller = new AbortController()
      const pending = runtime.dispatch(render, { signal: controller.signal })
      await clock.advance(1)
      controller.abort('why')
      await pending.cancel('why')
      await clock.advance(1_000)
      const view = await (await runtime.job(jobOf(await resultOf(pending))))?.get()
      expect(view?.state).toBe('completed')
    })

    it('while it waits for a job that was there before: that goes on', async () => {
      const { clock, runtime } = open()
      const first = runtime.dispatch(render, { idempotencyKey: 'k' })
      await clock.advance(1)
      const second = runtime.dispatch(render, { idempotencyKey: 'k', job: { waitMs: 5_000 } })
      await clock.advance(1)
      void second.cancel('why')
      await clock.advance(1_000)
      const view = await (await runtime.job(jobOf(await resultOf(first))))?.get()
      expect(view?.state).toBe('completed')
    })

    it('by the end of its scope, which does not end a job that was told of', async () => {
      const { clock, runtime, signals } = open()
      const scope = runtime.scope()
      const told = scope.dispatch(render)
      const waiting = scope.dispatch(render, { job: { waitMs: 5_000 } })
      await clock.advance(1)
      await scope.close()
      await clock.advance(0)
      expect([await codeOf(told), await codeOf(waiting)]).toEqual(['pending', 'cancelled'])
      expect(signals.map(({ aborted }) => aborted)).toEqual([false, true])
    })

    it('by the deadline of its scope: that is DEADLINE_EXCEEDED', async () => {
      const { clock, runtime } = open()
      const scope = runtime.scope({ deadline: clock.now() + 100 })
      const waiting = scope.dispatch(render, { job: { waitMs: 5_000 } })
      await clock.advance(100)
      expect(await codeOf(waiting)).toBe('DEADLINE_EXCEEDED')
      await scope.close()
    })
  })

  it('takes session and tenant from its scope', async () => {
    let seen: unknown
    const { clock, runtime } = open({
      tools: [
        jobTool('render', (_, { session, tenant }) => {
          seen = { session, tenant }
        }),
      ],
    })
    runtime.scope({ session: 's', tenant: 't' }).dispatch(render)
    await clock.advance(0)
    expect(seen).toEqual({ session: 's', tenant: 't' })
  })

  it('is neither a success nor a failure for the rule of its scope', async () => {
    const { clock, runtime } = open()
    const scope = runtime.scope({ onFailure: 'first-success' })
    const calls = [scope.dispatch(render), scope.call('render', { q: 'y' })]
    await clock.advance(1_000)
    expect(await Promise.all(calls.map(codeOf))).toEqual(['pending', 'ok'])
    await scope.close()
  })

  it('is one result among those of a turn, and of a stream', async () => {
    const { clock, runtime } = open()
    const turn = runtime.dispatchAll([render, { tool: 'plain', arguments: {} }])
    const streamed: string[] = []
    runtime.dispatchMany$([render, { tool: 'plain', arguments: {} }]).subscribe(({ status }) => streamed.push(status))
    await clock.advance(0)
    expect((await turn).map(({ status }) => status)).toEqual(['pending', 'ok'])
    expect(streamed.toSorted()).toEqual(['ok', 'pending'])
  })

  it('tells progress while it waits, and its end, as events of its own', async () => {
    const { clock, runtime } = open()
    const events: CallEvent[] = []
    runtime.dispatch$(render, { job: { waitMs: 5_000 } }).subscribe((event) => events.push(event))
    await clock.advance(1_000)
    expect(events).toMatchObject([
      { type: 'progress', callId: 'call_1', progress: 1, total: 2 },
      { type: 'call-settle', callId: 'call_1', result: { status: 'ok', callId: 'call_1' } },
    ])
  })

  it('cancels the job when whoever listens leaves before it is told of', async () => {
    const { clock, runtime, signals } = open()
    const subscription = runtime.dispatch$(render, { job: { waitMs: 5_000 } }).subscribe()
    await clock.advance(10)
    subscription.unsubscribe()
    await clock.advance(0)
    expect(signals[0]?.reason).toMatchObject(new CancelReason('unsubscribed'))
  })

  it('is refused in a scope that closes', async () => {
    const { clock, runtime, signals } = open()
    const scope = runtime.scope()
    await scope.close()
    const pending = scope.dispatch(render)
    await clock.advance(0)
    expect([await codeOf(pending), signals.length]).toEqual(['RUNTIME_CLOSED', 0])
  })
})
