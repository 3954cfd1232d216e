import { describe, expect, it } from 'vitest'
import { codeOf, errorOf, resultOf } from '../fixture/open-runtime.ts'
import { forever, httpError, sleep, untilAborted } from '../fixture/tools.ts'
import { after, type Step, stage } from './stage.ts'

describe('hedge: a slow attempt', () => {
  it('gets another one beside it after the time given, and the first to succeed wins', async () => {
    const s = stage({ after: 100 }, [(c) => untilAborted(c.signal), () => 'second'])
    const call = s.call('lookup')
    await s.clock.advance(99)
    expect(s.starts).toHaveLength(1)
    await s.clock.advance(1)
    const result = await resultOf(call)
    expect(result).toMatchObject({ status: 'ok', output: 'second', meta: { attempts: 2 } })
    expect(s.starts.map((at) => at - (s.starts[0] ?? 0))).toEqual([0, 100])
    expect(s.contexts[0]?.signal.reason).toMatchObject({ kind: 'superseded' })
  })

  it('wins when it is first after all: the other one is told to end', async () => {
    const s = stage({ after: 100 }, [after(() => s.clock, 150, 'first'), (c) => untilAborted(c.signal)])
    const call = s.call('lookup')
    await s.clock.advance(150)
    expect(await resultOf(call)).toMatchObject({ output: 'first' })
    expect(s.contexts[1]?.signal.reason).toMatchObject({ kind: 'superseded' })
    expect(s.contexts.map(({ attempt }) => attempt)).toEqual([1, 2])
  })

  it('keeps the same idempotency key, deadline and arguments', async () => {
    const s = stage({ after: 10 }, [(c) => untilAborted(c.signal), (c) => c.deadline], { timeout: { total: 500 } })
    const start = s.clock.now()
    const call = s.call('lookup')
    await s.clock.advance(10)
    expect((await call) as number).toBe(start + 500)
    expect(s.contexts[1]?.idempotencyKey).toBe(s.contexts[0]?.idempotencyKey)
  })

  it('has one extra attempt by default, and up to max', async () => {
    const one = stage({ after: 10, budget: { burst: 10 } }, [])
    one.call('lookup')
    await one.clock.advance(1000)
    expect(one.starts).toHaveLength(2)
    const three = stage({ after: 10, max: 3, budget: { burst: 10 } }, [])
    three.call('lookup')
    await three.clock.advance(1000)
    expect(three.starts.map((at) => at - (three.starts[0] ?? 0))).toEqual([0, 10, 20, 30])
  })

  it('waits two seconds while nothing is known of the tool, by default', async () => {
    const s = stage({}, [])
    s.call('lookup')
    await s.clock.advance(1999)
    expect(s.starts).toHaveLength(1)
    await s.clock.advance(1)
    expect(s.starts).toHaveLength(2)
  })

  it('tells of it: hedge-start and attempt-start with the number of the attempt', async () => {
    const s = stage({ after: 10 }, [(c) => untilAborted(c.signal), () => 1])
    const call = s.call('lookup')
    await s.clock.advance(10)
    await resultOf(call)
    const told = s.events.map((event) => ('attempt' in event ? `${event.type} ${event.attempt}` : event.type))
    expect(told).toEqual(['call-start', 'attempt-start 1', 'hedge-start 2', 'attempt-start 2', 'call-settle'])
  })

  it('adds at most a tenth of the load', async () => {
    const s = stage(
      { after: 10 },
      Array.from({ length: 1000 }, () => after(() => s.clock, 20, 1)),
    )
    for (let n = 0; n < 100; n += 1) {
      s.call('lookup', { n })
      await s.clock.advance(20)
    }
    const extra = s.starts.length - 100
    expect(extra).toBeGreaterThan(8)
    expect(extra).toBeLessThanOrEqual(11)
  })
})

describe('hedge: a failure', () => {
  it('starts the extra attempt at once', async () => {
    const fail = (): never => {
      throw httpError(503)
    }
    const s = stage({ after: 1000 }, [fail, () => 'second'])
    const call = s.call('lookup')
    await s.clock.advance(0)
    expect(await resultOf(call)).toMatchObject({ output: 'second', meta: { attempts: 2 } })
  })

  it('that no other attempt could mend ends the call', async () => {
    const fail = (): never => {
      throw httpError(400)
    }
    const s = stage({ after: 1000 }, [fail, () => 'second'])
    const call = s.call('lookup')
    await s.clock.advance(0)
    expect([await codeOf(call), s.starts.length]).toEqual(['EXECUTION_FAILED', 1])
  })

  it('waits for the one that still runs', async () => {
    const fail: Step = async ({ signal }) => {
      await sleep(s.clock, 150, signal)
      throw httpError(503)
    }
    const s = stage({ after: 100 }, [fail, after(() => s.clock, 100, 'second')])
    const call = s.call('lookup')
    await s.clock.advance(199)
    expect(call.status).toBe('running')
    await s.clock.advance(1)
    expect(await resultOf(call)).toMatchObject({ output: 'second' })
  })

  it('of all of them gives the first error, or a retry', async () => {
    const fail =
      (status: number): Step =>
      () => {
        throw httpError(status)
      }
    const s = stage({ after: 1000 }, [fail(503), fail(500)])
    const call = s.call('lookup')
    await s.clock.advance(0)
    expect((await errorOf(call)).details).toMatchObject({ status: 503 })
    const retry = { maxAttempts: 3, backoff: { type: 'constant', base: 100, jitter: 'none' } } as const
    const again = stage({ after: 1000 }, [fail(503), fail(500), () => 'third'], { retry })
    const retried = again.call('lookup')
    await again.clock.advance(100)
    expect(await resultOf(retried)).toMatchObject({ output: 'third', meta: { attempts: 3 } })
  })

  it('of the extra attempt alone changes nothing', async () => {
    const fail = (): never => {
      throw httpError(503)
    }
    const s = stage({ after: 100 }, [after(() => s.clock, 300, 'first'), fail])
    const call = s.call('lookup')
    await s.clock.advance(300)
    expect(await resultOf(call)).toMatchObject({ output: 'first' })
  })

  it('by the attempt timeout starts the extra one too', async () => {
    const s = stage({ after: 1000 }, [forever, () => 'second'], { timeout: { attempt: 50 } })
    const call = s.call('lookup')
    await s.clock.advance(50)
    expect(await resultOf(call)).toMatchObject({ output: 'second' })
  })

  it('is the one that counts where an extra attempt was not even made', async () => {
    const clock = () => s.clock
    const fail =
      (ms: number, status: number): Step =>
      async () => {
        await sleep(clock(), ms)
        throw httpError(status)
      }
    const s = stage(
      { after: 10, max: 2, budget: { burst: 2 } },
      [after(clock, 15, 'other'), fail(50, 503), fail(50, 502)],
      {
        concurrency: { max: 2, queue: 0 },
      },
    )
    const other = s.call('lookup', {}, { policy: { hedge: false } })
    const call = s.call('lookup')
    await s.clock.advance(70)
    expect([await codeOf(other), (await errorOf(call)).details]).toEqual([
      'ok',
      expect.objectContaining({ status: 503 }),
    ])
  })

  it('of a round of attempts is none of the next round', async () => {
    const fail =
      (ms: number, status: number): Step =>
      async () => {
        await sleep(s.clock, ms)
        throw httpError(status)
      }
    // the 418 ends the first round, after a 502; the second is a 503 and then a 504
    const steps = [fail(30, 418), fail(10, 502), forever, fail(25, 503), fail(25, 504)]
    const s = stage({ after: 15, max: 3, budget: { burst: 3 } }, steps, {
      retry: { maxAttempts: 9, backoff: () => 1, retryOn: ({ details }) => details.status === 418 },
    })
    const call = s.call('lookup')
    await s.clock.advance(100)
    expect((await errorOf(call)).details).toMatchObject({ status: 503 })
  })
})
