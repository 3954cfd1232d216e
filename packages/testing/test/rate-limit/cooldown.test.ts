import type { ToolPolicy } from '@headrace/core'
import { describe, expect, it } from 'vitest'
import { codeOf, errorOf, openRuntime } from '../fixture/open-runtime.ts'
import { httpError, readTool } from '../fixture/tools.ts'

/** A tool whose first run is answered with a 429; and when its runs started. */
function stage(policy: ToolPolicy, headers: Record<string, string> = {}) {
  const starts: number[] = []
  const opened = openRuntime({
    tools: [
      readTool(
        'api',
        () => {
          starts.push(opened.clock.monotonic() - zero)
          if (starts.length === 1) throw httpError(429, headers)
        },
        { retry: false, ...policy },
      ),
    ],
  })
  const zero = opened.clock.monotonic()
  return { ...opened, starts }
}

describe('rate limit: after a 429', () => {
  it('nobody is let through for a second, where the backend says no time', async () => {
    const s = stage({})
    s.call('api')
    await s.clock.advance(0)
    for (let n = 0; n < 3; n += 1) s.call('api')
    await s.clock.advance(2000)
    expect(s.starts).toEqual([0, 1000, 1000, 1000])
  })

  it('nobody is let through for the Retry-After, but no longer than a minute', async () => {
    const s = stage({}, { 'retry-after': '5' })
    s.call('api')
    await s.clock.advance(0)
    s.call('api')
    await s.clock.advance(10_000)
    expect(s.starts).toEqual([0, 5000])
    const long = stage({ timeout: { total: 1e6 } }, { 'retry-after': '3600' })
    long.call('api')
    await long.clock.advance(0)
    long.call('api')
    await long.clock.advance(100_000)
    expect(long.starts).toEqual([0, 60_000])
  })

  it('those who wait already wait on', async () => {
    const s = stage({ concurrency: { max: 1 } })
    for (let n = 0; n < 2; n += 1) s.call('api')
    await s.clock.advance(2000)
    expect(s.starts).toEqual([0, 1000])
  })

  it('a retry waits as well', async () => {
    const s = stage({ retry: { maxAttempts: 2, backoff: { type: 'constant', base: 10, jitter: 'none' } } })
    s.call('api')
    await s.clock.advance(2000)
    expect(s.starts).toEqual([0, 1000])
  })

  it('a call that cannot wait so long is told when to come back', async () => {
    const s = stage({}, { 'retry-after': '5' })
    s.call('api')
    await s.clock.advance(1000)
    const late = s.call('api', {}, { deadline: s.clock.now() + 3000 })
    await s.clock.advance(0)
    expect(await errorOf(late)).toMatchObject({ code: 'RATE_LIMITED', retryAfterMs: 4000, details: { key: 'api' } })
  })

  it('those who wait tell of it', async () => {
    const s = stage({}, { 'retry-after': '5' })
    s.call('api')
    await s.clock.advance(1000)
    const next = s.call('api')
    await s.clock.advance(0)
    const waits = s.events.filter(({ type }) => type === 'limit-wait')
    expect(waits).toMatchObject([{ callId: next.callId, key: 'api', delayMs: 4000 }])
  })

  it('a limit that rejects, rejects', async () => {
    const s = stage({ rateLimit: { limit: 100, per: 100, mode: 'reject' } })
    s.call('api')
    await s.clock.advance(0)
    const next = s.call('api')
    await s.clock.advance(0)
    expect(await codeOf(next)).toBe('RATE_LIMITED')
  })

  it('all goes on where rate limits are switched off', async () => {
    const s = stage({ rateLimit: false })
    s.call('api')
    await s.clock.advance(0)
    s.call('api')
    await s.clock.advance(0)
    expect(s.starts).toEqual([0, 0])
  })

  it('another key goes on', async () => {
    const s = stage({ concurrency: { key: ({ tenant }) => tenant ?? '' } })
    for (const tenant of ['a', 'b']) {
      s.call('api', {}, { tenant })
      await s.clock.advance(0)
    }
    expect(s.starts).toEqual([0, 0])
  })

  it('tools that share a rate by its key wait together', async () => {
    const rateLimit = { limit: 100, per: 100, key: () => 'vendor' }
    const starts: number[] = []
    const { clock, call } = openRuntime({
      tools: [
        readTool('one', () => Promise.reject(httpError(429)), { rateLimit, retry: false }),
        readTool('two', () => starts.push(clock.monotonic() - zero), { rateLimit }),
      ],
    })
    const zero = clock.monotonic()
    call('one')
    await clock.advance(0)
    call('two')
    await clock.advance(2000)
    expect(starts).toEqual([1000])
  })
})
