import { describe, expect, it } from 'vitest'
import { codeOf, errorOf } from '../fixture/open-runtime.ts'
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

describe('breaker: half-open', () => {
  it('takes one probe, rejects the rest with a time to come back, and closes by its success', async () => {
    const { run, start, clock, changes, ran } = openBackend({ consecutiveFailures: 1, openFor: 100 })
    await run(500)
    await clock.advance(100)
    const probe = start('ok', 50)
    const extra = start('ok')
    await clock.advance(0)
    const error = await errorOf(extra)
    expect([error.code, (error.retryAfterMs ?? 0) > 0, ran()]).toEqual(['CIRCUIT_OPEN', true, 2])
    await clock.advance(50)
    expect([await codeOf(probe), await run('ok')]).toEqual(['ok', ['ok']])
    expect(changes()).toEqual(['closed>open', 'open>half-open', 'half-open>closed'])
  })

  it('opens again by the first failure', async () => {
    const { run, clock, changes } = openBackend({ consecutiveFailures: 3, openFor: 100 })
    await run(500, 500, 500)
    await clock.advance(100)
    expect(await run(500, 'ok')).toEqual(['EXECUTION_FAILED', 'CIRCUIT_OPEN'])
    expect(changes()).toEqual(['closed>open', 'open>half-open', 'half-open>open'])
  })

  it('takes as many probes and needs as many successes as its policy says', async () => {
    const { run, start, clock, changes } = openBackend({
      consecutiveFailures: 1,
      openFor: 100,
      halfOpen: { permits: 2, successes: 3 },
    })
    await run(500)
    await clock.advance(100)
    const calls = [start('ok', 50), start('ok', 50), start('ok', 50)]
    await clock.advance(50)
    expect(await Promise.all(calls.map(codeOf))).toEqual(['ok', 'ok', 'CIRCUIT_OPEN'])
    expect(changes().at(-1)).toBe('open>half-open')
    await run('ok')
    expect(changes().at(-1)).toBe('half-open>closed')
  })

  it('gives the permit of a probe away after 30 s, and judges the stuck one no more', async () => {
    const { run, start, clock, changes } = openBackend({ consecutiveFailures: 1, openFor: 100 })
    await run(500)
    await clock.advance(100)
    const stuck = start(500, 35_000)
    await clock.advance(29_999)
    expect(await run('ok')).toEqual(['CIRCUIT_OPEN'])
    await clock.advance(1)
    expect([await run('ok'), changes().at(-1)]).toEqual([['ok'], 'half-open>closed'])
    await clock.advance(10_000)
    expect([await codeOf(stuck), changes().at(-1)]).toEqual(['EXECUTION_FAILED', 'half-open>closed'])
  })

  it('opens again after 60 s without a decision', async () => {
    const { run, start, clock, changes } = openBackend({
      consecutiveFailures: 1,
      openFor: 100,
      halfOpen: { permits: 1, successes: 2, probeTimeout: 100_000 },
    })
    await run(500)
    await clock.advance(100)
    start('ok', 90_000)
    await clock.advance(60_000)
    expect(await run('ok')).toEqual(['CIRCUIT_OPEN'])
    expect(changes()).toEqual(['closed>open', 'open>half-open', 'half-open>open'])
  })

  it('counts a slow probe as a failure once slow calls are judged', async () => {
    const { run, start, clock, changes } = openBackend({ consecutiveFailures: 1, openFor: 100, slowCallMs: 50 })
    await run(500)
    await clock.advance(100)
    const probe = start('ok', 60)
    await clock.advance(60)
    expect([await codeOf(probe), changes().at(-1)]).toEqual(['ok', 'half-open>open'])
  })

  it('is never reached from closed directly, nor by time alone before a call asks', async () => {
    const { run, clock, changes } = openBackend({ consecutiveFailures: 1, openFor: 100 })
    await run(500)
    await clock.advance(1_000_000)
    await run('ok')
    expect(changes()).toEqual(['closed>open', 'open>half-open', 'half-open>closed'])
  })
})

describe('breaker: generations', () => {
  it('a success of before the opening does not close it', async () => {
    const { run, start, clock, changes } = openBackend({ consecutiveFailures: 1, openFor: 100 })
    const old = start('ok', 50)
    await clock.advance(10)
    await run(500)
    await clock.advance(40)
    expect([await codeOf(old), changes(), await run('ok')]).toEqual(['ok', ['closed>open'], ['CIRCUIT_OPEN']])
  })

  it('a failure that arrives while open neither opens it again nor extends it', async () => {
    const { run, start, clock, changes } = openBackend({ consecutiveFailures: 1, openFor: 100 })
    start(500, 60)
    await clock.advance(10)
    await run(500)
    await clock.advance(99)
    expect(await run('ok')).toEqual(['CIRCUIT_OPEN'])
    await clock.advance(1)
    expect(await run('ok')).toEqual(['ok'])
    expect(changes()).toEqual(['closed>open', 'open>half-open', 'half-open>closed'])
  })

  it('outcomes of before change nothing while a probe runs, and nothing after it has closed', async () => {
    const { run, start, clock, changes } = openBackend({ consecutiveFailures: 1, openFor: 100 })
    start(500, 130)
    start('ok', 140)
    start(500, 200)
    await clock.advance(10)
    await run(500)
    await clock.advance(100)
    const probe = start('ok', 50)
    await clock.advance(30)
    expect([probe.status, changes().at(-1)]).toEqual(['running', 'open>half-open'])
    await clock.advance(20)
    expect(changes().at(-1)).toBe('half-open>closed')
    await clock.advance(100)
    expect(changes().at(-1)).toBe('half-open>closed')
  })
})
