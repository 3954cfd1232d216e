import { toolFailure } from '@headrace/core'
import { describe, expect, it } from 'vitest'
import { openRuntime } from '../fixture/open-runtime.ts'
import { httpError, readTool, sleep, writeTool } from '../fixture/tools.ts'

const backoff = { type: 'constant', base: 100, jitter: 'none' } as const

describe('retry: budget given back', () => {
  /** Starts calls that fail at once, and does something to them; then three calls that fail are all retried. */
  async function retriesAfter(
    ms: number,
    act: (calls: ReturnType<ReturnType<typeof openRuntime>['call']>[]) => void,
  ): Promise<number> {
    let tries = 0
    const { clock, call } = openRuntime({
      tools: [
        readTool(
          'flaky',
          async (_, { attempt, signal }) => {
            tries += 1
            if (attempt > 1) await sleep(clock, 50, signal)
            throw httpError(503)
          },
          { breaker: false, timeout: { grace: 1 }, retry: { maxAttempts: 2, backoff } },
        ),
      ],
    })
    for (let round = 0; round < 5; round += 1) {
      const calls = [call('flaky'), call('flaky'), call('flaky')]
      await clock.advance(ms)
      act(calls)
      await clock.advance(20_000)
    }
    tries = 0
    for (let n = 0; n < 3; n += 1) call('flaky')
    await clock.advance(1_000)
    return tries
  }

  it('after calls that ended by themselves', async () => {
    expect(await retriesAfter(0, () => {})).toBe(6)
  })

  it('after calls that were cancelled while they waited', async () => {
    expect(
      await retriesAfter(50, (calls) => {
        for (const call of calls) void call.cancel()
      }),
    ).toBe(6)
  })

  it('after calls that were cancelled while they ran again', async () => {
    expect(
      await retriesAfter(120, (calls) => {
        for (const call of calls) void call.cancel()
      }),
    ).toBe(6)
  })

  it.each(['backoff', 'retryOn'] as const)('after calls that the function %s has cancelled', async (name) => {
    let tries = 0
    let cancels = true
    const pending: ReturnType<ReturnType<typeof openRuntime>['call']>[] = []
    const answer = (): number => {
      if (cancels) for (const one of pending.splice(0)) void one.cancel()
      return 100
    }
    const functions = name === 'backoff' ? { backoff: answer } : { backoff, retryOn: () => answer() > 0 }
    const { clock, call, runtime } = openRuntime({
      tools: [
        readTool(
          'flaky',
          async () => {
            tries += 1
            throw httpError(503)
          },
          { breaker: false, retry: { maxAttempts: 2, ...functions } },
        ),
      ],
    })
    for (let n = 0; n < 5; n += 1) {
      pending.push(call('flaky'))
      await clock.advance(0)
      expect(runtime.snapshot().timers).toBe(0)
    }
    cancels = false
    tries = 0
    for (let n = 0; n < 3; n += 1) call('flaky')
    await clock.advance(1_000)
    expect(tries).toBe(6)
  })
})

describe('retry: tools that may not run twice', () => {
  it('are not retried though they call their failure retryable, nor after a timeout', async () => {
    let tries = 0
    const { clock, call } = openRuntime({
      tools: [
        writeTool('says', () => {
          tries += 1
          throw toolFailure({ message: 'busy', retryable: true })
        }),
        writeTool(
          'slow',
          (_, { signal }) => {
            tries += 1
            return sleep(clock, 1_000, signal)
          },
          { timeout: { attempt: 10 } },
        ),
      ],
    })
    call('says')
    call('slow')
    await clock.advance(60_000)
    expect(tries).toBe(2)
  })
})
