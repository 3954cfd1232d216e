import { Observable } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { codeOf, openRuntime, resultOf } from '../fixture/open-runtime.ts'
import { forever, httpError, readTool, sleep } from '../fixture/tools.ts'

describe('cancel of a streaming tool', () => {
  it("calls a generator's return(), so that its finally blocks run", async () => {
    const seen: string[] = []
    async function* stream() {
      try {
        for (;;) {
          yield 'part'
          await sleep(clock, 10)
        }
      } finally {
        seen.push('finally')
      }
    }
    const { clock, call } = openRuntime({ tools: [readTool('stream', stream)] })
    const pending = call('stream')
    await clock.advance(25)
    void pending.cancel()
    await clock.advance(10)
    expect([await codeOf(pending), seen]).toEqual(['cancelled', ['finally']])
  })

  it('settles at once and abandons a generator that never yields again after the grace', async () => {
    async function* stuck() {
      yield 'part'
      await forever()
    }
    const { clock, call, events } = openRuntime({ tools: [readTool('stuck', stuck, { timeout: { grace: 100 } })] })
    const pending = call('stuck')
    await clock.advance(5)
    let isDone = false
    void pending.cancel().then(() => {
      isDone = true
    })
    expect(await codeOf(pending)).toBe('cancelled')
    await clock.advance(99)
    expect(isDone).toBe(false)
    await clock.advance(1)
    expect([isDone, events.filter((event) => event.type === 'call-abandon').length]).toEqual([true, 1])
  })

  it('gives no output after the terminal event', async () => {
    async function* stubborn() {
      for (let n = 0; n < 10; n += 1) {
        yield n
        await sleep(clock, 10)
      }
    }
    const { clock, call, events } = openRuntime({
      tools: [readTool('stream', stubborn, { timeout: { attempt: 25 }, retry: false })],
    })
    const pending = call('stream')
    await clock.advance(1_000)
    expect(await codeOf(pending)).toBe('TIMEOUT')
    const types = events.map((event) => event.type)
    expect(types.slice(types.indexOf('call-settle') + 1)).not.toContain('output')
  })

  it('unsubscribes from an observable in the same tick', async () => {
    let isUnsubscribed = false
    const source = new Observable<number>((subscriber) => {
      subscriber.next(1)
      return () => {
        isUnsubscribed = true
      }
    })
    const { clock, call, events } = openRuntime({ tools: [readTool('stream', () => source)] })
    const pending = call('stream')
    await clock.advance(5)
    void pending.cancel()
    expect(isUnsubscribed).toBe(true)
    await clock.advance(10_000)
    expect([await codeOf(pending), events.some((event) => event.type === 'call-abandon')]).toEqual(['cancelled', false])
  })
})

describe('cancel is an outcome, not an error', () => {
  it('is not retried, though the tool answers the abort with an error that would be', async () => {
    let tries = 0
    const { clock, call } = openRuntime({
      tools: [
        readTool('flaky', (_, { signal }) => {
          tries += 1
          return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(httpError(503))))
        }),
      ],
    })
    const pending = call('flaky')
    await clock.advance(5)
    void pending.cancel('enough')
    await clock.advance(60_000)
    expect([await resultOf(pending), tries]).toEqual([
      expect.objectContaining({ status: 'cancelled', reason: 'enough' }),
      1,
    ])
  })

  it('is ignored by the breaker', async () => {
    const { clock, call } = openRuntime({
      tools: [readTool('slow', (_, { signal }) => sleep(clock, 100, signal), { breaker: { consecutiveFailures: 1 } })],
    })
    for (let round = 0; round < 5; round += 1) {
      const pending = call('slow')
      await clock.advance(5)
      void pending.cancel()
      await clock.advance(5)
    }
    const next = call('slow')
    await clock.advance(100)
    expect(await codeOf(next)).toBe('ok')
  })

  it('wins over a result that comes in the same tick after it, and loses to one that came before', async () => {
    const { clock, call } = openRuntime({ tools: [readTool('slow', () => sleep(clock, 10).then(() => 'done'))] })
    const [early, late] = [call('slow'), call('slow')]
    await clock.advance(9)
    void early.cancel()
    await clock.advance(1)
    void late.cancel()
    expect([await codeOf(early), await codeOf(late)]).toEqual(['cancelled', 'ok'])
  })
})
