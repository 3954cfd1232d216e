import type { ToolPolicy } from '@headrace/core'
import { describe, expect, it } from 'vitest'
import { errorOf, openRuntime, resultOf } from '../fixture/open-runtime.ts'
import { httpError, readTool, sleep } from '../fixture/tools.ts'

/** The waits between the attempts of a call that always fails, as the clock shows them. */
async function waitsOf(retry: ToolPolicy['retry'], random = () => 0.5, error = httpError(503)): Promise<number[]> {
  const at: number[] = []
  // the runtime may draw for itself before; what is asked for here are the draws of the waits
  const { clock, call, events } = openRuntime({
    random: () => (at.length === 0 ? 0.5 : random()),
    tools: [
      readTool(
        'flaky',
        () => {
          at.push(clock.monotonic())
          throw error
        },
        { retry, breaker: false, timeout: { total: 10_000_000 } },
      ),
    ],
  })
  const pending = call('flaky')
  await clock.advance(1_000_000)
  await errorOf(pending)
  const waits = at.slice(1).map((time, index) => Math.round((time - (at[index] ?? 0)) * 1_000) / 1_000)
  const told = events.flatMap((event) =>
    event.type === 'retry-wait' ? [Math.round(event.delayMs * 1_000) / 1_000] : [],
  )
  expect(told).toEqual(waits)
  return waits
}

describe('retry: backoff', () => {
  it('tries three times by default, with decorrelated jitter from 250 ms', async () => {
    expect(await waitsOf({})).toEqual([500, 875])
    expect(await waitsOf({}, () => 0)).toEqual([250, 250])
  })

  it('draws each wait from base to three times the one before', async () => {
    const draws = [1, 0, 0.25]
    const waits = await waitsOf({ maxAttempts: 4, backoff: { base: 100 } }, () =>
      Math.min(draws.shift() ?? 0, 0.999_999_999),
    )
    expect(waits).toEqual([300, 100, 150])
  })

  it('never waits longer than max, 30 s by default', async () => {
    const waits = await waitsOf({ maxAttempts: 12 }, () => 0.999_999_999)
    expect(waits.slice(5)).toEqual(new Array(6).fill(30_000))
    expect(await waitsOf({ backoff: { base: 100, max: 120 } })).toEqual([120, 120])
  })

  it("waits base times factor to the power of the tries before, with 'exponential' and no jitter", async () => {
    const backoff = { type: 'exponential', base: 100, jitter: 'none' } as const
    expect(await waitsOf({ maxAttempts: 5, backoff })).toEqual([100, 200, 400, 800])
    expect(await waitsOf({ maxAttempts: 4, backoff: { ...backoff, factor: 3 } })).toEqual([100, 300, 900])
  })

  it('stays finite after a thousand tries', async () => {
    const backoff = { type: 'exponential', base: 1, max: 2, jitter: 'none' } as const
    const waits = await waitsOf({ maxAttempts: 1_200, backoff, budget: false })
    expect([waits.length, waits.at(-1)]).toEqual([1_199, 2])
  })

  it("grows by base with 'linear', and stays with 'constant'", async () => {
    expect(await waitsOf({ maxAttempts: 4, backoff: { type: 'linear', base: 100, jitter: 'none' } })).toEqual([
      100, 200, 300,
    ])
    expect(await waitsOf({ maxAttempts: 4, backoff: { type: 'constant', base: 100, jitter: 'none' } })).toEqual([
      100, 100, 100,
    ])
  })

  it("draws from nothing to the whole wait with 'full' jitter", async () => {
    const backoff = { type: 'exponential', base: 100, jitter: 'full' } as const
    expect(await waitsOf({ maxAttempts: 4, backoff }, () => 0.5)).toEqual([50, 100, 200])
  })

  it('takes a function of the attempt and the error, whose nonsense is no wait', async () => {
    const seen: unknown[] = []
    const backoff = (attempt: number, error: { code: string }): number => {
      seen.push([attempt, error.code])
      return [70, Number.NaN, -5, Infinity][attempt - 1] ?? 0
    }
    const waits = await waitsOf({ maxAttempts: 4, backoff })
    expect(waits).toEqual([70, 0, 0])
    expect(seen).toEqual([1, 2, 3].map((attempt) => [attempt, 'EXECUTION_FAILED']))
  })
})

describe('retry: what runs meanwhile', () => {
  const backoff = { type: 'constant', base: 100, jitter: 'none' } as const

  it('holds no permit during a backoff wait', async () => {
    const order: string[] = []
    const { clock, call } = openRuntime({
      tools: [
        readTool(
          'one',
          async ({ q = '' }, { attempt }) => {
            order.push(`${q}${attempt}`)
            await sleep(clock, 10)
            if (q === 'flaky' && attempt === 1) throw httpError(503)
          },
          { concurrency: { max: 1 }, retry: { backoff } },
        ),
      ],
    })
    const calls = [call('one', { q: 'flaky' }), call('one', { q: 'other' })]
    await clock.advance(20)
    expect([order, calls[1]?.status]).toEqual([['flaky1', 'other1'], 'settled'])
    await clock.advance(100)
    expect([order, calls[0]?.status]).toEqual([['flaky1', 'other1', 'flaky2'], 'settled'])
  })

  it('counts every try in the result and in the error, and numbers them from 1', async () => {
    const { clock, call, events } = openRuntime({
      tools: [
        readTool('third', (_, { attempt }) => (attempt < 3 ? Promise.reject(httpError(503)) : attempt), {
          retry: { backoff },
        }),
        readTool('never', () => Promise.reject(httpError(503)), { retry: { backoff } }),
      ],
    })
    const [third, never] = [call('third'), call('never')]
    await clock.advance(300)
    expect(await resultOf(third)).toMatchObject({ status: 'ok', output: 3, meta: { attempts: 3 } })
    expect([(await errorOf(never)).attempts, (await resultOf(never)).meta.attempts]).toEqual([3, 3])
    const own = events.filter((event) => 'tool' in event && event.tool === 'third').map((event) => event.type)
    expect(own.filter((type) => /attempt|retry|settle/.test(type))).toEqual([
      'attempt-start',
      'attempt-fail',
      'retry-wait',
      'attempt-start',
      'attempt-fail',
      'retry-wait',
      'attempt-start',
      'call-settle',
    ])
  })

  it('gives every attempt the same idempotency key and call id, and a signal of its own', async () => {
    const seen: { key: string; id: string; signal: AbortSignal }[] = []
    const { clock, call } = openRuntime({
      tools: [
        readTool(
          'flaky',
          (_, { idempotencyKey: key, callId: id, signal }) => {
            seen.push({ key, id, signal })
            throw httpError(503)
          },
          { retry: { backoff }, breaker: false },
        ),
      ],
    })
    call('flaky')
    call('flaky')
    await clock.advance(300)
    expect(seen.length).toBe(6)
    expect(new Set(seen.map(({ key }) => key)).size).toBe(2)
    expect(new Set(seen.map(({ id }) => id)).size).toBe(2)
    expect(new Set(seen.map(({ signal }) => signal)).size).toBe(6)
  })
})
