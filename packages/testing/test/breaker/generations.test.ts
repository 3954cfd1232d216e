import { describe, expect, it } from 'vitest'
import { codeOf } from '../fixture/open-runtime.ts'
import { openBackend } from './backend.ts'

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
