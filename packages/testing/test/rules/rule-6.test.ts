import { getEventListeners } from 'node:events'
import type { CallOptions } from '@headrace/core'
import { describe, expect, it } from 'vitest'
import { openRuntime } from '../fixture/open-runtime.ts'
import { httpError, readTool, sleep } from '../fixture/tools.ts'

const realTimers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length
const listenersOf = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length

/** Starts `count` calls, spread over the tools. */
function startMany(
  stage: ReturnType<typeof openRuntime>,
  tools: readonly string[],
  count: number,
  options: CallOptions,
) {
  return Array.from({ length: count }, (_, index) =>
    stage.call(tools[index % tools.length] ?? '', { n: index }, options),
  )
}

describe('rule 6', () => {
  it('rule 6: after 1,000 calls on one signal no abort listener is left, and no timer that keeps the process alive', async () => {
    const stage = openRuntime({ tools: [readTool('echo', async ({ n }) => n)] })
    const { signal } = new AbortController()
    const before = realTimers()
    const calls = startMany(stage, ['echo'], 1_000, { signal })
    await stage.clock.advance(10)
    const results = await Promise.all(calls.map((call) => call.result()))
    expect(results.every((result) => result.status === 'ok')).toBe(true)
    expect([listenersOf(signal), realTimers() - before]).toEqual([0, 0])
  })

  it('rule 6: of the timers of a runtime, at most one per distinct duration remains after the calls', async () => {
    const stage = openRuntime({
      tools: [
        readTool('echo', async ({ n }) => n, { timeout: { attempt: 1_000, total: 5_000 } }),
        readTool('slow', ({ n = 0 }) => sleep(stage.clock, n % 7), { timeout: { attempt: 2_000, total: 5_000 } }),
      ],
    })
    const calls = startMany(stage, ['echo', 'slow'], 1_000, {})
    await stage.clock.advance(900)
    await Promise.all(calls.map((call) => call.result()))
    expect(stage.clock.pending).toBeLessThanOrEqual(3)
  })

  it('rule 6: calls that fail, time out, are rejected or cancelled leave no listener either', async () => {
    const policy = {
      retry: false,
      breaker: false,
      timeout: { attempt: 20, grace: 10 },
      concurrency: { max: 20, queue: 20 },
    } as const
    const stage = openRuntime({
      tools: [
        readTool('bad', () => Promise.reject(httpError(400)), policy),
        readTool('deaf', () => sleep(stage.clock, 40), policy),
        readTool('slow', (_, { signal }) => sleep(stage.clock, 5, signal), policy),
      ],
    })
    const { signal } = new AbortController()
    const calls = startMany(stage, ['bad', 'deaf', 'slow', 'nowhere'], 1_000, { signal })
    for (const [index, call] of calls.entries()) if (index % 10 === 0) void call.cancel()
    await stage.clock.advance(10_000)
    await Promise.all(calls.map((call) => call.result()))
    expect(listenersOf(signal)).toBe(0)
  })

  it('rule 6: a thousand calls in flight hang on one signal with at most one listener', async () => {
    const stage = openRuntime({
      tools: [readTool('slow', () => sleep(stage.clock, 50), { concurrency: { max: 500 } })],
    })
    const { signal } = new AbortController()
    const calls = startMany(stage, ['slow'], 1_000, { signal })
    await stage.clock.advance(1)
    expect(listenersOf(signal)).toBeLessThanOrEqual(1)
    await stage.clock.advance(200)
    await Promise.all(calls.map((call) => call.result()))
    expect(listenersOf(signal)).toBe(0)
  })

  it('rule 6: a closed scope leaves no listener on the signal that it was given', async () => {
    const { runtime } = openRuntime()
    const { signal } = new AbortController()
    for (let round = 0; round < 100; round += 1) await runtime.scope({ signal }).close()
    expect(listenersOf(signal)).toBe(0)
  })
})
