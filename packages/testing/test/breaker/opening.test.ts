import { describe, expect, it } from 'vitest'
import { codeOf, openRuntime } from '../fixture/open-runtime.ts'
import { httpError, readTool, writeTool } from '../fixture/tools.ts'
import { openBackend } from './backend.ts'

type Outcomes = readonly ('ok' | number)[]
/** 'F' fails with 500, 'S' succeeds, 'I' is ignored. */
const outcomes = (pattern: string): Outcomes =>
  [...pattern].map((letter) => (letter === 'F' ? 500 : letter === 'S' ? 'ok' : 404))

describe('breaker: opens', () => {
  it('after five failures in a row, by default', async () => {
    const { run, changes, ran } = openBackend({})
    expect(await run(...outcomes('FFFF'), 'ok')).not.toContain('CIRCUIT_OPEN')
    expect(await run(...outcomes('FFFFF'), 'ok')).toEqual([...new Array(5).fill('EXECUTION_FAILED'), 'CIRCUIT_OPEN'])
    expect([changes(), ran()]).toEqual([['closed>open'], 10])
  })

  it('without a word about breakers in any policy', async () => {
    const { call, clock } = openRuntime({ tools: [writeTool('down', () => Promise.reject(httpError(500)))] })
    for (let n = 0; n < 5; n += 1) call('down')
    await clock.advance(1)
    const sixth = call('down')
    await clock.advance(1)
    expect(await codeOf(sixth)).toBe('CIRCUIT_OPEN')
  })

  it('at half of ten calls that failed, also when the tenth is a success', async () => {
    const failing = openBackend({})
    await failing.run(...outcomes('SFSFSFSFS'))
    expect(failing.changes()).toEqual([])
    await failing.run(...outcomes('F'))
    expect(failing.changes()).toEqual(['closed>open'])
    const succeeding = openBackend({})
    await succeeding.run(...outcomes('FSFSFSFSF'))
    expect(succeeding.changes()).toEqual([])
    await succeeding.run('ok')
    expect(succeeding.changes()).toEqual(['closed>open'])
  })

  it('not below minimumCalls, whatever the rate', async () => {
    const { run, changes } = openBackend({ minimumCalls: 20, consecutiveFailures: 100 })
    await run(...outcomes('F'.repeat(19)))
    expect(changes()).toEqual([])
    await run(500)
    expect(changes()).toEqual(['closed>open'])
  })

  it('by the last 20 calls only', async () => {
    const { run, changes } = openBackend({ consecutiveFailures: 100 })
    await run(...outcomes('S'.repeat(11)), ...outcomes('F'.repeat(9)))
    expect(changes()).toEqual([])
    await run(500)
    expect(changes()).toEqual(['closed>open'])
  })

  it('by calls of the last 60 s only', async () => {
    const { run, changes, clock } = openBackend({ consecutiveFailures: 100 })
    await run(...outcomes('F'.repeat(9)))
    await clock.advance(60_001)
    await run(500)
    expect(changes()).toEqual([])
    await run(...outcomes('F'.repeat(9)))
    expect(changes()).toEqual(['closed>open'])
  })

  it('by a window of its own', async () => {
    const { run, changes } = openBackend({
      consecutiveFailures: 100,
      failureRate: 0.75,
      minimumCalls: 4,
      window: { calls: 4 },
    })
    await run(...outcomes('SSFF'))
    expect(changes()).toEqual([])
    await run(500)
    expect(changes()).toEqual(['closed>open'])
  })

  it('when calls that all run at once fail', async () => {
    const { start, clock, changes, ran } = openBackend({})
    const calls = Array.from({ length: 10 }, () => start(500, 20))
    await clock.advance(20)
    expect(new Set(await Promise.all(calls.map(codeOf)))).toEqual(new Set(['EXECUTION_FAILED']))
    expect([changes(), ran()]).toEqual([['closed>open'], 10])
  })
})

describe('breaker: slow calls', () => {
  it('open it at four of five once slowCallMs is set, though they succeed', async () => {
    const { start, clock, changes } = openBackend({ slowCallMs: 100 })
    for (const ms of [100, 200, 10, 100, 100, 100, 10, 100, 100]) {
      const call = start('ok', ms)
      await clock.advance(ms)
      expect(await codeOf(call)).toBe('ok')
    }
    expect(changes()).toEqual([])
    const tenth = start('ok', 300)
    await clock.advance(300)
    expect([await codeOf(tenth), changes()]).toEqual(['ok', ['closed>open']])
  })

  it('mean nothing without slowCallMs', async () => {
    const { start, clock, changes } = openBackend({})
    for (let n = 0; n < 12; n += 1) {
      start('ok', 5_000)
      await clock.advance(5_000)
    }
    expect(changes()).toEqual([])
  })

  it('that failed count once as slow and once as failed', async () => {
    const { start, clock, changes } = openBackend({ slowCallMs: 100, consecutiveFailures: 100, minimumCalls: 10 })
    for (const [outcome, ms] of [
      [500, 100],
      [500, 100],
      [500, 100],
      [500, 100],
      ['ok', 0],
      ['ok', 0],
      ['ok', 0],
      ['ok', 0],
      ['ok', 0],
      ['ok', 0],
    ] as const) {
      start(outcome, ms)
      await clock.advance(ms)
    }
    expect(changes()).toEqual([])
  })

  it('are those that ran long, not those that waited long in the queue', async () => {
    const { start, clock, changes } = openBackend(
      { slowCallMs: 100, slowCallRate: 0.5, minimumCalls: 2 },
      { concurrency: { max: 1 } },
    )
    const calls = Array.from({ length: 10 }, () => start('ok', 90))
    await clock.advance(900)
    expect(new Set(await Promise.all(calls.map(codeOf)))).toEqual(new Set(['ok']))
    expect(changes()).toEqual([])
  })
})

describe('breaker: keys', () => {
  it('are the tools by default: another tool goes on', async () => {
    const { run, call, clock, runtime } = openBackend({ consecutiveFailures: 1 })
    runtime.registry.register(readTool('other', () => 'fine'))
    await run(500)
    const other = call('other')
    await clock.advance(0)
    expect([await codeOf(other), await run('ok')]).toEqual(['ok', ['CIRCUIT_OPEN']])
  })

  it('are what the key function gives: one target, several tools', async () => {
    const breaker = {
      consecutiveFailures: 1,
      key: ({ arguments: args }: { arguments: unknown }) => (args as { q: string }).q,
    }
    const { call, clock } = openRuntime({
      tools: [
        readTool('bad', () => Promise.reject(httpError(500)), { breaker }),
        readTool('good', () => 'fine', { breaker }),
      ],
    })
    call('bad', { q: 'host-1' })
    await clock.advance(1)
    const calls = [call('good', { q: 'host-1' }), call('good', { q: 'host-2' })]
    await clock.advance(1)
    expect(await Promise.all(calls.map(codeOf))).toEqual(['CIRCUIT_OPEN', 'ok'])
  })
})
