import { getEventListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import { codeOf, openRuntime, resultOf } from '../fixture/open-runtime.ts'
import { forever, readTool, sleep } from '../fixture/tools.ts'

describe('registry at run time', () => {
  it('lets a call end whose tool is unregistered, and refuses the next', async () => {
    const { clock, call, runtime, events } = openRuntime({
      tools: [readTool('slow', () => sleep(clock, 10), { concurrency: { max: 1 } })],
    })
    const calls = [call('slow'), call('slow')]
    await clock.advance(1)
    runtime.registry.unregister('slow')
    const refused = call('slow')
    await clock.advance(20)
    expect([await Promise.all(calls.map(codeOf)), await codeOf(refused)]).toEqual([['ok', 'ok'], 'TOOL_NOT_FOUND'])
    expect(events.some((event) => event.type === 'registry-change')).toBe(true)
  })

  it('forgets the queue of a tool that was unregistered while its calls ran', async () => {
    const { clock, call, runtime } = openRuntime({ policy: { concurrency: { max: 1 } } })
    for (let n = 0; n < 10; n += 1) {
      runtime.registry.register(readTool(`tool-${n}`, () => sleep(clock, 10)))
      const calls = [call(`tool-${n}`), call(`tool-${n}`)]
      await clock.advance(1)
      runtime.registry.unregister(`tool-${n}`)
      expect(runtime.snapshot().queues).toMatchObject([{ key: `tool-${n}`, running: 1, queued: 1 }])
      await clock.advance(20)
      expect(await Promise.all(calls.map(codeOf))).toEqual(['ok', 'ok'])
    }
    expect(runtime.snapshot().queues).toEqual([])
  })

  it('counts the runs of a replaced tool against the limit of its name', async () => {
    let now = 0
    let most = 0
    const version = () =>
      readTool(
        'slow',
        async () => {
          now += 1
          most = Math.max(most, now)
          await sleep(clock, 10)
          now -= 1
        },
        { concurrency: { max: 1 } },
      )
    const { clock, call, runtime } = openRuntime()
    runtime.registry.register(version())
    call('slow')
    await clock.advance(1)
    runtime.registry.unregister('slow')
    runtime.registry.register(version())
    const second = call('slow')
    await clock.advance(30)
    expect([await codeOf(second), most]).toEqual(['ok', 1])
  })
})

describe('close with drain', () => {
  it('refuses new calls while it drains, and lets the running ones retry and end', async () => {
    const { clock, call, runtime } = openRuntime({
      tools: [
        readTool(
          'flaky',
          async (_, { attempt }) => {
            await sleep(clock, 20)
            if (attempt === 1) throw Object.assign(new Error('busy'), { status: 503 })
            return 'second'
          },
          { retry: { backoff: { type: 'constant', base: 10, jitter: 'none' } } },
        ),
      ],
    })
    const running = call('flaky')
    await clock.advance(5)
    const closed = runtime.close({ drain: 1_000 })
    const refused = call('flaky')
    await clock.advance(100)
    await closed
    expect([await resultOf(running), await codeOf(refused)]).toEqual([
      expect.objectContaining({ output: 'second' }),
      'RUNTIME_CLOSED',
    ])
  })

  it('lets what runs make the calls that are part of it, and fall back, until it is cancelled', async () => {
    const inner = readTool('inner', () => sleep(clock, 20).then(() => 'inner'))
    const bad = readTool('bad', () => Promise.reject(new Error('bad')), { retry: false, fallback: inner })
    const outer = readTool('outer', async (_, { call: child }) => {
      await sleep(clock, 10)
      return [await child('inner', {}), await child('bad', {}), await child('slow', {}).result()]
    })
    const { clock, call, runtime } = openRuntime({ tools: [inner, bad, outer, readTool('slow', forever)] })
    const [running, spared] = [call('outer'), call('bad')]
    const closed = runtime.close({ drain: 100 })
    const refused = call('inner')
    await clock.advance(99)
    expect([await resultOf(spared), await codeOf(refused), running.status]).toMatchObject([
      { output: 'inner', meta: { degraded: true } },
      'RUNTIME_CLOSED',
      'running',
    ])
    await clock.advance(6000)
    await closed
    expect(await codeOf(running)).toBe('cancelled')
  })

  it('settles when everything has ended, without waiting for the whole drain', async () => {
    const { clock, call, runtime } = openRuntime({ tools: [readTool('slow', () => sleep(clock, 20))] })
    call('slow')
    let isClosed = false
    void runtime.close({ drain: 60_000 }).then(() => {
      isClosed = true
    })
    await clock.advance(21)
    expect([isClosed, clock.pending]).toEqual([true, 0])
  })

  it('ends calls that wait in a queue and in a backoff, and abandons what is deaf', async () => {
    const { clock, call, runtime } = openRuntime({
      tools: [
        readTool('deaf', forever, { concurrency: { max: 1 }, timeout: { grace: 50 } }),
        readTool('flaky', () => Promise.reject(Object.assign(new Error('busy'), { status: 503 })), {
          retry: { backoff: { type: 'constant', base: 5_000, jitter: 'none' } },
        }),
      ],
    })
    const calls = [call('deaf'), call('deaf'), call('flaky')]
    await clock.advance(5)
    let isClosed = false
    void runtime.close().then(() => {
      isClosed = true
    })
    await clock.advance(0)
    expect([await Promise.all(calls.map(codeOf)), isClosed]).toEqual([['cancelled', 'cancelled', 'cancelled'], false])
    await clock.advance(50)
    expect([isClosed, clock.pending]).toEqual([true, 0])
  })

  it('tells telemetry once that it has closed, and not when it was asked what makes no sense', async () => {
    let closed = 0
    const attach = () => () => {
      closed += 1
    }
    const telemetry = { isActive: () => false, follow: () => Promise.reject(new Error('unused')) as never, attach }
    const { runtime, call } = openRuntime({ tools: [readTool('echo', ({ q }) => q)], telemetry })
    await expect(runtime.close({ drain: -1 })).rejects.toThrow('close: drain must be a number >= 0')
    expect([await call('echo', { q: 'open' }), closed]).toEqual(['open', 0])
    await Promise.all([runtime.close(), runtime.close({ drain: 10 })])
    await runtime.close()
    expect(closed).toBe(1)
  })

  it('leaves no timer and no listener of a scope that is opened when it has closed', async () => {
    const { clock, runtime } = openRuntime({ tools: [readTool('echo', ({ q }) => q)] })
    const { signal } = new AbortController()
    await runtime.close()
    const scope = runtime.scope({ deadline: clock.now() + 1000, signal })
    expect(await scope.call('echo', {}).result()).toMatchObject({ error: { code: 'RUNTIME_CLOSED' } })
    expect([clock.pending, getEventListeners(signal, 'abort').length]).toEqual([0, 0])
  })
})
