import { describe, expect, it } from 'vitest'
import { openQueue } from '../admission/queue.ts'
import { codeOf, openRuntime } from '../fixture/open-runtime.ts'
import { httpError, readTool, sleep } from '../fixture/tools.ts'

const codesOf = (results: readonly { status: string; error?: { code: string } }[]): string[] =>
  results.map((result) => result.error?.code ?? result.status)
const turn = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ callId: `${n}`, tool: 'work', arguments: { q: `${n}` } }))

describe('dispatchAll', () => {
  it('gives one result per call in request order, also for ids that repeat and calls that are wrong', async () => {
    const { clock, runtime } = openRuntime({
      tools: [
        readTool('slow', async ({ n = 0, q }) => {
          await sleep(clock, n)
          if (q === 'bad') throw httpError(400)
          return n
        }),
      ],
    })
    const results = runtime.dispatchAll([
      { callId: 'call_0', tool: 'slow', arguments: { n: 30 } },
      { callId: 'call_0', tool: 'slow', arguments: '{"n":10,"q":"bad"}' },
      { callId: 'call_1', tool: 'nowhere', arguments: {} },
      { callId: 'call_2', tool: 'slow', arguments: '{"n":' },
      { tool: 'slow', arguments: null },
    ])
    await clock.advance(30)
    expect((await results).map((result) => result.callId).slice(0, 4)).toEqual(['call_0', 'call_0', 'call_1', 'call_2'])
    expect(codesOf((await results) as never)).toEqual([
      'ok',
      'EXECUTION_FAILED',
      'TOOL_NOT_FOUND',
      'ARGUMENTS_INVALID',
      'ok',
    ])
  })

  it('gives nothing for nothing', async () => {
    const { runtime } = openRuntime()
    expect(await runtime.dispatchAll([])).toEqual([])
  })

  it('counts as one entry of the queue', async () => {
    const { clock, runtime, order } = openQueue({ max: 1, queue: 1 })
    const results = runtime.dispatchAll(turn(20))
    await clock.advance(300)
    expect([codesOf((await results) as never), order.length]).toEqual([new Array(20).fill('ok'), 20])
  })

  it('takes the place of one: a second turn finds a full queue, a third call too', async () => {
    const { clock, runtime, start } = openQueue({ max: 1, queue: 1 })
    const first = runtime.dispatchAll(turn(5))
    const second = runtime.dispatchAll(turn(3))
    const single = start('single')
    await clock.advance(100)
    expect(codesOf((await first) as never)).toEqual(new Array(5).fill('ok'))
    expect([codesOf((await second) as never), await codeOf(single)]).toEqual([
      new Array(3).fill('QUEUE_FULL'),
      'QUEUE_FULL',
    ])
  })

  it('leaves its place when the last of it has started', async () => {
    const { clock, runtime, start } = openQueue({ max: 1, queue: 1 })
    const results = runtime.dispatchAll(turn(2))
    await clock.advance(15)
    const single = start('single')
    await clock.advance(20)
    expect([codesOf((await results) as never), await codeOf(single)]).toEqual([['ok', 'ok'], 'ok'])
  })

  it('starts each call of a turn in order', async () => {
    const { clock, runtime, order } = openQueue({ max: 2 })
    const results = runtime.dispatchAll(turn(10))
    await clock.advance(100)
    await results
    expect(order).toEqual(turn(10).map((call) => call.callId))
  })

  it('cancels all by the signal of its options', async () => {
    const { clock, runtime, order } = openQueue({ max: 2 })
    const controller = new AbortController()
    const results = runtime.dispatchAll(turn(5), { signal: controller.signal })
    await clock.advance(5)
    controller.abort('enough')
    expect(await results).toMatchObject(new Array(5).fill({ status: 'cancelled', reason: 'enough' }))
    await clock.advance(100)
    expect(order).toEqual(['0', '1'])
  })
})
