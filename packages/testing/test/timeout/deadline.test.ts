import { createTestClock, type TestClock } from '@headrace/testing'
import { describe, expect, it } from 'vitest'
import { codeOf, errorOf, openRuntime } from '../fixture/open-runtime.ts'
import { forever, httpError, readTool, sleep, untilAborted } from '../fixture/tools.ts'

describe('deadline', () => {
  it('starts nothing when it has expired', async () => {
    let ran = 0
    const { clock, call, events } = openRuntime({ tools: [readTool('count', () => (ran += 1))] })
    const calls = [call('count', {}, { deadline: clock.now() }), call('count', {}, { deadline: clock.now() - 1 })]
    await clock.advance(1)
    expect([await Promise.all(calls.map(codeOf)), ran]).toEqual([['DEADLINE_EXCEEDED', 'DEADLINE_EXCEEDED'], 0])
    expect(events.some((event) => event.type === 'attempt-start')).toBe(false)
  })

  it('tells the tool what remains', async () => {
    const seen: number[] = []
    const { clock, call } = openRuntime({
      tools: [
        readTool('asks', async (_, { deadline, remainingMs }) => {
          seen.push(deadline ?? Number.NaN, remainingMs())
          await sleep(clock, 40)
          seen.push(remainingMs())
        }),
      ],
    })
    const deadline = clock.now() + 1_000
    const pending = call('asks', {}, { deadline })
    await clock.advance(40)
    expect([await codeOf(pending), seen]).toEqual(['ok', [deadline, 1_000, 960]])
  })

  it('of a call is the earlier of its own and its total', async () => {
    const seen: unknown[] = []
    const { clock, call } = openRuntime({
      tools: [readTool('asks', (_, { remainingMs }) => void seen.push(remainingMs()), { timeout: { total: 500 } })],
    })
    call('asks', {}, { deadline: clock.now() + 1_000 })
    call('asks', {}, { deadline: clock.now() + 100 })
    await clock.advance(1)
    expect(seen).toEqual([500, 100])
  })

  it("of a child is the earlier of its own and its parent's", async () => {
    const seen: unknown[] = []
    const { clock, call } = openRuntime({
      tools: [
        readTool('child', (_, { deadline }) => void seen.push(deadline)),
        readTool(
          'parent',
          async (_, context) => {
            for (const deadline of [start + 50, start + 5_000]) {
              await context.dispatch({ tool: 'child', arguments: {} }, { deadline })
            }
          },
          { timeout: { total: 1_000 } },
        ),
      ],
    })
    const start = clock.now()
    call('parent')
    await clock.advance(1)
    expect(seen).toEqual([start + 50, start + 1_000])
  })

  it("of a parent ends its child with DEADLINE_EXCEEDED at the parent's time", async () => {
    const codes: string[] = []
    const { clock, call } = openRuntime({
      tools: [
        readTool('child', forever, { timeout: { grace: 10 } }),
        readTool(
          'parent',
          async (_, context) => {
            const result = await context.dispatch({ tool: 'child', arguments: {} }).result()
            codes.push(result.status === 'error' ? result.error.code : result.status)
            return forever()
          },
          { timeout: { total: 100, grace: 100 } },
        ),
      ],
    })
    const parent = call('parent')
    await clock.advance(100)
    expect([await codeOf(parent), codes]).toEqual(['DEADLINE_EXCEEDED', ['DEADLINE_EXCEEDED']])
  })

  it('of a scope bounds its calls', async () => {
    const { clock, runtime } = openRuntime({ tools: [readTool('slow', (_, { signal }) => untilAborted(signal))] })
    const scope = runtime.scope({ deadline: clock.now() + 100 })
    const calls = [
      scope.dispatch({ tool: 'slow', arguments: {} }),
      scope.scope().dispatch({ tool: 'slow', arguments: {} }),
    ]
    await clock.advance(100)
    expect(await Promise.all(calls.map(codeOf))).toEqual(['DEADLINE_EXCEEDED', 'DEADLINE_EXCEEDED'])
  })

  it('is not retried and not waited for beyond: a backoff that would pass it gives up or ends at it', async () => {
    let tries = 0
    const { clock, call } = openRuntime({
      tools: [
        readTool(
          'flaky',
          () => {
            tries += 1
            throw httpError(503)
          },
          { retry: { maxAttempts: 5, backoff: { type: 'constant', base: 400, jitter: 'none' } } },
        ),
      ],
    })
    const pending = call('flaky', {}, { deadline: clock.now() + 1_000 })
    await clock.advance(1_000)
    expect([(await errorOf(pending)).code, tries]).toEqual([
      expect.stringMatching(/EXECUTION_FAILED|DEADLINE_EXCEEDED/),
      3,
    ])
    await clock.advance(10_000)
    expect(tries).toBe(3)
  })

  it('comes in time where a later one of the same length has ended', async () => {
    const timeout = { attempt: 90, total: 100 }
    const clock = keepingClock()
    const { call } = openRuntime({
      clock,
      tools: [
        readTool(
          'slow',
          async (_, { attempt }) => {
            await sleep(clock, attempt === 1 ? 50 : 1_000)
            throw httpError(503)
          },
          { timeout, retry: { backoff: () => 1 } },
        ),
        readTool('quick', () => sleep(clock, 3), { timeout, concurrency: { max: 1 } }),
      ],
    })
    const slow = call('slow')
    await clock.advance(40)
    const quick = [call('quick'), call('quick')]
    await clock.advance(60)
    expect([await codeOf(slow), ...(await Promise.all(quick.map(codeOf)))]).toEqual(['DEADLINE_EXCEEDED', 'ok', 'ok'])
  })
})

/** A clock whose timers can be kept for later without keeping a process alive, as the system's. */
function keepingClock(): TestClock {
  const clock = createTestClock()
  const setTimer: TestClock['setTimer'] = (ms, run) => {
    const timer = clock.setTimer(ms, run)
    return { cancel: () => timer.cancel(), ref: () => undefined, unref: () => undefined }
  }
  return Object.assign(Object.create(clock) as TestClock, { setTimer })
}
