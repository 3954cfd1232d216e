import { AsyncLocalStorage } from 'node:async_hooks'
import type { CallEvent, StartedCall, Telemetry, WatchedRuntime } from '@headrace/core'
import { describe, expect, it } from 'vitest'
import { openRuntime, resultOf } from '../fixture/open-runtime.ts'
import { forever, httpError, readTool, sleep } from '../fixture/tools.ts'

interface Followed {
  readonly call: StartedCall
  /** The call around it, by the async context. */
  readonly around: string | undefined
  readonly events: CallEvent[]
  readonly attempts: number[]
}

/** Telemetry that keeps what it is told, with the id of a call, or of its attempt, as the async context. */
function keepingTelemetry() {
  const storage = new AsyncLocalStorage<string>()
  const calls: Followed[] = []
  const runtimes: WatchedRuntime[] = []
  let detached = 0
  let active = true
  const telemetry: Telemetry = {
    isActive: () => active,
    attach(runtime) {
      runtimes.push(runtime)
      return () => {
        detached += 1
      }
    },
    follow(call) {
      const followed: Followed = { call, around: storage.getStore(), events: [], attempts: [] }
      calls.push(followed)
      return {
        next: (event) => followed.events.push(event),
        run(work, attempt) {
          if (attempt !== undefined) followed.attempts.push(attempt)
          return storage.run(attempt === undefined ? call.callId : `${call.callId}#${attempt}`, work)
        },
      }
    },
  }
  return {
    telemetry,
    storage,
    calls,
    runtimes,
    detached: () => detached,
    stop: () => {
      active = false
    },
  }
}

const typesOf = ({ events }: Followed): string[] => events.map(({ type }) => type)

describe('telemetry', () => {
  it('follows a call from its start to its end, with what was asked for', async () => {
    const { telemetry, calls } = keepingTelemetry()
    const { clock, runtime } = openRuntime({ tools: [readTool('echo', ({ q }) => q)], telemetry })
    const options = { session: 's', tenant: 't', metadata: { a: 1 } }
    runtime.dispatch({ callId: 'call_0', tool: 'echo', arguments: '{"q":"x"}' }, options)
    await clock.advance(1)
    expect(calls[0]?.call).toEqual({
      callId: 'call_0',
      tool: 'echo',
      description: 'echo',
      arguments: '{"q":"x"}',
      ...options,
    })
    expect(calls.map(typesOf)).toEqual([['call-start', 'attempt-start', 'call-settle']])
  })

  it('follows what never runs: unknown tools, wrong arguments, calls that middleware or the audit log refuses', async () => {
    const { telemetry, calls } = keepingTelemetry()
    const audit = { append: () => Promise.reject(new Error('full')), head: async () => undefined, async *records() {} }
    const tools = [readTool('echo', ({ q }) => q)]
    const { clock, runtime, call } = openRuntime({ tools, telemetry, audit })
    call('nobody')
    call('echo', '[')
    await clock.advance(10_000)
    call('echo')
    const blocked = openRuntime({
      clock,
      tools,
      telemetry,
      middleware: [
        () => {
          throw new Error('no')
        },
      ],
    })
    blocked.call('echo')
    await clock.advance(1)
    const ends = calls.map(({ events }) => events.at(-1))
    expect(ends).toMatchObject([
      { result: { error: { code: 'TOOL_NOT_FOUND' } } },
      { result: { error: { code: 'ARGUMENTS_INVALID' } } },
      { result: { error: { details: { audit: 'unavailable' } } } },
      { result: { error: { message: 'no' } } },
    ])
    expect(calls[0]?.call.description).toBeUndefined()
    await runtime.close()
  })

  it('is the context of the tool, of its child calls, of retries and of extra attempts', async () => {
    const kept = keepingTelemetry()
    const seen: unknown[] = []
    const { clock, runtime } = openRuntime({
      telemetry: kept.telemetry,
      tools: [
        readTool('child', () => void seen.push(kept.storage.getStore())),
        readTool('parent', async (_, { attempt, call }) => {
          await call('child', {}, { callId: `child of ${kept.storage.getStore()}` })
          if (attempt === 1) throw httpError(503)
        }),
        readTool('slow', (_, { attempt }) => (attempt === 1 ? forever() : kept.storage.getStore()), {
          hedge: { after: 10 },
        }),
      ],
    })
    const options = { callId: 'outer' }
    const called = [runtime.call('parent', {}, options), runtime.call('slow', {}, { callId: 'hedged' })]
    await kept.storage.run('test', () => clock.advance(60_000))
    await Promise.all(called.map((pending) => pending.result()))
    expect(seen).toEqual(['child of outer#1#1', 'child of outer#2#1'])
    expect(await called[1]).toBe('hedged#2')
    expect(kept.calls.map(({ call, around, attempts }) => [call.callId, around, attempts])).toEqual([
      ['outer', undefined, [1, 2]],
      ['child of outer#1', 'outer#1', [1]],
      ['hedged', undefined, [1, 2]],
      ['child of outer#2', 'outer#2', [1]],
    ])
  })

  it('is the context of every step of a tool that streams', async () => {
    const kept = keepingTelemetry()
    const seen: unknown[] = []
    async function* steps() {
      for (let step = 0; step < 3; step += 1) {
        seen.push(kept.storage.getStore())
        await sleep(clock, 5)
        yield step
      }
    }
    const { clock, runtime } = openRuntime({
      telemetry: kept.telemetry,
      tools: [readTool('stream', steps), readTool('late', () => sleep(clock, 5).then(steps))],
    })
    runtime.call('stream', {}, { callId: 'a' })
    runtime.call('late', {}, { callId: 'b' })
    await kept.storage.run('test', () => clock.advance(100))
    expect(seen).toEqual(['a#1', 'a#1', 'b#1', 'a#1', 'b#1', 'b#1'])
  })

  it('stands around middleware, and is no context of what follows a call', async () => {
    const kept = keepingTelemetry()
    const seen: unknown[] = []
    const { clock, runtime } = openRuntime({
      telemetry: kept.telemetry,
      tools: [readTool('one', () => sleep(clock, 5))],
      middleware: [
        ({ callId }, next) => {
          seen.push([callId, kept.storage.getStore()])
          return next()
        },
      ],
    })
    kept.storage.run('app', () => {
      const calls = ['a', 'b', 'c'].map((callId) => ({ callId, tool: 'one', arguments: {} }))
      runtime.dispatchMany$(calls, { concurrency: 1 }).subscribe(() => seen.push(kept.storage.getStore()))
      const [first = { tool: '', arguments: {} }] = calls
      runtime.dispatch$({ ...first, callId: 'cold' }).subscribe(() => seen.push(kept.storage.getStore()))
    })
    await kept.storage.run('test', () => clock.advance(100))
    const told = seen.filter((value) => typeof value === 'string')
    expect([told.length, new Set(told)]).toEqual([6, new Set(['app'])])
    expect(seen.filter((value) => Array.isArray(value))).toEqual(['a', 'cold', 'b', 'c'].map((id) => [id, id]))
    expect(new Set(kept.calls.map(({ around }) => around))).toEqual(new Set(['app']))
  })

  it('follows the run of a job, once', async () => {
    const { telemetry, calls } = keepingTelemetry()
    const { clock, runtime } = openRuntime({ telemetry, tools: [readTool('report', () => 1)] })
    const job = await runtime.submit({ tool: 'report', arguments: {} })
    await clock.advance(100)
    expect((await job.get()).state).toBe('completed')
    expect(calls.map(typesOf)).toEqual([['call-start', 'attempt-start', 'call-settle']])
  })

  it('costs nothing while it is not active', async () => {
    const { telemetry, calls, stop } = keepingTelemetry()
    const { clock, call } = openRuntime({ telemetry, tools: [readTool('echo', ({ q }) => q)] })
    stop()
    const pending = call('echo', { q: 'x' })
    await clock.advance(1)
    expect([(await resultOf(pending)).status, calls.length]).toEqual(['ok', 0])
  })

  it('watches the runtime until it has closed', async () => {
    const { telemetry, runtimes, detached } = keepingTelemetry()
    const { runtime } = openRuntime({ telemetry, tools: [readTool('echo', ({ q }) => q)] })
    expect([runtimes.map((seen) => seen.snapshot().tools), detached()]).toEqual([[1], 0])
    await runtime.close()
    expect(detached()).toBe(1)
  })

  it('leaves cancel, results and ids of a call as they are', async () => {
    const { telemetry, calls } = keepingTelemetry()
    const { clock, call } = openRuntime({ telemetry, tools: [readTool('slow', forever)] })
    const pending = call('slow')
    expect([pending.callId, pending.status]).toEqual([calls[0]?.call.callId, 'running'])
    const cancelled = pending.cancel('enough')
    await clock.advance(10_000)
    await cancelled
    expect(await resultOf(pending)).toMatchObject({ status: 'cancelled', reason: 'enough' })
    await expect(pending).rejects.toBe('enough')
  })
})
