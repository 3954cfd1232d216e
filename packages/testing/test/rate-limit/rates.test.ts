import type { ToolPolicy } from '@headrace/core'
import { describe, expect, it } from 'vitest'
import { codeOf, errorOf, openRuntime, resultOf, type StageOptions } from '../fixture/open-runtime.ts'
import { readTool, sleep } from '../fixture/tools.ts'

/** A runtime with one tool, `api`, and the milliseconds after which its runs started. */
function stage(policy: ToolPolicy, options: StageOptions = {}) {
  const starts: number[] = []
  const tags: string[] = []
  const opened = openRuntime({
    ...options,
    tools: [
      readTool(
        'api',
        ({ q = '' }) => {
          starts.push(opened.clock.monotonic() - zero)
          tags.push(q)
        },
        { retry: false, breaker: false, ...policy },
      ),
      ...(options.tools ?? []),
    ],
  })
  const zero = opened.clock.monotonic()
  return { ...opened, starts, tags }
}

describe('rate limit: delay', () => {
  it('lets a burst through and spreads the rest evenly', async () => {
    const s = stage({ rateLimit: { limit: 2, per: 1000 } })
    for (let n = 0; n < 5; n += 1) s.call('api', { n })
    await s.clock.advance(1500)
    expect(s.starts).toEqual([0, 0, 500, 1000, 1500])
  })

  it('lets as many through as the limit in any window, with a sliding window', async () => {
    const s = stage({ rateLimit: { limit: 2, per: 1000, algorithm: 'sliding-window' } })
    for (let n = 0; n < 5; n += 1) s.call('api', { n })
    await s.clock.advance(2000)
    expect(s.starts).toEqual([0, 0, 1000, 1000, 2000])
  })

  it('holds calls to all limits of a chain', async () => {
    const s = stage({
      rateLimit: [
        { limit: 2, per: 100, algorithm: 'sliding-window' },
        { limit: 3, per: 1000, algorithm: 'sliding-window' },
      ],
    })
    for (let n = 0; n < 4; n += 1) s.call('api', { n })
    await s.clock.advance(1000)
    expect(s.starts).toEqual([0, 0, 100, 1000])
  })

  it('keeps priority and order among those who wait', async () => {
    const s = stage({ rateLimit: { limit: 1, per: 100 } })
    for (const [q, priority] of [
      ['first', 0],
      ['low', 0],
      ['high', 10],
    ] as const)
      s.call('api', { q }, { priority })
    await s.clock.advance(200)
    expect(s.tags).toEqual(['first', 'high', 'low'])
  })

  it('tells of the wait, as limit-wait, with the time', async () => {
    const s = stage({ rateLimit: { limit: 1, per: 100 } })
    s.call('api')
    const second = s.call('api')
    expect(second.status).toBe('queued')
    await s.clock.advance(100)
    const waits = s.events.filter(({ type }) => type === 'limit-wait')
    expect(waits).toMatchObject([{ delayMs: 100, callId: second.callId }])
    expect((await resultOf(second)).meta.queuedMs).toBe(100)
  })

  it('weighs calls', async () => {
    const s = stage({ rateLimit: { limit: 10, per: 1000, weight: ({ arguments: args }) => (args as { n: number }).n } })
    for (const n of [8, 4, 1]) s.call('api', { n })
    await s.clock.advance(1000)
    expect(s.starts).toEqual([0, 200, 300])
  })

  it('does not let one key hold back another in the same queue', async () => {
    const s = stage({ rateLimit: { limit: 1, per: 1000, key: ({ tenant }) => tenant ?? '' } })
    for (const [q, tenant] of [
      ['a1', 'a'],
      ['a2', 'a'],
      ['b1', 'b'],
      ['b2', 'b'],
    ] as const)
      s.call('api', { q }, { tenant })
    await s.clock.advance(0)
    expect(s.tags).toEqual(['a1', 'b1'])
    await s.clock.advance(1000)
    expect(s.tags).toEqual(['a1', 'b1', 'a2', 'b2'])
  })

  it('gives RATE_LIMITED at once where the wait would pass the deadline', async () => {
    const s = stage({ rateLimit: { limit: 1, per: 1000 }, timeout: { total: 500 } })
    s.call('api')
    const second = s.call('api')
    await s.clock.advance(0)
    expect(await errorOf(second)).toMatchObject({ code: 'RATE_LIMITED', retryable: true, retryAfterMs: 1000 })
  })

  it('takes tokens for every attempt', async () => {
    const starts: number[] = []
    const failing = readTool(
      'failing',
      () => {
        starts.push(s.clock.monotonic() - zero)
        throw Object.assign(new Error('down'), { status: 503 })
      },
      {
        breaker: false,
        rateLimit: { limit: 1, per: 1000 },
        retry: { maxAttempts: 3, backoff: { type: 'constant', base: 10, jitter: 'none' } },
      },
    )
    const s = stage({}, { tools: [failing] })
    const zero = s.clock.monotonic()
    s.call('failing')
    await s.clock.advance(3000)
    expect(starts).toEqual([0, 1000, 2000])
  })

  it('costs a call that never starts no tokens', async () => {
    const s = stage({ rateLimit: { limit: 1, per: 1000 }, breaker: { consecutiveFailures: 1 } })
    s.runtime.control.breaker('api').isolate()
    const refused = s.call('api')
    await s.clock.advance(0)
    expect(await codeOf(refused)).toBe('CIRCUIT_OPEN')
    s.runtime.control.breaker('api').reset()
    s.call('api')
    await s.clock.advance(0)
    expect(s.starts).toEqual([0])
  })

  it('is left by a cancelled call in the same tick; the next one takes its place', async () => {
    const s = stage({ rateLimit: { limit: 1, per: 1000 } })
    s.call('api', { q: 'a' })
    const b = s.call('api', { q: 'b' })
    s.call('api', { q: 'c' })
    await s.clock.advance(500)
    void b.cancel('enough')
    expect(b.status).toBe('settled')
    await s.clock.advance(500)
    expect(s.tags).toEqual(['a', 'c'])
  })

  it('waits for tokens and a permit together: no permit is held while tokens are missing', async () => {
    const other = readTool('other', () => 'ran', { concurrency: { key: () => 'api', max: 1 } })
    const s = stage({ rateLimit: { limit: 1, per: 1000 }, concurrency: { max: 1 } }, { tools: [other] })
    s.call('api')
    s.call('api')
    const free = s.call('other')
    await s.clock.advance(0)
    expect(await resultOf(free)).toMatchObject({ output: 'ran' })
  })

  it('drains ten thousand waiting calls in order', async () => {
    const s = stage({
      rateLimit: { limit: 100_000, per: 1000, burst: 100 },
      concurrency: { queue: 20_000 },
      timeout: { total: 1e9 },
    })
    for (let n = 0; n < 10_000; n += 1) s.call('api', { q: `${n}` })
    await s.clock.advance(200)
    expect(s.tags).toEqual(Array.from({ length: 10_000 }, (_, n) => `${n}`))
  })
})

describe('rate limit: reject', () => {
  it('refuses with the time to come back', async () => {
    const s = stage({ rateLimit: { limit: 2, per: 200, mode: 'reject' } })
    const calls = [0, 1, 2].map((n) => s.call('api', { n }))
    await s.clock.advance(0)
    expect(await Promise.all(calls.map(codeOf))).toEqual(['ok', 'ok', 'RATE_LIMITED'])
    await s.clock.advance(100)
    const again = s.call('api')
    await s.clock.advance(0)
    expect(await codeOf(again)).toBe('ok')
  })

  it('is not retried by the policy', async () => {
    const s = stage({ rateLimit: { limit: 1, per: 100, mode: 'reject' }, retry: { maxAttempts: 3 } })
    s.call('api')
    const second = s.call('api')
    await s.clock.advance(0)
    expect(await codeOf(second)).toBe('RATE_LIMITED')
  })

  it('lets nobody wait where the queue takes nobody', async () => {
    const s = stage({ rateLimit: { limit: 1, per: 100 }, concurrency: { queue: 0 } })
    const calls = [0, 1].map((n) => s.call('api', { n }))
    await s.clock.advance(0)
    expect(await Promise.all(calls.map(codeOf))).toEqual(['ok', 'RATE_LIMITED'])
  })
})

describe('rate limit: over all tools', () => {
  it('counts them together', async () => {
    const other = readTool('other', () => 'ran')
    const s = stage({}, { policy: { global: { rateLimit: { limit: 1, per: 1000 } } }, tools: [other] })
    s.call('api')
    const second = s.call('other')
    await s.clock.advance(999)
    expect(second.status).toBe('queued')
    await s.clock.advance(1)
    expect(await resultOf(second)).toMatchObject({ output: 'ran' })
  })
})

describe('rate limit: nested calls', () => {
  it('need tokens, and wait for them outside of the queue, for which their ancestor has the permit', async () => {
    const nest = readTool(
      'nest',
      async ({ n = 0 }, { call }) => (n > 0 ? `${n} ${String(await call('nest', { n: n - 1 }))}` : '0'),
      { concurrency: { max: 1 }, rateLimit: { limit: 1, per: 100 } },
    )
    const s = stage({}, { tools: [nest] })
    const calls = [s.call('nest', { n: 2 }), s.call('nest', { n: 0 })]
    await s.clock.advance(300)
    expect(await Promise.all(calls.map(resultOf))).toMatchObject([{ output: '2 1 0' }, { output: '0' }])
  })

  it('are cancelled while they wait', async () => {
    const nest = readTool(
      'nest',
      async ({ n = 0 }, { call }) => (n > 0 ? call('nest', { n: n - 1 }) : sleep(s.clock, 1)),
      { concurrency: { max: 1 }, rateLimit: { limit: 1, per: 1000 } },
    )
    const s = stage({}, { tools: [nest] })
    const outer = s.call('nest', { n: 1 })
    await s.clock.advance(10)
    await outer.cancel('enough')
    expect((await resultOf(outer)).status).toBe('cancelled')
  })
})
