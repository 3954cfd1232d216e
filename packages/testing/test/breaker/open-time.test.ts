import { describe, expect, it } from 'vitest'
import { errorOf } from '../fixture/open-runtime.ts'
import { httpError } from '../fixture/tools.ts'
import { openBackend } from './backend.ts'

describe('breaker: how long it stays open', () => {
  it('is 5 s by default, told as a time that counts down', async () => {
    const { run, start, clock } = openBackend({})
    await run(500, 500, 500, 500, 500)
    const times: (number | undefined)[] = []
    for (let n = 0; n < 3; n += 1) {
      const rejected = start('ok')
      await clock.advance(0)
      times.push((await errorOf(rejected)).retryAfterMs)
      await clock.advance(1_000)
    }
    expect(times).toEqual([5_000, 4_000, 3_000])
    await clock.advance(1_999)
    expect(await run('ok')).toEqual(['CIRCUIT_OPEN'])
    await clock.advance(1)
    expect(await run('ok')).toEqual(['ok'])
  })

  it('varies by ten per cent', async () => {
    for (const [random, expected] of [
      [0, 4_500],
      [0.999_999_999, 5_500],
    ] as const) {
      const { run, start, clock } = openBackend({}, {}, { random: () => random })
      await run(500, 500, 500, 500, 500)
      const rejected = start('ok')
      await clock.advance(0)
      expect(Math.round((await errorOf(rejected)).retryAfterMs ?? 0)).toBe(expected)
    }
  })

  it('doubles with each re-opening, to 60 s at most', async () => {
    const { run, start, clock } = openBackend({ consecutiveFailures: 1 })
    await run(500)
    const times: (number | undefined)[] = []
    for (let n = 0; n < 6; n += 1) {
      const rejected = start('ok')
      await clock.advance(0)
      const { retryAfterMs = 0 } = await errorOf(rejected)
      times.push(retryAfterMs)
      await clock.advance(retryAfterMs)
      expect(await run(500)).toEqual(['EXECUTION_FAILED'])
    }
    expect(times).toEqual([5_000, 10_000, 20_000, 40_000, 60_000, 60_000])
  })

  it('forgets the growth once it was closed for as long as it was last open', async () => {
    const { run, start, clock } = openBackend({ consecutiveFailures: 1 })
    const openTime = async () => {
      const rejected = start('ok')
      await clock.advance(0)
      return (await errorOf(rejected)).retryAfterMs ?? 0
    }
    await run(500)
    await clock.advance(5_000)
    await run(500)
    expect(await openTime()).toBe(10_000)
    await clock.advance(10_000)
    await run('ok')
    await clock.advance(9_000)
    await run(500)
    expect(await openTime()).toBe(20_000)
    await clock.advance(20_000)
    await run('ok')
    await clock.advance(20_000)
    await run(500)
    expect(await openTime()).toBe(5_000)
  })

  it('is extended by the Retry-After of a 503, to 60 s at most', async () => {
    for (const [header, expected] of [
      ['12', 12_000],
      ['600', 60_000],
      ['1', 5_000],
    ] as const) {
      const { run, start, clock } = openBackend({ consecutiveFailures: 1 })
      await run(httpError(503, { 'retry-after': header }))
      const rejected = start('ok')
      await clock.advance(0)
      expect((await errorOf(rejected)).retryAfterMs).toBe(expected)
    }
  })
})
