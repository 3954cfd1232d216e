import { createRuntime, type PendingCall, type Runtime, type RuntimeEvent } from '@headrace/core'
import {
  chaos,
  chaoticTool,
  createSeededRandom,
  createTestClock,
  type ScriptStep,
  scriptedTool,
  type TestClock,
} from '@headrace/testing'
import { describe, expect, it } from 'vitest'

const count = 500

const scripts: Readonly<Record<string, readonly ScriptStep[]>> = {
  search: [
    { after: 30, give: 'found' },
    { after: 5, give: [] },
  ],
  write: [{ every: 10, stream: ['a', 'b'], give: 'ab' }],
  legacy: [{ after: 20, give: 1 }, { hang: 'obeys' }, { after: 500, give: 2, deaf: true }, { fail: { status: 500 } }],
}

const policy = {
  timeout: { attempt: 400, total: 2_000, grace: 50 },
  concurrency: { max: 5 },
  breaker: { consecutiveFailures: 20, failureRate: 0.9, openFor: 100 },
}

const trouble = { fault: { status: 503 }, latency: { max: 300 }, outcome: { code: 'ECONNRESET' } }

/** A runtime in which calls and attempts go wrong; everything in it is drawn from the seed. */
function openStage(clock: TestClock, seed: number) {
  const annotations = { readOnlyHint: true, idempotentHint: true }
  const tools = Object.entries(scripts).map(([name, script], index) => {
    const tool = scriptedTool({ name, script, clock, annotations, policy, afterLast: 'cycle' })
    return chaoticTool(tool, { ...trouble, rate: 0.3, clock, random: createSeededRandom(seed + index) })
  })
  const random = createSeededRandom(seed + 10)
  const around = chaos({ ...trouble, rate: 0.1, clock, random, tools: ['search', 'write'] })
  const runtime = createRuntime({ tools, middleware: [around], clock, random: createSeededRandom(seed + 20) })
  return { runtime, tools, around }
}

/** Makes the calls over some seconds; every fifth is cancelled unless it has ended by then. */
async function makeCalls(runtime: Runtime, clock: TestClock, draw: () => number): Promise<PendingCall<unknown>[]> {
  const names = Object.keys(scripts)
  const calls: PendingCall<unknown>[] = []
  for (let number = 0; number < count; number += 1) {
    const tool = names[Math.floor(draw() * names.length)] ?? ''
    const call = runtime.dispatch({ callId: `c${number}`, tool, arguments: { number } })
    calls.push(call)
    if (draw() < 0.2) clock.setTimer(Math.floor(draw() * 50), () => void call.cancel('enough'))
    await clock.advance(Math.floor(draw() * 20))
  }
  await clock.runAll()
  return calls
}

async function run(seed: number) {
  const clock = createTestClock({ maxTimers: 100_000 })
  const { runtime, tools, around } = openStage(clock, seed)
  const events: RuntimeEvent[] = []
  runtime.events$.subscribe((event) => events.push(event))
  const calls = await makeCalls(runtime, clock, createSeededRandom(seed + 30))
  const results = await Promise.all(calls.map((call) => call.result()))
  const closed = runtime.close()
  await clock.runAll()
  await closed
  const running = tools.reduce((sum, tool) => sum + tool.running, 0)
  const text = events.map((event) => JSON.stringify(event)).join('\n')
  return { events, text, results, around, tools, left: [clock.pending, running] }
}

describe('500 calls under chaos', () => {
  it('each get exactly one result, and nothing is left of them', async () => {
    const { events, results, around, tools, left } = await run(1)
    const settled = events.flatMap((event) => (event.type === 'call-settle' ? [event] : []))
    expect([settled.length, new Set(settled.map(({ callId }) => callId)).size]).toEqual([count, count])
    expect(results.map(({ callId }) => callId)).toEqual(Array.from({ length: count }, (_, number) => `c${number}`))
    for (const status of ['ok', 'error', 'cancelled']) {
      expect(results.filter((result) => result.status === status).length).toBeGreaterThan(20)
    }
    const codes = results.flatMap((result) => (result.status === 'error' ? [result.error.code] : []))
    expect(new Set(codes)).toEqual(new Set(['EXECUTION_FAILED', 'TIMEOUT', 'DEADLINE_EXCEEDED', 'CIRCUIT_OPEN']))
    for (const { injections } of [around, ...tools]) {
      expect(new Set(injections.map(({ kind }) => kind))).toEqual(new Set(Object.keys(trouble)))
    }
    expect(left).toEqual([0, 0])
  })

  it('give the same events with the same seed, byte for byte, and others with another', async () => {
    const first = await run(2)
    expect((await run(2)).text).toBe(first.text)
    expect((await run(3)).text).not.toBe(first.text)
  })
})
