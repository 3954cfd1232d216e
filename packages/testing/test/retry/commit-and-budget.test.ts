import { concat, of, throwError } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { codeOf, errorOf, openRuntime } from '../fixture/open-runtime.ts'
import { httpError, readTool, sleep } from '../fixture/tools.ts'

const backoff = { type: 'constant', base: 100, jitter: 'none' } as const

describe('retry: after a partial output', () => {
  it('there is none, for generators and observables alike', async () => {
    let tries = 0
    async function* stream() {
      tries += 1
      yield 'part'
      throw httpError(503)
    }
    const observable = () => {
      tries += 1
      return concat(
        of('part'),
        throwError(() => httpError(503)),
      )
    }
    const { clock, call } = openRuntime({ tools: [readTool('generator', stream), readTool('observable', observable)] })
    const calls = [call('generator'), call('observable')]
    await clock.advance(60_000)
    expect([await Promise.all(calls.map(codeOf)), tries]).toEqual([['EXECUTION_FAILED', 'EXECUTION_FAILED'], 2])
  })

  it('there is one when the stream failed before its first output', async () => {
    async function* stream(_: unknown, { attempt }: { attempt: number }) {
      if (attempt === 1) throw httpError(503)
      yield 'part'
      return 'whole'
    }
    const { clock, call } = openRuntime({ tools: [readTool('generator', stream)] })
    const pending = call('generator')
    await clock.advance(60_000)
    expect(await codeOf(pending)).toBe('ok')
  })

  it('there is one after mere progress', async () => {
    const { clock, call } = openRuntime({
      tools: [
        readTool('working', (_, { attempt, progress }) => {
          progress({ message: 'begun' })
          if (attempt === 1) throw httpError(503)
        }),
      ],
    })
    const pending = call('working')
    await clock.advance(60_000)
    expect(await codeOf(pending)).toBe('ok')
  })

  it('there is none after a timeout either', async () => {
    let tries = 0
    async function* stream() {
      tries += 1
      yield 'part'
      await sleep(clock, 1_000)
    }
    const { clock, call } = openRuntime({ tools: [readTool('generator', stream, { timeout: { attempt: 50 } })] })
    const pending = call('generator')
    await clock.advance(60_000)
    expect([await codeOf(pending), tries]).toEqual(['TIMEOUT', 1])
  })
})

describe('retry: budget', () => {
  /** Many calls at once that all fail; gives how often the tool ran, and how many calls were told that the budget is spent. */
  async function outage(calls: number, budget?: { ratio?: number; minConcurrent?: number; windowMs?: number } | false) {
    let tries = 0
    const { clock, call } = openRuntime({
      tools: [
        readTool(
          'down',
          async () => {
            tries += 1
            await sleep(clock, 10)
            throw httpError(503)
          },
          {
            breaker: false,
            concurrency: { max: 1_000 },
            retry: { maxAttempts: 2, backoff, ...(budget === undefined ? {} : { budget }) },
          },
        ),
      ],
    })
    const pending = Array.from({ length: calls }, () => call('down'))
    await clock.advance(1_000)
    const errors = await Promise.all(pending.map(errorOf))
    expect(errors.every((error) => error.code === 'EXECUTION_FAILED' && error.details.status === 503)).toBe(true)
    return { retries: tries - calls, spent: errors.filter((error) => error.details.retryBudget === 'spent').length }
  }

  it('allows retries of 20 % of the first attempts of the last 10 s', async () => {
    expect(await outage(100)).toEqual({ retries: 20, spent: 80 })
  })

  it('allows three retries at once, however few calls there are', async () => {
    expect(await outage(3)).toEqual({ retries: 3, spent: 0 })
    expect(await outage(5)).toEqual({ retries: 3, spent: 2 })
  })

  it('takes other numbers, and can be switched off', async () => {
    expect(await outage(100, { ratio: 0.5 })).toEqual({ retries: 50, spent: 50 })
    expect(await outage(10, { ratio: 0, minConcurrent: 1 })).toEqual({ retries: 1, spent: 9 })
    expect(await outage(100, false)).toEqual({ retries: 100, spent: 0 })
  })

  it('is a budget per key: another tool has its own', async () => {
    const counts = { a: 0, b: 0 }
    const tool = (name: 'a' | 'b') =>
      readTool(
        name,
        async () => {
          counts[name] += 1
          await sleep(clock, 10)
          throw httpError(503)
        },
        { breaker: false, concurrency: { max: 1_000 }, retry: { maxAttempts: 2, backoff } },
      )
    const { clock, call } = openRuntime({ tools: [tool('a'), tool('b')] })
    for (let n = 0; n < 50; n += 1) call('a')
    for (let n = 0; n < 3; n += 1) call('b')
    await clock.advance(1_000)
    expect(counts).toEqual({ a: 60, b: 6 })
  })

  it('comes back when the window has passed, and the concurrent ones when they have ended', async () => {
    let tries = 0
    const { clock, call } = openRuntime({
      tools: [
        readTool(
          'down',
          async () => {
            tries += 1
            await sleep(clock, 10)
            throw httpError(503)
          },
          { breaker: false, concurrency: { max: 1_000 }, retry: { maxAttempts: 2, backoff } },
        ),
      ],
    })
    for (let round = 1; round <= 3; round += 1) {
      for (let n = 0; n < 3; n += 1) call('down')
      await clock.advance(11_000)
      expect(tries).toBe(round * 6)
    }
  })
})
