import { type BreakerStore, type CacheStore, createRuntime, memoryBreakerStore, memoryCacheStore } from '@headrace/core'
import { openTelemetry } from '@headrace/telemetry-otel'
import { createTestClock } from '@headrace/testing'
import type { Histogram } from '@opentelemetry/sdk-metrics'
import { describe, expect, it, vi } from 'vitest'
import { collect, openStage, type Point } from './fixture/open-telemetry-stage.ts'
import { forever, httpError, readTool, sleep } from './fixture/tools.ts'

const tool = (name: string): { 'gen_ai.tool.name': string } => ({ 'gen_ai.tool.name': name })

/** Of a histogram: how many values, and their sum. */
const sums = (points: readonly Point[]): unknown[] =>
  points.map(({ attributes, value }) => {
    const { count, sum } = value as Histogram
    return [attributes, count, Number(sum?.toFixed(3))]
  })

/** The points that are not 0. */
const told = (points: readonly Point[]): unknown[] =>
  points.filter(({ value }) => value !== 0).map(({ attributes, value }) => [Object.values(attributes).join(' '), value])

describe('metrics of calls', () => {
  it('give the duration in seconds, with the buckets and attributes of the conventions', async () => {
    const { clock, runtime, metrics, points } = openStage({
      telemetry: { agentName: 'researcher' },
      tools: [
        readTool('nap', () => sleep(clock, 250)),
        readTool('failing', () => Promise.reject(new Error('no')), { retry: false }),
        readTool('left', forever),
      ],
    })
    for (const name of ['nap', 'nap', 'failing', `no such tool ${Math.random()}`]) {
      runtime.dispatch({ tool: name, arguments: {} })
    }
    const left = runtime.call('left', {})
    await clock.advance(500)
    void left.cancel()
    const shared = { 'gen_ai.tool.type': 'function', 'gen_ai.agent.name': 'researcher' }
    expect(sums(await points('gen_ai.execute_tool.duration'))).toEqual([
      [{ ...tool('_OTHER'), ...shared, 'error.type': 'TOOL_NOT_FOUND' }, 1, 0],
      [{ ...tool('failing'), ...shared, 'error.type': 'EXECUTION_FAILED' }, 1, 0],
      [{ ...tool('nap'), ...shared }, 2, 0.5],
      [{ ...tool('left'), ...shared }, 1, 0.5],
    ])
    const metric = (await metrics()).find(({ descriptor }) => descriptor.name === 'gen_ai.execute_tool.duration')
    expect(metric?.descriptor.unit).toBe('s')
    const bounds = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92]
    expect(metric?.dataPoints[0]?.value).toMatchObject({ buckets: { boundaries: bounds } })
  })

  it('give waits in queues and for limits, attempts, and look-ups by layer', async () => {
    const { clock, runtime, points } = openStage({
      tools: [
        readTool('one', () => sleep(clock, 100), { concurrency: { max: 1 } }),
        readTool('few', () => 1, { rateLimit: { limit: 1, per: 1_000 } }),
        readTool('flaky', (_, { attempt }) => (attempt === 1 ? Promise.reject(httpError(503)) : 1)),
        readTool('read', () => 1, { cache: { ttl: 60_000, scope: 'shared' } }),
      ],
    })
    for (const name of ['one', 'one', 'few', 'few', 'flaky', 'read', 'read', 'read']) runtime.call(name, {})
    await clock.advance(60_000)
    expect(sums(await points('headrace.queue.wait'))).toEqual([
      [tool('one'), 1, 0.1],
      [tool('few'), 1, 1],
    ])
    expect(sums(await points('headrace.limiter.wait'))).toEqual([[tool('few'), 1, 1]])
    expect(sums(await points('headrace.attempts'))).toEqual(
      expect.arrayContaining([
        [tool('one'), 2, 2],
        [tool('few'), 2, 2],
        [tool('flaky'), 1, 2],
        [tool('read'), 1, 1],
      ]),
    )
    expect(told(await points('headrace.cache.lookups'))).toEqual([
      ['read miss', 1],
      ['read exact', 2],
    ])
  })
})

describe('metrics of a runtime', () => {
  it('give what runs, waits and was given up now, for each key', async () => {
    const { clock, runtime, points } = openStage({
      tools: [
        readTool('busy', forever, { concurrency: { max: 2 }, timeout: { attempt: Number.POSITIVE_INFINITY } }),
        readTool('deaf', forever, { retry: false, timeout: { attempt: 100, grace: 100 } }),
      ],
    })
    for (const _ of [1, 2, 3]) runtime.call('busy', {})
    runtime.call('deaf', {})
    await clock.advance(50)
    expect(told(await points('headrace.in_flight'))).toEqual([
      ['busy', 2],
      ['deaf', 1],
    ])
    expect(told(await points('headrace.queue.size'))).toEqual([['busy', 1]])
    expect(told(await points('headrace.abandoned'))).toEqual([])
    await clock.advance(200)
    expect(told(await points('headrace.in_flight'))).toEqual([['busy', 2]])
    expect(told(await points('headrace.abandoned'))).toEqual([['deaf', runtime.snapshot().abandoned]])
  })

  it('give breakers by state, each change of them, and zeros for the states that they left', async () => {
    const { clock, runtime, points } = openStage({
      tools: [
        readTool('down', (_, { attempt }) => Promise.reject(httpError(500 + attempt)), {
          retry: false,
          breaker: { consecutiveFailures: 1, key: () => 'backend' },
        }),
      ],
    })
    runtime.call('down', {})
    await clock.advance(1)
    expect(told(await points('headrace.breaker.state'))).toEqual([['backend open', 1]])
    runtime.control.breaker('backend').reset()
    const states = await points('headrace.breaker.state')
    expect(told(states)).not.toContainEqual(['backend open', 1])
    expect(told(await points('headrace.breaker.changes'))).toEqual([
      ['backend open', 1],
      ['backend closed', 1],
    ])
  })

  it('give what stores fail to do', async () => {
    const broken = (): never => {
      throw new Error('away')
    }
    const cache: CacheStore = { ...memoryCacheStore(), get: broken, set: broken }
    const breakers: BreakerStore = { ...memoryBreakerStore(), admit: broken }
    const { clock, runtime, points } = openStage({
      cache,
      breakers,
      tools: [readTool('read', () => 1, { cache: { ttl: 60_000, scope: 'shared' } })],
    })
    runtime.call('read', {})
    await clock.advance(200)
    const failed = await points('headrace.store.errors')
    const stores = new Set(failed.map(({ attributes }) => attributes['headrace.store']))
    expect(stores).toEqual(new Set(['breaker', 'cache']))
  })

  it('have a bounded number of keys, with one series for all others', async () => {
    const { clock, runtime, points } = openStage({
      telemetry: { maxKeys: 3 },
      tools: [readTool('fetch', forever, { concurrency: { max: 1, key: ({ session = '' }) => session } })],
    })
    for (let host = 0; host < 50; host += 1) runtime.call('fetch', {}, { session: `host-${host}` })
    await clock.advance(1)
    expect(told(await points('headrace.in_flight'))).toEqual([
      ['host-0', 1],
      ['host-1', 1],
      ['_OTHER', 48],
    ])
  })

  it('fall to 0 for keys that nobody uses any more', async () => {
    const { clock, runtime, points } = openStage({
      tools: [readTool('nap', () => sleep(clock, 50), { concurrency: { key: ({ session = '' }) => session } })],
    })
    runtime.call('nap', {}, { session: 'a' })
    await clock.advance(1)
    expect(told(await points('headrace.in_flight'))).toEqual([['a', 1]])
    await clock.advance(100)
    expect(told(await points('headrace.in_flight'))).toEqual([])
  })

  it('are sums over the runtimes that share one telemetry, and end with each', async () => {
    const collected = collect()
    const clock = createTestClock()
    const { tracerProvider, meterProvider } = collected
    const telemetry = openTelemetry({ tracerProvider, meterProvider })
    const open = () => createRuntime({ clock, telemetry, tools: [readTool('busy', forever)] })
    const runtimes = [open(), open()] as const
    for (const runtime of runtimes) runtime.call('busy', {})
    expect(told(await collected.points('headrace.in_flight'))).toEqual([['busy', 2]])
    const closed = runtimes[0].close()
    await clock.advance(10_000)
    await closed
    expect(told(await collected.points('headrace.in_flight'))).toEqual([['busy', 1]])
    const last = runtimes[1].close()
    await clock.runAll()
    await last
    expect(told(await collected.points('headrace.in_flight'))).toEqual([])
  })

  it('are sums over the telemetries of one provider, also when one of them has no runtime any more', async () => {
    const collected = collect()
    const clock = createTestClock()
    const { tracerProvider, meterProvider } = collected
    const open = () =>
      createRuntime({
        clock,
        telemetry: openTelemetry({ tracerProvider, meterProvider }),
        tools: [readTool('busy', forever)],
      })
    const runtimes = [open(), open(), open()] as const
    for (const runtime of runtimes.slice(0, 2)) runtime.call('busy', {})
    expect(told(await collected.points('headrace.in_flight'))).toEqual([['busy', 2]])
    const closed = runtimes[1].close()
    await clock.advance(10_000)
    await closed
    expect(told(await collected.points('headrace.in_flight'))).toEqual([['busy', 1]])
    const last = Promise.all([runtimes[0].close(), runtimes[2].close()])
    await clock.runAll()
    await last
    expect(told(await collected.points('headrace.in_flight'))).toEqual([])
  })

  it('ask a meter for one callback, however many telemetries there are', () => {
    const { meterProvider } = collect()
    const meter = meterProvider.getMeter('@headrace/telemetry-otel')
    const callbacks = vi.spyOn(meter, 'addBatchObservableCallback')
    for (const _ of [1, 2, 3]) expect(openTelemetry({ meterProvider }).isActive()).toBe(true)
    expect(callbacks).toHaveBeenCalledTimes(1)
  })
})
