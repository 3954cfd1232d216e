import { describe, expect, it } from 'vitest'
import { codeOf, errorOf, openRuntime } from '../fixture/open-runtime.ts'
import { readTool, sleep } from '../fixture/tools.ts'
import { openQueue } from './queue.ts'

describe('admission: defaults', () => {
  it('run ten calls of a key at once, queue a thousand, and refuse the rest with a time to come back', async () => {
    let most = 0
    let now = 0
    const { clock, call, events } = openRuntime({
      tools: [
        readTool('slow', async () => {
          now += 1
          most = Math.max(most, now)
          await sleep(clock, 10)
          now -= 1
        }),
      ],
    })
    const calls = Array.from({ length: 1_012 }, () => call('slow'))
    await clock.advance(0)
    expect([now, calls.filter((pending) => pending.status === 'queued').length]).toEqual([10, 1_000])
    const refused = await Promise.all(calls.slice(1_010).map(errorOf))
    expect(refused.map((error) => [error.code, error.retryable, (error.retryAfterMs ?? 0) > 0])).toEqual(
      new Array(2).fill(['QUEUE_FULL', true, true]),
    )
    await clock.advance(2_000)
    expect(most).toBe(10)
    expect((await Promise.all(calls.slice(0, 1_010).map(codeOf))).every((code) => code === 'ok')).toBe(true)
    expect(events.filter((event) => event.type === 'call-queue').length).toBe(1_000)
  })

  it('have no limit for the wait but the total', async () => {
    const { clock, start } = openQueue({ max: 1 }, { timeout: { total: 100_000 } })
    const first = start('first', { ms: 29_000 })
    start('second', { ms: 29_000 })
    const third = start('third')
    await clock.advance(58_010)
    expect([await codeOf(first), await codeOf(third)]).toEqual(['ok', 'ok'])
  })
})

describe('admission: queueTimeout', () => {
  it('ends a wait with QUEUE_TIMEOUT, and the waiter leaves at once', async () => {
    const { clock, start, order } = openQueue({ max: 1, queue: 1, queueTimeout: 30 })
    start('first', { ms: 100 })
    const second = start('second')
    await clock.advance(29)
    expect(second.status).toBe('queued')
    await clock.advance(1)
    const error = await errorOf(second)
    expect([error.code, error.retryable]).toEqual(['QUEUE_TIMEOUT', true])
    const third = start('third')
    await clock.advance(10)
    expect(third.status).toBe('queued')
    await clock.advance(90)
    expect(order).toEqual(['first'])
  })

  it('does not touch a call that has started', async () => {
    const { clock, start } = openQueue({ max: 1, queueTimeout: 30 })
    const calls = [start('first', { ms: 20 }), start('second', { ms: 100 })]
    await clock.advance(120)
    expect(await Promise.all(calls.map(codeOf))).toEqual(['ok', 'ok'])
  })
})

describe('admission: overflow', () => {
  it("drops the oldest with 'drop-oldest'", async () => {
    const { clock, start, order } = openQueue({ max: 1, queue: 2, overflow: 'drop-oldest' })
    const calls = ['1', '2', '3', '4', '5'].map((name) => start(name))
    await clock.advance(100)
    expect(await Promise.all(calls.map(codeOf))).toEqual(['ok', 'QUEUE_FULL', 'QUEUE_FULL', 'ok', 'ok'])
    expect(order).toEqual(['1', '4', '5'])
  })

  it('takes nobody who would have to wait when the queue has no place', async () => {
    const { clock, start } = openQueue({ max: 1, queue: 0 })
    const calls = [start('1'), start('2')]
    await clock.advance(10)
    expect(await Promise.all(calls.map(codeOf))).toEqual(['ok', 'QUEUE_FULL'])
    const third = start('3')
    await clock.advance(10)
    expect(await codeOf(third)).toBe('ok')
  })
})

describe('admission: keys and switches', () => {
  it('are kept apart by a key function', async () => {
    const { clock, start, order } = openQueue({
      max: 1,
      key: ({ arguments: args }) => (args as { q: string }).q[0] ?? '',
    })
    for (const name of ['a1', 'a2', 'b1']) start(name)
    await clock.advance(5)
    expect(order).toEqual(['a1', 'b1'])
  })

  it('have no limit when switched off', async () => {
    const { clock, start, order } = openQueue(false)
    for (let n = 0; n < 500; n += 1) start(`${n}`)
    await clock.advance(1)
    expect(order.length).toBe(500)
  })

  it('are shown by the snapshot as plain data, and are empty in the end', async () => {
    const { clock, start, runtime } = openQueue({ max: 1 })
    start('1')
    start('2')
    await clock.advance(1)
    const busy = JSON.stringify(runtime.snapshot())
    await clock.advance(100)
    expect(JSON.stringify(runtime.snapshot())).not.toBe(busy)
    expect(JSON.parse(busy)).toBeTypeOf('object')
  })
})
