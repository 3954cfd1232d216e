import { Observable } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { codeOf, openRuntime, resultOf } from '../fixture/open-runtime.ts'
import { httpError, readTool, sleep } from '../fixture/tools.ts'

describe('late results', () => {
  const policy = { timeout: { attempt: 30, grace: 50 }, retry: false } as const

  it('are dropped and recorded, with how late they were, after exactly one terminal event', async () => {
    const { clock, call, events } = openRuntime({
      tools: [
        readTool('late', () => sleep(clock, 70).then(() => 'late'), { ...policy, breaker: false }),
        readTool('fails', () => sleep(clock, 40).then(() => Promise.reject(httpError(500))), {
          ...policy,
          breaker: false,
        }),
      ],
    })
    const calls = [call('late'), call('fails')]
    await clock.advance(100)
    expect(await Promise.all(calls.map(codeOf))).toEqual(['TIMEOUT', 'TIMEOUT'])
    expect(events.filter((event) => event.type === 'late-result')).toMatchObject([
      { tool: 'fails', lateByMs: 10, outcome: 'error' },
      { tool: 'late', lateByMs: 40, outcome: 'ok' },
    ])
    expect(events.filter((event) => event.type === 'call-settle').length).toBe(2)
  })

  it('of abandoned runs are recorded too', async () => {
    const { clock, call, events } = openRuntime({
      tools: [readTool('late', () => sleep(clock, 500).then(() => 'late'), policy)],
    })
    call('late')
    await clock.advance(500)
    const types = events.map((event) => event.type)
    expect(types.slice(types.indexOf('call-settle'))).toEqual(['call-settle', 'call-abandon', 'late-result'])
  })

  it('are never cached', async () => {
    let runs = 0
    const { clock, call } = openRuntime({
      tools: [
        readTool(
          'late',
          () => {
            runs += 1
            return runs === 1 ? sleep(clock, 40).then(() => 'late') : 'fresh'
          },
          { ...policy, cache: { ttl: 60_000, scope: 'shared' } },
        ),
      ],
    })
    call('late')
    await clock.advance(100)
    const next = call('late')
    await clock.advance(1)
    expect(await resultOf(next)).toMatchObject({ output: 'fresh' })
  })

  it('are never judged by the breaker, neither as success nor as failure', async () => {
    const { clock, call } = openRuntime({
      tools: [
        readTool(
          'late',
          ({ q }) => sleep(clock, 40).then(() => (q === 'bad' ? Promise.reject(httpError(500)) : 'ok')),
          {
            ...policy,
            breaker: { consecutiveFailures: 3 },
          },
        ),
      ],
    })
    for (const q of ['bad', 'good']) {
      const pending = call('late', { q })
      await clock.advance(100)
      expect(await codeOf(pending)).toBe('TIMEOUT')
    }
    const third = call('late', { q: 'good' })
    await clock.advance(100)
    const fourth = call('late')
    await clock.advance(0)
    expect([await codeOf(third), await codeOf(fourth)]).toEqual(['TIMEOUT', 'CIRCUIT_OPEN'])
  })

  it('are disposed', async () => {
    const disposed: string[] = []
    const { clock, call } = openRuntime({
      tools: [
        readTool(
          'sync',
          () => sleep(clock, 40).then(() => ({ [Symbol.dispose]: () => disposed.push('sync') })),
          policy,
        ),
        readTool(
          'async',
          () => sleep(clock, 40).then(() => ({ [Symbol.asyncDispose]: async () => void disposed.push('async') })),
          policy,
        ),
      ],
    })
    call('sync')
    call('async')
    await clock.advance(100)
    expect(disposed).toEqual(['sync', 'async'])
  })

  it('never come before the end of their attempt, also when a teardown fails in it', async () => {
    const source = new Observable(() => () => {
      throw new Error('teardown')
    })
    const { clock, call, events } = openRuntime({ tools: [readTool('stream', () => source, policy)] })
    call('stream')
    await clock.advance(100)
    const types = events.map((event) => event.type).filter((type) => type !== 'late-result')
    const isLateFirst = events.findIndex((event) => event.type === 'late-result') > types.indexOf('call-settle')
    expect([types.at(-1), isLateFirst || !events.some((event) => event.type === 'late-result')]).toEqual([
      'call-settle',
      true,
    ])
  })
})
