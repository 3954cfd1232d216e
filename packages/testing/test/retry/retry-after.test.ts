import { assertOk, toolFailure } from '@headrace/core'
import { describe, expect, it } from 'vitest'
import { errorOf, openRuntime } from '../fixture/open-runtime.ts'
import { httpError, readTool } from '../fixture/tools.ts'

const now = Date.UTC(2026, 0, 1)
const retry = { maxAttempts: 2, backoff: { type: 'constant', base: 10, jitter: 'none' } } as const

/** The wait before the second try of a call that failed with these headers; undefined when it gave up at once. */
async function waitAfter(headers: Record<string, string> | Headers, deadlineMs?: number): Promise<number | undefined> {
  const at: number[] = []
  const { clock, call } = openRuntime({
    tools: [
      readTool(
        'limited',
        () => {
          at.push(clock.monotonic())
          throw httpError(429, headers)
        },
        // the wait of the retry alone: a 429 also pauses its key
        { retry, breaker: false, rateLimit: false },
      ),
    ],
  })
  const pending = call('limited', {}, deadlineMs === undefined ? {} : { deadline: now + deadlineMs })
  await clock.advance(0)
  const gaveUp = pending.status === 'settled'
  await clock.advance(110_000)
  await errorOf(pending)
  expect(at.length).toBe(gaveUp ? 1 : 2)
  return gaveUp ? undefined : (at[1] ?? 0) - (at[0] ?? 0)
}
const date = (ms: number): string => new Date(now + ms).toUTCString()

describe('Retry-After', () => {
  it('is a floor for the wait: seconds, a date, milliseconds', async () => {
    expect(await waitAfter({ 'retry-after': '7' })).toBe(7_000)
    expect(await waitAfter({ 'retry-after': date(5_000) })).toBe(5_000)
    expect(await waitAfter({ 'retry-after-ms': '150' })).toBe(150)
  })

  it('does not shorten a longer backoff', async () => {
    expect(await waitAfter({ 'retry-after-ms': '3' })).toBe(10)
  })

  it('is read in the forms of x-ratelimit-reset: seconds from now, epoch seconds, a duration', async () => {
    expect(await waitAfter({ 'x-ratelimit-reset': '9' })).toBe(9_000)
    expect(await waitAfter({ 'x-ratelimit-reset': `${now / 1_000 + 20}` })).toBe(20_000)
    expect(await waitAfter({ 'x-ratelimit-reset-after': '2' })).toBe(2_000)
    expect(await waitAfter({ 'x-ratelimit-reset-requests': '1s' })).toBe(1_000)
  })

  it('prefers retry-after-ms to retry-after', async () => {
    expect(await waitAfter({ 'retry-after': '7', 'retry-after-ms': '150' })).toBe(150)
  })

  it('is found in plain objects and in Headers, in any case', async () => {
    expect(await waitAfter({ 'Retry-After': '3' })).toBe(3_000)
    expect(await waitAfter({ 'RETRY-AFTER-MS': '300' })).toBe(300)
    expect(await waitAfter(new Headers({ 'Retry-After': '3' }))).toBe(3_000)
  })

  it('is no hint when it is nonsense, negative or past', async () => {
    for (const value of ['soon', '', '-5', 'NaN', 'Infinity', date(-60_000), '1,5', '0x10']) {
      expect([value, await waitAfter({ 'retry-after': value })]).toEqual([value, 10])
    }
    expect(await waitAfter({ 'retry-after-ms': '-1' })).toBe(10)
    expect(await waitAfter({ 'x-ratelimit-reset': `${now / 1_000 - 20}` })).toBe(10)
  })

  it('above 60 s makes the call give up now, with the value of the server', async () => {
    expect(await waitAfter({ 'retry-after': '60' })).toBe(60_000)
    expect(await waitAfter({ 'retry-after': '61' })).toBe(undefined)
    const { clock, call } = openRuntime({
      tools: [readTool('limited', () => Promise.reject(httpError(503, { 'retry-after': '3600' })))],
    })
    const pending = call('limited')
    await clock.advance(0)
    expect(await errorOf(pending)).toMatchObject({
      code: 'EXECUTION_FAILED',
      retryAfterMs: 3_600_000,
      retryable: true,
      attempts: 1,
    })
  })

  it('past the deadline makes the call give up now', async () => {
    expect(await waitAfter({ 'retry-after': '30' }, 31_000)).toBe(30_000)
    expect(await waitAfter({ 'retry-after': '30' }, 29_000)).toBe(undefined)
  })

  it('is not waited for where the policy says so', async () => {
    let tries = 0
    const { clock, call } = openRuntime({
      tools: [
        readTool(
          'limited',
          () => {
            tries += 1
            throw httpError(429, { 'retry-after': '30' })
          },
          { retry: { ...retry, respectRetryAfter: false }, rateLimit: false },
        ),
      ],
    })
    call('limited')
    await clock.advance(10)
    expect(tries).toBe(2)
  })

  it('comes from responses, and from what tools say', async () => {
    const { clock, call } = openRuntime({
      tools: [
        readTool('fetching', () => assertOk(new Response('', { status: 503, headers: { 'retry-after': '7' } })), {
          retry: false,
        }),
        readTool(
          'saying',
          () => Promise.reject(toolFailure({ message: 'busy', retryable: true, retryAfterMs: 1_234 })),
          { retry: false },
        ),
        readTool('property', () => Promise.reject(Object.assign(httpError(429), { retryAfter: 3 })), { retry: false }),
      ],
    })
    const calls = ['fetching', 'saying', 'property'].map((name) => call(name))
    await clock.advance(1)
    const errors = await Promise.all(calls.map(errorOf))
    expect(errors.map((error) => [error.retryable, error.retryAfterMs])).toEqual([
      [true, 7_000],
      [true, 1_234],
      [true, 3_000],
    ])
    expect(errors[0]?.details).toMatchObject({ status: 503 })
  })
})
