import { describe, expect, it } from 'vitest'
import { codeOf, openRuntime } from '../fixture/open-runtime.ts'
import { readTool, sleep } from '../fixture/tools.ts'

describe('admission: global limit', () => {
  const work =
    (clock: { current?: Parameters<typeof sleep>[0] }, running: { now: number; most: number }) => async () => {
      running.now += 1
      running.most = Math.max(running.most, running.now)
      if (clock.current) await sleep(clock.current, 10)
      running.now -= 1
    }

  it('holds over all tools together', async () => {
    const clock: { current?: Parameters<typeof sleep>[0] } = {}
    const running = { now: 0, most: 0 }
    const stage = openRuntime({
      tools: ['a', 'b', 'c'].map((name) => readTool(name, work(clock, running))),
      policy: { global: { concurrency: { max: 4 } } },
    })
    clock.current = stage.clock
    const calls = Array.from({ length: 30 }, (_, n) => stage.call(['a', 'b', 'c'][n % 3] ?? 'a'))
    await stage.clock.advance(80)
    expect([running.most, await Promise.all(calls.map(codeOf))]).toEqual([4, new Array(30).fill('ok')])
  })

  it("is never held by a call that waits for its tool's permit", async () => {
    const order: string[] = []
    const tool = (name: string, max: number) =>
      readTool(
        name,
        async () => {
          order.push(name)
          await sleep(clock, 10)
        },
        { concurrency: { max } },
      )
    const { clock, call } = openRuntime({
      tools: [tool('narrow', 1), tool('wide', 10)],
      policy: { global: { concurrency: { max: 2 } } },
    })
    for (let n = 0; n < 4; n += 1) call('narrow')
    call('wide')
    await clock.advance(5)
    expect(order).toEqual(['narrow', 'wide'])
    await clock.advance(100)
    expect(order).toEqual(['narrow', 'wide', 'narrow', 'narrow', 'narrow'])
  })

  it('starts the most urgent waiter of all tools', async () => {
    const order: string[] = []
    const tool = (name: string) =>
      readTool(name, async () => {
        order.push(name)
        await sleep(clock, 10)
      })
    const { clock, call } = openRuntime({
      tools: [tool('a'), tool('b'), tool('c')],
      policy: { global: { concurrency: { max: 1 } } },
    })
    call('a')
    call('b')
    call('c', {}, { priority: 5 })
    await clock.advance(50)
    expect(order).toEqual(['a', 'c', 'b'])
  })
})
