import { describe, expect, it } from 'vitest'
import { codeOf, errorOf } from '../fixture/open-runtime.ts'
import { openBackend } from './backend.ts'

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
