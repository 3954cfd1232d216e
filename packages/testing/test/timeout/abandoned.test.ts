import { describe, expect, it } from 'vitest'
import { codeOf, openRuntime, resultOf } from '../fixture/open-runtime.ts'
import { forever, gate, httpError, readTool, sleep } from '../fixture/tools.ts'

describe('abandoned runs', () => {
  it('keep their permit until the work really ends', async () => {
    let now = 0
    let most = 0
    const { clock, call } = openRuntime({
      tools: [
        readTool(
          'deaf',
          async () => {
            now += 1
            most = Math.max(most, now)
            await sleep(clock, 150)
            now -= 1
          },
          { timeout: { attempt: 30 }, retry: false, breaker: false, concurrency: { max: 1 } },
        ),
      ],
    })
    const calls = [call('deaf'), call('deaf'), call('deaf')]
    await clock.advance(160)
    expect([await codeOf(calls[0] ?? call('none')), calls[1]?.status, calls[2]?.status]).toEqual([
      'TIMEOUT',
      'running',
      'queued',
    ])
    await clock.advance(1_000)
    expect([await Promise.all(calls.map(codeOf)), most]).toEqual([['TIMEOUT', 'TIMEOUT', 'TIMEOUT'], 1])
  })

  it('give their permit away when the grace is over, and are reported', async () => {
    const { clock, call, events } = openRuntime({
      tools: [
        readTool('deaf', ({ q }) => (q === 'deaf' ? forever() : q), {
          timeout: { attempt: 30, grace: 100 },
          retry: false,
          breaker: false,
          concurrency: { max: 1, maxAbandoned: 2 },
        }),
      ],
    })
    call('deaf', { q: 'deaf' })
    const next = call('deaf', { q: 'next' })
    await clock.advance(129)
    expect(next.status).toBe('queued')
    await clock.advance(1)
    expect(await codeOf(next)).toBe('ok')
    expect(events.filter((event) => event.type === 'call-abandon')).toMatchObject([{ tool: 'deaf', attempt: 1 }])
  })

  it('of a cancelled call are treated alike', async () => {
    const { clock, call, events } = openRuntime({
      tools: [
        readTool('deaf', ({ q }) => (q === 'deaf' ? forever() : q), {
          timeout: { grace: 100 },
          concurrency: { max: 1, maxAbandoned: 2 },
        }),
      ],
    })
    const first = call('deaf', { q: 'deaf' })
    const next = call('deaf', { q: 'next' })
    await clock.advance(10)
    void first.cancel()
    expect(await codeOf(first)).toBe('cancelled')
    await clock.advance(99)
    expect(next.status).toBe('queued')
    await clock.advance(1)
    expect([await codeOf(next), events.filter((event) => event.type === 'call-abandon').length]).toEqual(['ok', 1])
  })

  it('beyond maxAbandoned make new calls fail at once with TOOL_STUCK, and each one that ends frees one', async () => {
    const ends = [gate(), gate()]
    let started = 0
    const { clock, call } = openRuntime({
      tools: [
        readTool(
          'deaf',
          () => {
            started += 1
            return ends[started - 1]?.opened ?? 'quick'
          },
          {
            timeout: { attempt: 10, grace: 10 },
            retry: false,
            breaker: false,
            concurrency: { max: 3, maxAbandoned: 2 },
          },
        ),
      ],
    })
    call('deaf')
    call('deaf')
    await clock.advance(20)
    const refused = call('deaf')
    await clock.advance(0)
    expect([await codeOf(refused), started]).toEqual(['TOOL_STUCK', 2])
    ends[0]?.open()
    await clock.advance(0)
    const admitted = call('deaf')
    await clock.advance(0)
    expect([await codeOf(admitted), started]).toEqual(['ok', 3])
    ends[1]?.open()
  })

  it('may be as many as may run, by default', async () => {
    const { clock, call } = openRuntime({
      tools: [
        readTool('deaf', forever, {
          timeout: { attempt: 10, grace: 10 },
          retry: false,
          breaker: false,
          concurrency: { max: 2 },
        }),
      ],
    })
    call('deaf')
    await clock.advance(20)
    const second = call('deaf')
    await clock.advance(20)
    const third = call('deaf')
    await clock.advance(0)
    expect([await codeOf(second), await codeOf(third)]).toEqual(['TIMEOUT', 'TOOL_STUCK'])
  })

  it('beyond maxAbandoned keep their permits', async () => {
    const { clock, call, runtime } = openRuntime({
      tools: [
        readTool('deaf', forever, {
          timeout: { attempt: 10, grace: 10 },
          retry: false,
          breaker: false,
          concurrency: { max: 3, maxAbandoned: 1 },
        }),
      ],
    })
    for (let n = 0; n < 3; n += 1) call('deaf')
    await clock.advance(30)
    expect(runtime.snapshot().queues.find((queue) => queue.key === 'deaf')).toMatchObject({ running: 2, queued: 0 })
  })

  it('make those fail who wait already when the last permit is abandoned', async () => {
    const { clock, call } = openRuntime({
      tools: [
        readTool('deaf', forever, {
          timeout: { attempt: 10, grace: 10 },
          retry: false,
          breaker: false,
          concurrency: { max: 1 },
        }),
      ],
    })
    const calls = [call('deaf'), call('deaf')]
    await clock.advance(20)
    expect(await Promise.all(calls.map(codeOf))).toEqual(['TIMEOUT', 'TOOL_STUCK'])
  })
})

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
})
