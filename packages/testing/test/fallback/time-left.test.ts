import { describe, expect, it } from 'vitest'
import { errorOf, openRuntime, resultOf } from '../fixture/open-runtime.ts'
import { forever, httpError, readTool, sleep } from '../fixture/tools.ts'

describe('fallback: the time that is left', () => {
  it('of the failed call is all that the other tool has', async () => {
    const seen: unknown[] = []
    const spare = readTool('spare', (_, { deadline, remainingMs }) => void seen.push(deadline, remainingMs()))
    const { clock, call } = openRuntime({
      tools: [
        readTool(
          'down',
          async () => {
            await sleep(clock, 400)
            throw new Error('no')
          },
          { timeout: { total: 1_000 }, fallback: spare },
        ),
      ],
    })
    const deadline = clock.now() + 1_000
    const pending = call('down')
    await clock.advance(400)
    expect([(await resultOf(pending)).status, seen]).toEqual(['ok', [deadline, 600]])
  })

  it('is not waited for where the other tool is asked to come back later', async () => {
    const spare = readTool('spare', () => {
      throw httpError(503, { 'retry-after': '5' })
    })
    const { clock, call } = openRuntime({
      tools: [readTool('down', () => Promise.reject(new Error('no')), { timeout: { total: 1_000 }, fallback: spare })],
    })
    const pending = call('down')
    await clock.advance(0)
    const { code, retryAfterMs, cause } = await errorOf(pending)
    expect([code, retryAfterMs, (cause as Error).message]).toEqual(['EXECUTION_FAILED', 5_000, 'no'])
  })

  it('has to be more than none', async () => {
    let asked = 0
    const { clock, call } = openRuntime({
      tools: [readTool('deaf', forever, { timeout: { attempt: 100, total: 100 }, fallback: () => (asked += 1) })],
    })
    const pending = call('deaf')
    await clock.advance(100)
    expect([(await errorOf(pending)).code, asked]).toEqual(['DEADLINE_EXCEEDED', 0])
  })

  it('is none where the call failed so late that its timers have yet to fire', async () => {
    let asked = 0
    const { clock, call } = openRuntime({
      tools: [
        readTool(
          'late',
          () => {
            at = 100
            throw new Error('no')
          },
          { timeout: { total: 100 }, retry: false, fallback: () => (asked += 1) },
        ),
      ],
    })
    let at = 0
    const monotonic = clock.monotonic.bind(clock)
    clock.monotonic = () => monotonic() + at
    expect([(await errorOf(call('late'))).code, asked]).toEqual(['EXECUTION_FAILED', 0])
  })
})
