import type { CallContext, PendingCall, Runtime } from '@headrace/core'
import type { TestClock } from '@headrace/testing'
import { describe, expect, it } from 'vitest'
import { codeOf, openRuntime, resultOf } from '../fixture/open-runtime.ts'
import { type Args, forever, httpError, readTool, sleep } from '../fixture/tools.ts'
import { openQueue } from './queue.ts'

describe('admission: what listeners do meanwhile', () => {
  it('a call that is cancelled by the fall of the one it drops leaves no waiter and no permit behind', async () => {
    const { clock, runtime, order } = openQueue({ max: 1, queue: 1, overflow: 'drop-oldest' })
    const scope = runtime.scope({ onFailure: 'cancel-siblings' })
    const calls = ['1', '2', '3'].map((q) => scope.dispatch({ tool: 'work', arguments: { q } }))
    await clock.advance(100)
    const results = await Promise.all(calls.map(resultOf))
    expect(results.map((result) => result.status)).toEqual(['cancelled', 'error', 'cancelled'])
    expect([order, runtime.snapshot().queues.filter((queue) => queue.running > 0 || queue.queued > 0)]).toEqual([
      ['1'],
      [],
    ])
    await scope.close().catch(() => {})
  })

  it('a call that is started by the end of another takes its place behind those who wait', async () => {
    const { clock, runtime, start, order } = openQueue({ max: 1 })
    runtime.events$.subscribe((event) => {
      if (event.type === 'call-settle' && event.callId === 'first') start('third')
    })
    void runtime.dispatch({ callId: 'first', tool: 'work', arguments: { q: 'first' } })
    start('second')
    await clock.advance(100)
    expect(order).toEqual(['first', 'second', 'third'])
  })

  const moments = [
    'cache-miss',
    'call-queue',
    'call-start',
    'attempt-start',
    'progress',
    'attempt-fail',
    'retry-wait',
    'output',
    'cache-store',
  ]
  it.each(moments)('a cancel by a listener at %s is the end at most, and gives everything back', async (moment) => {
    async function* busy({ q }: Args, { attempt, progress }: CallContext) {
      progress({ message: 'begun' })
      await sleep(clock, 10)
      if (attempt === 1 && q === 'mine') throw httpError(503)
      yield 'part'
      return 'whole'
    }
    const policy = { concurrency: { max: 1 }, cache: { ttl: 1_000, scope: 'shared' } } as const
    const { clock, runtime, call, events } = openRuntime({ tools: [readTool('busy', busy, policy)] })
    call('busy', { q: 'other' })
    let met = 0
    const controller = new AbortController()
    runtime.events$.subscribe((event) => {
      if (!('callId' in event) || event.callId !== 'mine' || event.type !== moment) return
      met += 1
      controller.abort('enough')
    })
    const pending = runtime.dispatch(
      { callId: 'mine', tool: 'busy', arguments: { q: 'mine' } },
      { signal: controller.signal },
    )
    await clock.advance(10_000)
    const endings = moment === 'cache-store' ? ['ok', 'cancelled'] : ['cancelled']
    expect([met > 0, endings.includes((await resultOf(pending)).status)]).toEqual([true, true])
    const own = events
      .filter((event) => 'callId' in event && event.callId === 'mine' && event.type !== 'late-result')
      .map((event) => event.type)
    expect([own.at(-1), own.filter((type) => type === 'call-settle').length]).toEqual(['call-settle', 1])
    expect(runtime.snapshot()).toMatchObject({
      flights: 0,
      abandoned: 0,
      timers: 0,
      queues: runtime.snapshot().queues.map(({ key }) => ({ key, running: 0, queued: 0 })),
    })
  })
})

describe('admission: one who is ended while it enters the queue', () => {
  it.each([10, 0])('leaves no place, and no permit, behind: those who end it run for %i ms', async (ms) => {
    const runs: string[] = []
    const { call, clock, runtime } = openRuntime({
      tools: [
        readTool(
          'one',
          ({ q = '' }) => {
            runs.push(q)
            // the queue was full, and is drained to make room for the third call
            if (q === 'second') void scope.close()
            return q === 'first' || ms > 0 ? sleep(clock, 10) : undefined
          },
          { concurrency: { max: 1, queue: 1 }, timeout: { grace: 1 } },
        ),
      ],
    })
    const scope = runtime.scope()
    const first = call('one', { q: 'first' })
    call('one', { q: 'second' })
    let third: PendingCall<unknown> | undefined
    first.events$.subscribe(({ type }) => {
      if (type === 'call-settle') third = scope.dispatch({ tool: 'one', arguments: { q: 'third' } })
    })
    await clock.advance(100)
    expect([runs, third && (await codeOf(third))]).toEqual([['first', 'second'], 'cancelled'])
    expect(runtime.snapshot().queues).toMatchObject([{ running: 0, queued: 0 }])
  })
})

describe('a call that a listener cancels while its attempt ends', () => {
  it('leaves its scope when that hears of a new limit', async () => {
    const { call, clock, runtime } = openRuntime({
      tools: [readTool('busy', () => Promise.reject(httpError(503)), { concurrency: { adaptive: {} } })],
    })
    runtime.events$.subscribe(({ type }) => {
      if (type === 'limit-change') void busy.cancel()
    })
    const busy = call('busy')
    await clock.advance(0)
    expect(await codeOf(busy)).toBe('cancelled')
    await expectClosed(runtime, clock)
  })

  it.each(['ok', 'error'])('leaves its scope when that hears of the end of a child: %s', async (end) => {
    const { call, clock, events, runtime } = openRuntime({
      tools: [
        readTool('child', forever, { concurrency: { max: 1 }, timeout: { grace: 1 } }),
        readTool(
          'parent',
          async (_, context) => {
            void context.dispatch({ tool: 'child', arguments: {} }).result()
            if (end === 'error') throw new Error('no')
            return 'done'
          },
          { retry: false },
        ),
      ],
    })
    const first = call('child')
    runtime.events$.subscribe((event) => {
      if (event.type === 'call-settle' && event.tool === 'child') void parent.cancel()
    })
    const parent = call('parent')
    await clock.advance(0)
    expect(await codeOf(parent)).toBe('cancelled')
    expect(events.flatMap((event) => (event.type === 'late-result' ? [event.outcome] : []))).toEqual([end])
    void first.cancel()
    await expectClosed(runtime, clock)
  })
})

/** Closes a runtime in which nothing is left but what was told to end. */
async function expectClosed(runtime: Runtime, clock: TestClock): Promise<void> {
  let isClosed = false
  void runtime.close().then(() => {
    isClosed = true
  })
  await clock.advance(10)
  expect(isClosed).toBe(true)
}
