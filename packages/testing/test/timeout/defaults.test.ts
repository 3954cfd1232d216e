import { describe, expect, it } from 'vitest'
import { codeOf, openRuntime } from '../fixture/open-runtime.ts'
import { forever, httpError, readTool, sleep } from '../fixture/tools.ts'

const constant = (base: number) => ({ type: 'constant', base, jitter: 'none' }) as const

describe('timeout: defaults', () => {
  it('ends an attempt after 30 s', async () => {
    const { clock, call } = openRuntime({ tools: [readTool('deaf', forever, { retry: false })] })
    const pending = call('deaf')
    await clock.advance(29_999)
    expect(pending.status).toBe('running')
    await clock.advance(1)
    expect(await codeOf(pending)).toBe('TIMEOUT')
  })

  it('ends a call after 120 s in total, attempts and waits together', async () => {
    const { clock, call } = openRuntime({
      tools: [
        readTool('slow', (_, { signal }) => sleep(clock, 29_000, signal).then(() => Promise.reject(httpError(503))), {
          retry: { maxAttempts: 10, backoff: constant(2_000) },
          breaker: false,
        }),
      ],
    })
    const pending = call('slow')
    await clock.advance(119_999)
    expect(pending.status).not.toBe('settled')
    await clock.advance(1)
    expect(await codeOf(pending)).toBe('DEADLINE_EXCEEDED')
  })

  it('gives a deaf tool 5 s of grace before it is abandoned', async () => {
    const { clock, call, events } = openRuntime({ tools: [readTool('deaf', forever, { retry: false })] })
    call('deaf')
    await clock.advance(34_999)
    expect(events.some((event) => event.type === 'call-abandon')).toBe(false)
    await clock.advance(1)
    expect(events.some((event) => event.type === 'call-abandon')).toBe(true)
  })

  it('has no idle limit', async () => {
    const { clock, call } = openRuntime({ tools: [readTool('quiet', () => sleep(clock, 29_999).then(() => 'done'))] })
    const pending = call('quiet')
    await clock.advance(29_999)
    expect(await codeOf(pending)).toBe('ok')
  })
})
