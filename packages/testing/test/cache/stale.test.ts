import { describe, expect, it } from 'vitest'
import { codeOf, openRuntime, resultOf } from '../fixture/open-runtime.ts'
import { gate, httpError, readTool, sleep } from '../fixture/tools.ts'

type Policy = NonNullable<Parameters<typeof readTool>[2]>

/** A tool that takes 10 ms and does in each run what `plan` says; `ask` tells what came of a call by now. */
function openStale(policy: Policy, plan: (run: number) => unknown = (run) => run) {
  const seen = { runs: 0, reasons: [] as unknown[] }
  const stage = openRuntime({
    tools: [
      readTool(
        'read',
        async (_, { signal }) => {
          seen.runs += 1
          const run = seen.runs
          signal.addEventListener('abort', () => seen.reasons.push(signal.reason))
          await sleep(stage.clock, 10, signal)
          return plan(run)
        },
        { retry: false, ...policy },
      ),
    ],
  })
  const ask = async (ms = 0): Promise<[unknown, string | undefined]> => {
    const pending = stage.call('read')
    await stage.clock.advance(ms)
    const result = await resultOf(pending)
    const told = result.status === 'ok' ? result.output : result.status === 'error' ? result.error.code : 'cancelled'
    return [told, result.meta.cache?.layer]
  }
  return { ...stage, seen, ask }
}

const whileRevalidate = { cache: { ttl: 100, scope: 'shared', staleWhileRevalidate: 50 } } as const
const ifError = { cache: { ttl: 100, scope: 'shared', staleIfError: 50 } } as const

describe('cache: stale while revalidate', () => {
  it('gives the stale result at once, and the next caller the new one', async () => {
    const { ask, clock, seen } = openStale(whileRevalidate)
    expect(await ask(10)).toEqual([1, undefined])
    await clock.advance(100)
    expect([await ask(), seen.runs]).toEqual([[1, 'stale'], 2])
    await clock.advance(10)
    expect(await ask()).toEqual([2, 'exact'])
  })

  it('renews once for all who are given the stale one meanwhile', async () => {
    const { ask, clock, seen } = openStale(whileRevalidate)
    await ask(10)
    await clock.advance(100)
    for (let n = 0; n < 5; n += 1) expect(await ask()).toEqual([1, 'stale'])
    expect(seen.runs).toBe(2)
  })

  it('is over with its window, exclusive', async () => {
    const { ask, clock } = openStale(whileRevalidate, (run) => run)
    await ask(10)
    await clock.advance(149)
    expect((await ask())[1]).toBe('stale')
    const again = openStale(whileRevalidate)
    await again.ask(10)
    await again.clock.advance(150)
    expect(await again.ask(10)).toEqual([2, undefined])
  })

  it('lets a caller without a stale result wait for the renewal that runs', async () => {
    const { ask, clock, seen, call } = openStale(whileRevalidate)
    await ask(10)
    await clock.advance(145)
    await ask()
    await clock.advance(6)
    const late = call('read')
    await clock.advance(4)
    expect(await resultOf(late)).toMatchObject({ output: 2, meta: { cache: { layer: 'in-flight' } } })
    expect(seen.runs).toBe(2)
  })

  it('tells nobody of a renewal that fails: the stale result is given until its end', async () => {
    const { ask, clock, seen, events } = openStale(whileRevalidate, (run) => {
      if (run > 1) throw httpError(500)
      return run
    })
    await ask(10)
    await clock.advance(100)
    const before = events.length
    for (let n = 0; n < 3; n += 1) {
      expect(await ask()).toEqual([1, 'stale'])
      await clock.advance(10)
    }
    expect(seen.runs).toBe(4)
    expect(new Set(events.slice(before).map(({ type }) => type))).toEqual(new Set(['cache-hit', 'call-settle']))
  })

  it('waits behind every other call of the tool', async () => {
    const order: unknown[] = []
    const { clock, call } = openRuntime({
      tools: [
        readTool(
          'read',
          async ({ q }) => {
            order.push(q)
            await sleep(clock, 10)
            return q
          },
          { ...whileRevalidate, concurrency: { max: 1 } },
        ),
      ],
    })
    call('read', { q: 'old' })
    await clock.advance(110)
    call('read', { q: 'busy' })
    call('read', { q: 'old' })
    call('read', { q: 'other' }, { priority: -5 })
    await clock.advance(100)
    expect(order).toEqual(['old', 'busy', 'other', 'old'])
  })

  it('takes no place of a call in a full queue', async () => {
    const concurrency = { max: 1, queue: 1, overflow: 'drop-oldest' } as const
    const { clock, call } = openRuntime({
      tools: [readTool('read', () => sleep(clock, 10).then(() => 'done'), { ...whileRevalidate, concurrency })],
    })
    call('read', { q: 'old' })
    await clock.advance(110)
    const [running, waiting] = [call('read', { q: 'a' }), call('read', { q: 'b' })]
    call('read', { q: 'old' })
    await clock.advance(30)
    expect([await codeOf(running), await codeOf(waiting)]).toEqual(['ok', 'ok'])
  })

  it('starts when a place of a queue that drops is set free by another limit', async () => {
    const concurrency = { max: 1, overflow: 'drop-oldest' } as const
    let runs = 0
    const { clock, call, runtime } = openRuntime({
      tools: [
        readTool(
          'read',
          async ({ q }) => {
            if (q === 'old') runs += 1
            else await sleep(clock, 10)
            return q
          },
          { ...whileRevalidate, concurrency },
        ),
      ],
    })
    call('read', { q: 'old' })
    await clock.advance(110)
    call('read', { q: 'busy' })
    call('read', { q: 'old' })
    await clock.advance(1)
    expect(runs).toBe(1)
    runtime.control.limits.set('read', { max: 2 })
    expect(runs).toBe(2)
  })

  it('is ended by close, and starts nothing in a closing runtime', async () => {
    const { ask, clock, runtime, seen, call } = openStale(whileRevalidate)
    await ask(10)
    await clock.advance(100)
    await ask()
    await clock.advance(1)
    const closed = runtime.close()
    await clock.advance(0)
    await closed
    expect(seen.reasons.length).toBe(1)
    const late = call('read')
    await clock.advance(0)
    expect([await codeOf(late), seen.runs]).toEqual(['RUNTIME_CLOSED', 2])
  })

  it('ends with the total of the tool’s own policy', async () => {
    const policy = { ...whileRevalidate, timeout: { total: 30, attempt: 1_000, grace: 0 } }
    const hang = gate()
    let runs = 0
    const { call, clock, runtime } = openRuntime({
      tools: [
        readTool(
          'read',
          () => {
            runs += 1
            return runs === 1 ? 'done' : hang.opened
          },
          policy,
        ),
      ],
    })
    call('read')
    await clock.advance(100)
    call('read')
    await clock.advance(29)
    expect(runtime.snapshot().flights).toBe(1)
    await clock.advance(1)
    expect([runs, runtime.snapshot().flights]).toEqual([2, 0])
    hang.open()
  })

  it('runs with the session, the tenant and the metadata of who found the result stale, under another id', async () => {
    const seen: unknown[] = []
    const cache = { ttl: 100, scope: 'session', staleWhileRevalidate: 50 } as const
    const { call, clock } = openRuntime({
      tools: [
        readTool(
          'read',
          (_, { callId, session, tenant, metadata }) => {
            seen.push({ callId, session, tenant, metadata })
            return 'done'
          },
          { cache },
        ),
      ],
    })
    const options = { session: 's', tenant: 't', metadata: { a: 1 } }
    const first = call('read', {}, options)
    await clock.advance(100)
    const second = call('read', {}, options)
    await clock.advance(0)
    expect(seen).toMatchObject([options, options])
    const ids = (seen as { callId: string }[]).map(({ callId }) => callId)
    expect([ids[0], new Set([...ids, second.callId]).size]).toEqual([first.callId, 3])
  })
})

describe('cache: stale if error', () => {
  const failing = (error: () => unknown) => (run: number) => {
    if (run > 1) throw error()
    return run
  }

  it('gives the stale result in place of a failure of the backend, until the end of its window', async () => {
    const { ask, clock } = openStale(
      ifError,
      failing(() => httpError(503)),
    )
    await ask(10)
    await clock.advance(100)
    expect(await ask(10)).toEqual([1, 'stale'])
    await clock.advance(29)
    expect(await ask(10)).toEqual([1, 'stale'])
    expect(await ask(10)).toEqual(['EXECUTION_FAILED', undefined])
  })

  it('asks the backend first, and keeps what it gives', async () => {
    const { ask, clock } = openStale(ifError)
    await ask(10)
    await clock.advance(100)
    expect([await ask(10), await ask()]).toEqual([
      [2, undefined],
      [2, 'exact'],
    ])
  })

  it('does not hide an error that is about the call', async () => {
    for (const status of [400, 403, 404, 422]) {
      const { ask, clock } = openStale(
        ifError,
        failing(() => httpError(status)),
      )
      await ask(10)
      await clock.advance(100)
      expect(await ask(10)).toEqual(['EXECUTION_FAILED', undefined])
    }
  })

  it('comes after the retries and before the fallback, and is not degraded', async () => {
    const retry = { maxAttempts: 3, backoff: { type: 'constant', base: 1, jitter: 'none' } } as const
    const { ask, clock, seen, events } = openStale(
      { ...ifError, retry, fallback: () => 'spare' },
      failing(() => httpError(503)),
    )
    await ask(10)
    await clock.advance(100)
    expect([await ask(32), seen.runs]).toEqual([[1, 'stale'], 4])
    expect(events.some(({ type }) => type === 'fallback-use')).toBe(false)
    expect(events.at(-1)).toMatchObject({ type: 'call-settle', result: { status: 'ok', meta: { attempts: 0 } } })
    expect(events.at(-2)).toMatchObject({ type: 'cache-hit', cache: { layer: 'stale', ageMs: 132 } })
  })

  it('is given to all who wait', async () => {
    const { ask, clock, call } = openStale(
      ifError,
      failing(() => httpError(503)),
    )
    await ask(10)
    await clock.advance(100)
    const calls = [call('read'), call('read'), call('read')]
    await clock.advance(10)
    for (const result of await Promise.all(calls.map(resultOf))) {
      expect(result).toMatchObject({ status: 'ok', output: 1, meta: { cache: { layer: 'stale' } } })
    }
  })

  it('stands in while the breaker is open', async () => {
    const { ask, clock } = openStale(
      { ...ifError, breaker: { consecutiveFailures: 1 } },
      failing(() => httpError(503)),
    )
    await ask(10)
    await clock.advance(100)
    expect([await ask(10), await ask()]).toEqual([
      [1, 'stale'],
      [1, 'stale'],
    ])
  })

  it('goes together with a shorter window in which the result is renewed', async () => {
    const cache = { ttl: 100, scope: 'shared', staleWhileRevalidate: 20, staleIfError: 100 } as const
    const { ask, clock, seen } = openStale(
      { cache },
      failing(() => httpError(503)),
    )
    await ask(10)
    await clock.advance(100)
    expect([await ask(), seen.runs]).toEqual([[1, 'stale'], 2])
    await clock.advance(30)
    expect([await ask(10), seen.runs]).toEqual([[1, 'stale'], 3])
  })
})
