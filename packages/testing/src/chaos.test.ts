import { type CallEvent, type CallResult, createRuntime, type Tool } from '@headrace/core'
import { describe, expect, it } from 'vitest'
import { type Chaos, chaos } from './chaos.ts'
import { scriptedTool } from './scripted-tool.ts'
import { createSeededRandom } from './seeded-random.ts'
import { createTestClock } from './test-clock.ts'

/** Makes `count` calls of the tool under chaos, one after the other, and gives how they ended. */
async function results(middleware: Chaos, tool: Tool, count: number): Promise<CallResult[]> {
  const clock = createTestClock()
  const runtime = createRuntime({ tools: [tool], middleware: [middleware], clock, random: createSeededRandom(1) })
  const ended: CallResult[] = []
  for (let call = 0; call < count; call += 1) {
    ended.push(await runtime.dispatch({ tool: tool.name, arguments: {} }).result())
  }
  await runtime.close()
  return ended
}

const ok = () => scriptedTool({ name: 'ok', script: [{ give: 'done' }] })

describe('chaos: what happens', () => {
  it('fails in place of the tool', async () => {
    const tool = ok()
    const [result] = await results(chaos({ rate: 1, random: createSeededRandom(1), fault: { status: 503 } }), tool, 1)
    expect(result).toMatchObject({
      status: 'error',
      error: { code: 'EXECUTION_FAILED', retryable: true, attempts: 0, details: { status: 503 } },
    })
    expect(tool.runs).toEqual([])
  })

  it('takes the answer away after the tool has run', async () => {
    const tool = ok()
    const outcome = { code: 'ECONNRESET' }
    const [result] = await results(chaos({ rate: 1, random: createSeededRandom(1), outcome }), tool, 1)
    expect(result).toMatchObject({
      status: 'error',
      error: { code: 'EXECUTION_FAILED', message: 'ECONNRESET', attempts: 1, details: { code: 'ECONNRESET' } },
      meta: { attempts: 1 },
    })
    expect(tool.runs.length).toBe(1)
  })

  it('leaves the error of a call that fails by itself', async () => {
    const tool = scriptedTool({ name: 'fails', script: [{ fail: { status: 404 } }] })
    const [result] = await results(chaos({ rate: 1, random: createSeededRandom(1), outcome: { status: 503 } }), tool, 1)
    expect(result).toMatchObject({ status: 'error', error: { details: { status: 404 } } })
  })

  it('waits before the tool runs, from min to max', async () => {
    const clock = createTestClock({ now: 0 })
    const tool = scriptedTool({ name: 'ok', clock, script: [{ give: 1 }] })
    const late = chaos({ rate: 1, random: createSeededRandom(3), latency: { min: 10, max: 12 }, clock })
    const runtime = createRuntime({ tools: [tool], middleware: [late], clock, policy: { concurrency: false } })
    const calls = Array.from({ length: 300 }, () => runtime.call(tool, {}))
    await clock.runAll()
    await Promise.all(calls)
    const starts = tool.runs.map(({ startedAt }) => startedAt)
    const delays = late.injections.map(({ delayMs }) => delayMs)
    expect(starts).toEqual(delays.toSorted((a, b) => a - b))
    for (const ms of [10, 11, 12]) expect(delays.filter((delay) => delay === ms).length).toBeGreaterThan(60)
  })

  it('ends an injected wait at once when its call is cancelled', async () => {
    const clock = createTestClock()
    const tool = ok()
    const late = chaos({ rate: 1, random: createSeededRandom(1), latency: { min: 100, max: 100 }, clock })
    const runtime = createRuntime({ tools: [tool], middleware: [late], clock })
    const call = runtime.call(tool, {})
    await clock.advance(50)
    void call.cancel('enough')
    expect([call.status, clock.pending, tool.runs.length]).toEqual(['settled', 0, 0])
    expect(await call.result()).toMatchObject({ status: 'cancelled', reason: 'enough' })
  })

  it('lets the parts of a stream through before it takes the answer away', async () => {
    const tool = scriptedTool({ name: 'parts', script: [{ stream: ['a', 'b'] }] })
    const lost = chaos({ rate: 1, random: createSeededRandom(1), outcome: { status: 502 } })
    const runtime = createRuntime({ tools: [tool], middleware: [lost] })
    const seen: CallEvent[] = []
    await runtime.call$(tool, {}).forEach((event) => void seen.push(event))
    expect(seen.map(({ type }) => type)).toEqual(['call-start', 'attempt-start', 'output', 'output', 'call-settle'])
  })
})

describe('chaos: how often and for whom', () => {
  const every = { fault: { status: 503 }, latency: { max: 0 }, outcome: { status: 502 } }

  it('happens to the given part of the calls, each kind as often', async () => {
    const middleware = chaos({ rate: 0.3, random: createSeededRandom(5), ...every })
    await results(middleware, ok(), 2_000)
    const counted = (kind: string) => middleware.injections.filter((injection) => injection.kind === kind).length
    expect(Math.abs(middleware.injections.length - 600)).toBeLessThan(60)
    for (const kind of ['fault', 'latency', 'outcome']) expect(Math.abs(counted(kind) - 200)).toBeLessThan(50)
  })

  it('happens never at rate 0 and always at rate 1', async () => {
    for (const [rate, hits] of [
      [0, 0],
      [1, 100],
    ] as const) {
      const middleware = chaos({ rate, random: createSeededRandom(5), ...every })
      await results(middleware, ok(), 100)
      expect(middleware.injections.length).toBe(hits)
    }
  })

  it('gives the n-th call the same fate with the same seed, whatever happens to others', async () => {
    const fates = async (seed: number, options: object) => {
      const middleware = chaos({ rate: 0.4, random: createSeededRandom(seed), ...every, ...options })
      await results(middleware, ok(), 50)
      return middleware.injections.map(({ kind, number }) => [number, kind])
    }
    const first = await fates(7, {})
    expect(await fates(7, { latency: { max: 3 } })).toEqual(first)
    expect(await fates(8, {})).not.toEqual(first)
  })

  it('leaves other tools alone and does not count their calls', async () => {
    const [hit, spared] = ['hit', 'spared'].map((name) => scriptedTool({ name, script: [{ give: 1 }] }))
    const middleware = chaos({ rate: 1, random: createSeededRandom(1), fault: {}, tools: ['hit'] })
    const runtime = createRuntime({
      tools: [hit, spared].filter((tool) => tool !== undefined),
      middleware: [middleware],
    })
    for (const tool of ['spared', 'hit', 'spared', 'hit']) await runtime.dispatch({ tool, arguments: {} }).result()
    expect([hit?.runs.length, spared?.runs.length]).toEqual([0, 2])
    expect(middleware.injections.map(({ number, tool }) => `${tool} ${number}`)).toEqual(['hit 1', 'hit 2'])
  })
})

describe('chaos: mistakes in its options', () => {
  const good = { rate: 0.5, random: () => 0.5, fault: {} }

  it.for<[object, string]>([
    [{ ...good, rate: 1.5 }, 'chaos: rate must be a number >= 0 and <= 1, got 1.5'],
    [{ ...good, rate: undefined }, 'chaos: rate must be a number >= 0 and <= 1, got NaN'],
    [{ ...good, random: 1 }, 'chaos: random must be a function, got 1'],
    [{ ...good, fault: undefined }, 'chaos: needs fault, latency or outcome, else nothing happens'],
    [{ ...good, fault: { status: 9 } }, 'chaos: fault: status must be an integer >= 100 and <= 599, got 9'],
    [{ ...good, latency: { min: 5, max: 4 } }, 'chaos: latency: max must be an integer >= 5, got 4'],
    [{ ...good, latency: 5 }, 'chaos: latency must be an object, got 5'],
    [{ ...good, tools: 'weather' }, "chaos: tools must be an array, got 'weather'"],
    [{ ...good, faults: {} }, "chaos: unknown option 'faults'"],
  ])('says for %j what is wrong', ([options, message]) => {
    expect(() => chaos(options as typeof good)).toThrow(message)
  })
})
