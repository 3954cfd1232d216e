import { describe, expect, it } from 'vitest'
import { codeOf, errorOf } from '../fixture/open-runtime.ts'
import { openBackend } from './backend.ts'

describe('breaker: rejection', () => {
  it('comes early, before the queue, and again when the turn of a waiter comes', async () => {
    const { run, start, clock, events, ran } = openBackend({ consecutiveFailures: 1 }, { concurrency: { max: 1 } })
    const calls = [start(500, 50), start('ok', 50), start('ok', 50)]
    await clock.advance(10)
    expect(events.filter((event) => event.type === 'call-queue').length).toBe(2)
    await clock.advance(40)
    expect([await Promise.all(calls.map(codeOf)), ran()]).toEqual([
      ['EXECUTION_FAILED', 'CIRCUIT_OPEN', 'CIRCUIT_OPEN'],
      1,
    ])
    expect([await run('ok'), events.filter((event) => event.type === 'call-queue').length]).toEqual([
      ['CIRCUIT_OPEN'],
      2,
    ])
    expect(events.filter((event) => event.type === 'breaker-reject').length).toBe(3)
  })

  it('names key, state and cause, in the error and in the event', async () => {
    const { run, start, clock, events } = openBackend({ consecutiveFailures: 1 })
    await run(503)
    const rejected = start('ok')
    await clock.advance(0)
    const error = await errorOf(rejected)
    expect(error).toMatchObject({
      code: 'CIRCUIT_OPEN',
      retryable: true,
      retryAfterMs: 5_000,
      details: { key: expect.stringContaining('backend'), state: 'open' },
    })
    expect(error.cause).toMatchObject({ message: expect.stringContaining('503') })
    expect(events.find((event) => event.type === 'breaker-reject')).toMatchObject({
      tool: 'backend',
      key: expect.stringContaining('backend'),
      retryAfterMs: 5_000,
    })
  })

  it('does not grow chains of causes', async () => {
    const { run, start, clock } = openBackend({ consecutiveFailures: 1, openFor: 100, maxOpenFor: 100 })
    const depths: number[] = []
    const sizes: number[] = []
    for (let n = 0; n < 30; n += 1) {
      await run(500)
      const rejected = start('ok')
      await clock.advance(0)
      let depth = 0
      for (let cause: unknown = await errorOf(rejected); cause instanceof Error; cause = cause.cause) {
        depth += 1
        sizes.push(cause.stack?.length ?? 0)
      }
      depths.push(depth)
      await clock.advance(100)
    }
    expect(new Set(depths).size).toBe(1)
    expect(Math.max(...sizes)).toBeLessThan(5_000)
  })
})

describe('breaker: by hand', () => {
  it('is isolated as long as one handle is held, and tells no time to come back', async () => {
    const { run, start, clock, runtime } = openBackend({})
    const breaker = runtime.control.breaker('backend')
    const [first, second] = [breaker.isolate(), breaker.isolate()]
    const rejected = start('ok')
    await clock.advance(100_000)
    const error = await errorOf(rejected)
    expect([error.code, error.retryAfterMs, error.details.state, breaker.state]).toEqual([
      'CIRCUIT_OPEN',
      undefined,
      'isolated',
      'isolated',
    ])
    first[Symbol.dispose]()
    first[Symbol.dispose]()
    expect(await run('ok')).toEqual(['CIRCUIT_OPEN'])
    second[Symbol.dispose]()
    expect(await run('ok')).toEqual(['ok'])
  })

  it('closes by reset', async () => {
    const { run, runtime } = openBackend({ consecutiveFailures: 1 })
    expect(await run(500, 'ok')).toEqual(['EXECUTION_FAILED', 'CIRCUIT_OPEN'])
    runtime.control.breaker('backend').reset()
    expect(await run('ok')).toEqual(['ok'])
  })

  it('judges nothing when disabled', async () => {
    const { run, runtime } = openBackend({ consecutiveFailures: 1 })
    runtime.control.breaker('backend').disable()
    expect(await run(500, 500, 500)).toEqual(new Array(3).fill('EXECUTION_FAILED'))
    expect(runtime.control.breaker('backend').state).toBe('disabled')
  })

  it('observes: judges and reports, and never rejects', async () => {
    const { run, changes, ran } = openBackend({ consecutiveFailures: 2, observe: true })
    expect(await run(500, 500, 500, 500)).toEqual(new Array(4).fill('EXECUTION_FAILED'))
    expect([changes()[0], ran()]).toEqual(['closed>open', 4])
  })

  it('is switched off with false', async () => {
    const { run, changes } = openBackend(false)
    expect(await run(...new Array(30).fill(500))).toEqual(new Array(30).fill('EXECUTION_FAILED'))
    expect(changes()).toEqual([])
  })
})
