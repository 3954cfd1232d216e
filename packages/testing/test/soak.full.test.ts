import { getEventListeners } from 'node:events'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createRuntime } from '@headrace/core'
import { describe, expect, it } from 'vitest'
import { openRuntime, type Stage } from './fixture/open-runtime.ts'
import { httpError, readTool, sleep } from './fixture/tools.ts'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

function heapUsed(): number {
  collectGarbage()
  collectGarbage()
  return process.memoryUsage().heapUsed
}

/** A stage whose events are not kept, so that what grows is the runtime's own. */
function openSoak(...[options]: Parameters<typeof openRuntime>): Stage {
  const stage = openRuntime(options)
  stage.runtime.events$.subscribe(() => stage.events.splice(0))
  return stage
}

describe('soak', () => {
  it('rule 6: calls of every ending on one signal keep the heap flat, and leave no listener and few timers', async () => {
    const policy = { timeout: { attempt: 20, grace: 5 }, breaker: false, concurrency: { max: 50, queue: 50 } } as const
    const stage = openSoak({
      tools: [
        readTool('quick', ({ n }) => n, policy),
        readTool('bad', () => Promise.reject(httpError(400)), policy),
        readTool('flaky', (_, { attempt }) => (attempt < 2 ? Promise.reject(httpError(503)) : 1), policy),
        readTool('deaf', () => sleep(stage.clock, 30), policy),
        readTool('slow', (_, { signal }) => sleep(stage.clock, 10, signal), policy),
        readTool('cached', ({ n }) => sleep(stage.clock, 1).then(() => n), {
          ...policy,
          cache: { ttl: 100, scope: 'shared' },
        }),
      ],
    })
    const tools = ['quick', 'bad', 'flaky', 'deaf', 'slow', 'cached', 'nowhere']
    const { signal } = new AbortController()
    const round = async (): Promise<void> => {
      for (let batch = 0; batch < 20; batch += 1) {
        const calls = Array.from({ length: 1_000 }, (_, n) => stage.call(tools[n % 7] ?? '', { n: n % 50 }, { signal }))
        for (let n = 0; n < 1_000; n += 9) void calls[n]?.cancel()
        await stage.clock.advance(40_000)
        await Promise.all(calls.map((call) => call.result()))
      }
    }
    await round()
    await round()
    const before = heapUsed()
    for (let n = 0; n < 5; n += 1) await round()
    const grown = heapUsed() - before
    expect(grown, 'bytes after 100,000 calls more').toBeLessThan(2_000_000)
    expect(getEventListeners(signal, 'abort').length).toBe(0)
    expect(stage.clock.pending).toBeLessThanOrEqual(3)
  })

  it('rule 6: on the real clock no timer is left that keeps the process alive', async () => {
    const tools = [
      readTool('echo', async ({ n }) => n),
      readTool('slow', ({ n = 0 }) => new Promise((done) => setTimeout(done, n % 5))),
    ]
    const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length
    const runtime = createRuntime({ tools, policy: { concurrency: { max: 100, queue: 20_000 } } })
    const before = timers()
    const { signal } = new AbortController()
    const calls = Array.from({ length: 20_000 }, (_, n) =>
      runtime.dispatch({ tool: n % 10 ? 'echo' : 'slow', arguments: { n } }, { signal }),
    )
    const results = await Promise.all(calls.map((call) => call.result()))
    expect(results.every((result) => result.status === 'ok')).toBe(true)
    expect([timers() > before, getEventListeners(signal, 'abort').length]).toEqual([false, 0])
    await runtime.close()
  })

  it('rule 8: 100,000 synchronous cache hits behind one slow call with concurrency 1 all complete', async () => {
    const { clock, runtime, call } = openSoak({
      tools: [
        readTool('read', () => sleep(clock, 50).then(() => 'read'), {
          cache: { ttl: 600_000, scope: 'shared' },
          concurrency: { max: 1 },
        }),
      ],
    })
    void call('read', { q: 'hit' })
    await clock.advance(60)
    function* calls() {
      yield { callId: 'slow', tool: 'read', arguments: { q: 'miss' } }
      for (let n = 0; n < 100_000; n += 1) yield { callId: `${n}`, tool: 'read', arguments: { q: 'hit' } }
    }
    let seen = 0
    let isOrdered = true
    let isComplete = false
    runtime.dispatchMany$(calls(), { concurrency: 1 }).subscribe({
      next: (result) => {
        isOrdered &&= result.status === 'ok' && result.callId === (seen === 0 ? 'slow' : `${seen - 1}`)
        seen += 1
      },
      complete: () => {
        isComplete = true
      },
    })
    await clock.advance(60)
    expect([seen, isOrdered, isComplete]).toEqual([100_001, true, true])
  })

  it('a hundred thousand calls that wait for one permit all run, in order, and all can be cancelled', async () => {
    const order: number[] = []
    const { clock, call } = openSoak({
      tools: [
        readTool(
          'one',
          ({ n = 0 }) => {
            order.push(n)
            return order.length === 1 ? sleep(clock, 5) : undefined
          },
          { concurrency: { max: 1, queue: 200_000 } },
        ),
      ],
    })
    const calls = Array.from({ length: 100_000 }, (_, n) => call('one', { n }))
    for (let n = 1; n < 100_000; n += 2) void calls[n]?.cancel()
    await clock.advance(10)
    await Promise.all(calls.map((pending) => pending.result()))
    expect([order.length, order.every((n, index) => n === 2 * index)]).toEqual([50_000, true])
  })

  it('keyed state is bounded: 10,000 keys per policy, and an open breaker is never dropped', async () => {
    const key = ({ arguments: args }: { arguments: unknown }): string => `${(args as { n: number }).n}`
    const { clock, call, runtime } = openSoak({
      tools: [
        readTool('keyed', ({ q }) => (q === 'bad' ? Promise.reject(httpError(500)) : 1), {
          retry: false,
          breaker: { key, consecutiveFailures: 1, openFor: 60_000 },
          concurrency: { key },
        }),
      ],
    })
    void call('keyed', { n: -1, q: 'bad' })
    for (let n = 0; n < 25_000; n += 1) {
      void call('keyed', { n }, { session: `session ${n}` })
      if (n % 500 === 0) await clock.advance(0)
    }
    await clock.advance(1)
    expect(JSON.stringify(runtime.snapshot()).split('"closed"').length - 1).toBeLessThanOrEqual(10_000)
    const rejected = await call('keyed', { n: -1 }).result()
    expect(rejected).toMatchObject({ status: 'error', error: { code: 'CIRCUIT_OPEN' } })
  })
})
