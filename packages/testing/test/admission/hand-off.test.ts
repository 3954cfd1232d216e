import { Observable } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { openRuntime, resultOf } from '../fixture/open-runtime.ts'
import { readTool } from '../fixture/tools.ts'
import { openQueue } from './queue.ts'

describe('admission: hand-off', () => {
  it('is strict: a newcomer never takes the permit of one who waits', async () => {
    const { clock, start, order } = openQueue({ max: 1 })
    const first = start('first')
    start('second')
    void first.result().then(() => start('newcomer'))
    await clock.advance(100)
    expect(order).toEqual(['first', 'second', 'newcomer'])
  })

  it('is strict also for a newcomer with the same priority in the very tick of the end', async () => {
    const { clock, runtime, start, order } = openQueue({ max: 1 })
    runtime.events$.subscribe((event) => {
      if (event.type === 'call-settle' && order.length === 1) start('newcomer')
    })
    start('first')
    start('second')
    await clock.advance(100)
    expect(order).toEqual(['first', 'second', 'newcomer'])
  })

  it('is after the teardown of an observable', async () => {
    const seen: string[] = []
    const source = (q: string) =>
      new Observable((subscriber) => {
        seen.push(`${q} begins`)
        const timer = clock.setTimer(5, () => subscriber.complete())
        return () => {
          timer.cancel()
          seen.push(`${q} ends`)
        }
      })
    const { clock, call } = openRuntime({
      tools: [readTool('one', ({ q = '' }) => source(q), { concurrency: { max: 1 } })],
    })
    call('one', { q: 'first' })
    call('one', { q: 'second' })
    await clock.advance(20)
    expect(seen).toEqual(['first begins', 'first ends', 'second begins', 'second ends'])
  })

  it('tells how long a call waited, and emits call-queue only for those that did', async () => {
    const { clock, start, events } = openQueue({ max: 1 })
    const calls = [start('first', { ms: 40 }), start('second')]
    expect(calls.map((call) => call.status)).toEqual([expect.stringMatching(/running|queued/), 'queued'])
    await clock.advance(50)
    const waits = await Promise.all(calls.map(resultOf))
    expect(waits.map((result) => [result.meta.queuedMs, result.meta.durationMs])).toEqual([
      [0, 40],
      [40, 50],
    ])
    expect(events.filter((event) => event.type === 'call-queue').length).toBe(1)
  })

  it('goes on after a waiter in the middle was cancelled', async () => {
    const { clock, start, order } = openQueue({ max: 1 })
    const calls = ['1', '2', '3', '4', '5'].map((name) => start(name))
    await clock.advance(5)
    void calls[2]?.cancel()
    void calls[4]?.cancel()
    await clock.advance(100)
    expect(order).toEqual(['1', '2', '4'])
  })
})
