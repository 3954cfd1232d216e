import { describe, expect, it } from 'vitest'
import { codeOf, errorOf, openRuntime, resultOf } from '../fixture/open-runtime.ts'
import { forever, httpError, readTool, sleep, untilAborted, writeTool } from '../fixture/tools.ts'

const kindOf = (reason: unknown): unknown => (reason as { kind?: unknown } | undefined)?.kind
const constant = (base: number) => ({ type: 'constant', base, jitter: 'none' }) as const

describe('timeout: attempt, total and idle', () => {
  it('aborts the signal with a typed reason and settles the caller at once, though the tool is deaf', async () => {
    let reason: unknown
    const { clock, call } = openRuntime({
      tools: [
        readTool(
          'deaf',
          (_, { signal }) => {
            signal.addEventListener('abort', () => {
              reason = signal.reason
            })
            return forever()
          },
          { timeout: { attempt: 50 }, retry: false },
        ),
      ],
    })
    const pending = call('deaf')
    await clock.advance(50)
    expect([await codeOf(pending), kindOf(reason)]).toEqual(['TIMEOUT', 'timeout'])
  })

  it('tells a tool that its total is over as a deadline', async () => {
    let reason: unknown
    const { clock, call } = openRuntime({
      tools: [
        readTool(
          'deaf',
          (_, { signal }) => {
            signal.addEventListener('abort', () => {
              reason = signal.reason
            })
            return forever()
          },
          { timeout: { attempt: 500, total: 50 } },
        ),
      ],
    })
    const pending = call('deaf')
    await clock.advance(50)
    expect([await codeOf(pending), kindOf(reason)]).toEqual(['DEADLINE_EXCEEDED', 'deadline'])
  })

  it('retries an attempt that timed out', async () => {
    const attempts: number[] = []
    const { clock, call } = openRuntime({
      tools: [
        readTool(
          'slow',
          (_, { attempt, signal }) => {
            attempts.push(attempt)
            return attempt < 3 ? untilAborted(signal) : 'third'
          },
          { timeout: { attempt: 50 }, retry: { maxAttempts: 3, backoff: constant(10) } },
        ),
      ],
    })
    const pending = call('slow')
    await clock.advance(120)
    expect(await resultOf(pending)).toMatchObject({ status: 'ok', output: 'third', meta: { attempts: 3 } })
    expect(attempts).toEqual([1, 2, 3])
  })

  it('resets the idle limit by progress and by output, and ends what is silent', async () => {
    async function* talk(_: unknown, { progress }: { progress: (update: { message: string }) => void }) {
      await sleep(clock, 90)
      progress({ message: 'still here' })
      await sleep(clock, 90)
      yield 'part'
      await sleep(clock, 90)
      return 'whole'
    }
    const policy = { timeout: { idle: 100 }, retry: false } as const
    const { clock, call } = openRuntime({
      tools: [readTool('talks', talk, policy), readTool('silent', () => sleep(clock, 101), policy)],
    })
    const [talks, silent] = [call('talks'), call('silent')]
    await clock.advance(100)
    expect([talks.status, await codeOf(silent)]).toEqual(['running', 'TIMEOUT'])
    await clock.advance(170)
    expect(await codeOf(talks)).toBe('ok')
  })

  it('counts the wait in a queue into the total, and the waiter leaves the queue', async () => {
    const ran: unknown[] = []
    const { clock, call, runtime } = openRuntime({
      tools: [
        readTool(
          'one',
          ({ q }) => {
            ran.push(q)
            return sleep(clock, 200)
          },
          { concurrency: { max: 1, queue: 1 }, timeout: { total: 100, grace: 500 }, retry: false },
        ),
      ],
    })
    call('one', { q: 'first' })
    await clock.advance(50)
    const second = call('one', { q: 'second' })
    await clock.advance(100)
    expect(await codeOf(second)).toBe('DEADLINE_EXCEEDED')
    const third = call('one', { q: 'third' })
    await clock.advance(0)
    expect([third.status, ran]).toEqual(['queued', ['first']])
    await clock.advance(50)
    expect([third.status, ran]).toEqual(['running', ['first', 'third']])
    expect(runtime.snapshot()).toEqual(JSON.parse(JSON.stringify(runtime.snapshot())))
  })

  it('does not count the wait in a queue into the attempt', async () => {
    const { clock, call } = openRuntime({
      tools: [
        readTool('one', () => sleep(clock, 80), { concurrency: { max: 1 }, timeout: { attempt: 100 }, retry: false }),
      ],
    })
    const calls = [call('one'), call('one'), call('one')]
    await clock.advance(240)
    expect(await Promise.all(calls.map(codeOf))).toEqual(['ok', 'ok', 'ok'])
  })

  it('ends a call at its total though another of the same limit was watched before it', async () => {
    const { clock, call } = openRuntime({
      tools: [
        readTool(
          'one',
          async ({ q }, { attempt, signal }) => {
            if (q === 'second' || attempt > 1) return untilAborted(signal)
            await sleep(clock, 60)
            throw httpError(503)
          },
          {
            timeout: { attempt: 80, total: 100, grace: 1 },
            retry: { maxAttempts: 2, backoff: constant(20) },
            concurrency: { max: 1 },
          },
        ),
      ],
    })
    const first = call('one', { q: 'first' })
    await clock.advance(50)
    call('one', { q: 'second' })
    await clock.advance(49)
    expect(first.status).toBe('queued')
    await clock.advance(1)
    expect(await codeOf(first)).toBe('DEADLINE_EXCEEDED')
  })

  it('has no limit at all when switched off', async () => {
    const seen: unknown[] = []
    const { clock, call } = openRuntime({
      tools: [
        readTool(
          'slow',
          (_, { remainingMs, deadline }) => {
            seen.push(remainingMs(), deadline)
            return sleep(clock, 1_000_000)
          },
          { timeout: false },
        ),
      ],
    })
    const pending = call('slow')
    await clock.advance(1_000_000)
    expect([await codeOf(pending), seen]).toEqual(['ok', [Infinity, undefined]])
  })

  it('says that the side effects of a write are unknown, and does not say so of an idempotent tool', async () => {
    const policy = { timeout: { attempt: 50 }, retry: false } as const
    const { clock, call } = openRuntime({
      tools: [writeTool('write', forever, { timeout: { attempt: 50 } }), readTool('read', forever, policy)],
    })
    const [write, read] = [call('write'), call('read')]
    await clock.advance(50)
    const [writeError, readError] = [await errorOf(write), await errorOf(read)]
    expect([writeError.code, readError.code]).toEqual(['TIMEOUT', 'TIMEOUT'])
    expect(JSON.stringify(writeError.toModel())).toMatch(/unknown|may have/i)
    expect(JSON.stringify(readError.toModel())).not.toMatch(/unknown|may have/i)
    expect(readError.retryable).toBe(true)
  })
})
