import { createRuntime, type RuntimeEvent } from '@headrace/core'
import { from } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { chaoticTool } from './chaotic-tool.ts'
import { scriptedTool } from './scripted-tool.ts'
import { createSeededRandom } from './seeded-random.ts'
import { createTestClock } from './test-clock.ts'

const random = () => createSeededRandom(1)

describe('chaotic tool', () => {
  it('fails attempts, so that retries see it', async () => {
    const clock = createTestClock()
    const policy = { retry: { maxAttempts: 10, budget: false, backoff: { base: 1, max: 5 } }, breaker: false } as const
    const tool = scriptedTool({ name: 'ok', script: [{ give: 1 }], annotations: { readOnlyHint: true }, policy })
    const flaky = chaoticTool(tool, { rate: 0.5, random: createSeededRandom(5), fault: { status: 503 } })
    const runtime = createRuntime({ tools: [flaky], clock, random: random() })
    const calls = Array.from({ length: 20 }, () => runtime.call(flaky, {}))
    await clock.runAll()
    const results = await Promise.all(calls.map((call) => call.result()))
    expect(results.every(({ status }) => status === 'ok')).toBe(true)
    const attempts = results.reduce((sum, { meta }) => sum + meta.attempts, 0)
    expect(attempts).toBe(20 + flaky.injections.length)
    expect(flaky.injections.length).toBeGreaterThan(5)
    expect(flaky.injections.at(-1)?.number).toBeLessThanOrEqual(attempts)
    expect(flaky.runs.length).toBe(20)
  })

  it('opens the breaker', async () => {
    const down = chaoticTool(scriptedTool({ name: 'down', script: [{ give: 1 }] }), {
      ...{ rate: 1, random: random(), fault: { status: 500 } },
    })
    const runtime = createRuntime({ tools: [down] })
    const events: RuntimeEvent[] = []
    runtime.events$.subscribe((event) => events.push(event))
    for (let call = 0; call < 6; call += 1) await runtime.call(down, {}).result()
    expect(events.filter(({ type }) => type === 'breaker-change').length).toBe(1)
  })

  it('lets the effect of a lost answer happen again in the retry', async () => {
    const clock = createTestClock()
    let charged = 0
    const policy = { retry: { idempotent: 'accept-repeats' } } as const
    const give = (): number => {
      charged += 1
      return charged
    }
    const charge = scriptedTool({ name: 'charge', script: [{ after: 5, give }], policy, clock })
    const lossy = chaoticTool(charge, { rate: 0.5, random: createSeededRandom(2), outcome: { code: 'ECONNRESET' } })
    const runtime = createRuntime({ tools: [lossy], clock, random: random() })
    const call = runtime.call(lossy, {})
    await clock.runAll()
    const result = await call.result()
    expect([lossy.injections.length, charged, result.meta.attempts]).toEqual([1, 2, 2])
  })

  it('takes the answer of a stream away after its parts, of generators and observables alike', async () => {
    const parts = scriptedTool({ name: 'parts', script: [{ stream: [1, 2] }] })
    const observed = { ...parts, execute: () => from([1, 2]) }
    const promised = { ...parts, execute: async () => from([1, 2]) }
    for (const tool of [parts, observed, promised]) {
      const lossy = chaoticTool(tool, { rate: 1, random: random(), outcome: { status: 502 } })
      const runtime = createRuntime({ tools: [lossy] })
      const seen: unknown[] = []
      await runtime.call$(lossy, {}).forEach((event) => {
        if (event.type === 'output') seen.push(event.value)
        if (event.type === 'call-settle') seen.push(event.result.status)
      })
      expect(seen).toEqual([1, 2, 'error'])
    }
  })

  it('waits before an attempt, which its timeout and its cancel end', async () => {
    const clock = createTestClock()
    const policy = { timeout: { attempt: 20 }, retry: false } as const
    const tool = scriptedTool({ name: 'slow', script: [{ give: 1 }], policy })
    const slow = chaoticTool(tool, { rate: 1, random: random(), latency: { min: 50, max: 50 }, clock })
    const runtime = createRuntime({ tools: [slow], clock })
    const late = runtime.call(slow, {})
    const cancelled = runtime.call(slow, {})
    await clock.advance(10)
    void cancelled.cancel('enough')
    await clock.advance(10)
    const results = await Promise.all([late.result(), cancelled.result()])
    expect(results).toMatchObject([{ error: { code: 'TIMEOUT' } }, { status: 'cancelled', reason: 'enough' }])
    expect([clock.pending, tool.runs.length]).toEqual([0, 0])
  })

  it('keeps what a scripted tool remembers, and its types', async () => {
    const tool = scriptedTool({ name: 'ok', script: [{ give: 1 }] })
    const spared = chaoticTool(tool, { rate: 0, random: random(), fault: {} })
    const runtime = createRuntime({ tools: [spared] })
    const output: number = await runtime.call(spared, {})
    expect([output, spared.runs.length, spared.mostAtOnce, Object.isFrozen(spared)]).toEqual([1, 1, 1, true])
  })

  it('says what is wrong in its options', () => {
    const tool = scriptedTool({ name: 'ok', script: [{ give: 1 }] })
    expect(() => chaoticTool(tool, { rate: 2, random: random(), fault: {} })).toThrow('chaotic tool: rate must be')
  })
})
