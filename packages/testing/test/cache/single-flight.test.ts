import { describe, expect, it } from 'vitest'
import { codeOf, errorOf, openRuntime, resultOf } from '../fixture/open-runtime.ts'
import { httpError, readTool, sleep } from '../fixture/tools.ts'

/** A cached tool that takes `n` ms, fails where `q` is 'bad', and tells what its signal said. */
function openFlights(policy: Parameters<typeof readTool>[2] = {}) {
  const seen: { runs: string[]; reasons: unknown[]; deadlines: (number | undefined)[] } = {
    runs: [],
    reasons: [],
    deadlines: [],
  }
  const stage = openRuntime({
    tools: [
      readTool(
        'read',
        async ({ n = 40, q = 'x' }, { signal, deadline }) => {
          seen.runs.push(q)
          seen.deadlines.push(deadline)
          signal.addEventListener('abort', () => seen.reasons.push(signal.reason))
          await sleep(stage.clock, n, signal)
          if (q === 'bad') throw httpError(400)
          return `${q} ${seen.runs.length}`
        },
        { cache: { ttl: 60_000, scope: 'shared' }, ...policy },
      ),
    ],
  })
  return { ...stage, ...seen }
}

describe('single-flight', () => {
  it('makes sixty equal calls one execution', async () => {
    const { call, clock, runs } = openFlights()
    const calls = Array.from({ length: 60 }, () => call('read'))
    await clock.advance(40)
    const results = await Promise.all(calls.map(resultOf))
    expect([runs.length, new Set(results.map((result) => result.status === 'ok' && result.output))]).toEqual([
      1,
      new Set(['x 1']),
    ])
    expect(results.filter((result) => result.meta.cache?.layer === 'in-flight').length).toBe(59)
  })

  it('leaves other arguments alone', async () => {
    const { call, clock, runs } = openFlights()
    call('read', { q: 'a' })
    call('read', { q: 'b' })
    await clock.advance(40)
    expect(runs).toEqual(['a', 'b'])
  })

  it('goes on when one waiter leaves, whoever it is, and ends when the last one leaves', async () => {
    const { call, clock, reasons } = openFlights()
    const [first, second, third] = [call('read'), call('read'), call('read')]
    await clock.advance(5)
    void first.cancel('first')
    void second.cancel('second')
    expect([await codeOf(first), await codeOf(second), reasons, third.status]).toEqual([
      'cancelled',
      'cancelled',
      [],
      'running',
    ])
    void third.cancel('third')
    expect([await codeOf(third), reasons.length]).toEqual(['cancelled', 1])
  })

  it('gives the rest its result after the first caller has left', async () => {
    const { call, clock, runs } = openFlights()
    const [first, second] = [call('read'), call('read')]
    await clock.advance(5)
    void first.cancel()
    await clock.advance(35)
    expect([await codeOf(second), runs.length]).toEqual(['ok', 1])
    const hit = call('read')
    await clock.advance(0)
    expect([await codeOf(hit), runs.length]).toEqual(['ok', 1])
  })

  it('starts afresh for a caller who comes after the last one has left', async () => {
    const { call, clock, runs } = openFlights()
    const first = call('read')
    await clock.advance(5)
    void first.cancel()
    const second = call('read')
    await clock.advance(60)
    expect([await codeOf(second), runs.length]).toEqual(['ok', 2])
  })

  it('gives a failure to each waiter, and the next caller starts afresh', async () => {
    const { call, clock, runs } = openFlights()
    const calls = [call('read', { q: 'bad' }), call('read', { q: 'bad' })]
    await clock.advance(40)
    expect((await Promise.all(calls.map(errorOf))).map((error) => error.code)).toEqual([
      'EXECUTION_FAILED',
      'EXECUTION_FAILED',
    ])
    call('read', { q: 'bad' })
    await clock.advance(40)
    expect(runs.length).toBe(2)
  })

  it('names each waiter in its own result and its own error', async () => {
    const { runtime, clock } = openFlights()
    const calls = ['a', 'b'].map((callId) => runtime.dispatch({ callId, tool: 'read', arguments: { q: 'bad' } }))
    await clock.advance(40)
    expect((await Promise.all(calls.map(errorOf))).map((error) => error.callId)).toEqual(['a', 'b'])
  })

  it("has the latest deadline of its waiters: the first one's does not end it for the others", async () => {
    const { call, clock, runs } = openFlights()
    const first = call('read', {}, { deadline: clock.now() + 10 })
    const second = call('read', {}, { deadline: clock.now() + 1_000 })
    await clock.advance(10)
    expect([await codeOf(first), second.status]).toEqual(['DEADLINE_EXCEEDED', 'running'])
    await clock.advance(30)
    expect([await codeOf(second), runs.length]).toEqual(['ok', 1])
  })

  it('ends when the last of its deadlines has passed', async () => {
    const { call, clock, reasons } = openFlights()
    const calls = [10, 20].map((ms) => call('read', {}, { deadline: clock.now() + ms }))
    await clock.advance(20)
    expect([await Promise.all(calls.map(codeOf)), reasons.length]).toEqual([
      ['DEADLINE_EXCEEDED', 'DEADLINE_EXCEEDED'],
      1,
    ])
  })

  it('has the highest priority of its waiters', async () => {
    const { call, clock, runs } = openFlights({ concurrency: { max: 1 } })
    call('read', { q: 'busy' })
    call('read', { q: 'low' }, { priority: 0 })
    call('read', { q: 'mid' }, { priority: 5 })
    call('read', { q: 'low' }, { priority: 10 })
    await clock.advance(200)
    expect(runs).toEqual(['busy', 'low', 'mid'])
  })

  it("lives in the runtime's scope: it outlives the scope of its first caller", async () => {
    const { runtime, call, clock, runs } = openFlights()
    const scope = runtime.scope()
    const first = scope.dispatch({ tool: 'read', arguments: {} })
    const second = call('read')
    await clock.advance(5)
    void scope.close()
    expect([await codeOf(first), second.status]).toEqual(['cancelled', 'running'])
    await clock.advance(35)
    expect([await codeOf(second), runs.length]).toEqual(['ok', 1])
  })

  it('does not join callers of other partitions', async () => {
    const { call, clock, runs } = openFlights({ cache: { ttl: 1_000, scope: 'tenant' } })
    call('read', {}, { tenant: 'a' })
    call('read', {}, { tenant: 'b' })
    call('read', {}, { tenant: 'a' })
    await clock.advance(40)
    expect(runs.length).toBe(2)
  })

  it('is ended by close of the runtime', async () => {
    const { call, clock, runtime, reasons } = openFlights()
    const calls = [call('read'), call('read')]
    await clock.advance(5)
    const closed = runtime.close()
    await clock.advance(10)
    await closed
    expect([await Promise.all(calls.map(codeOf)), reasons.length]).toEqual([['cancelled', 'cancelled'], 1])
  })

  it('gives a joined call exactly one terminal event and the outputs of the flight', async () => {
    const { call, clock, events } = openFlights()
    const calls = [call('read'), call('read')]
    await clock.advance(40)
    for (const { callId } of calls) {
      const own = events.filter((event) => 'callId' in event && event.callId === callId).map((event) => event.type)
      expect([own.filter((type) => type === 'call-settle').length, own.at(-1)]).toEqual([1, 'call-settle'])
    }
  })

  it('retries once for all its waiters', async () => {
    let runs = 0
    const { call, clock } = openRuntime({
      tools: [
        readTool(
          'read',
          () => {
            runs += 1
            if (runs === 1) throw httpError(503)
            return 'second'
          },
          { cache: { ttl: 1_000, scope: 'shared' } },
        ),
      ],
    })
    const calls = [call('read'), call('read'), call('read')]
    await clock.advance(10_000)
    expect([await Promise.all(calls.map(codeOf)), runs]).toEqual([['ok', 'ok', 'ok'], 2])
  })
})
