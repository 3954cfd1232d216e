import { describe, expect, it } from 'vitest'
import { codeOf, openRuntime, resultOf } from '../fixture/open-runtime.ts'
import { readTool, sleep } from '../fixture/tools.ts'
import { openQueue } from './queue.ts'

describe('admission: nested calls', () => {
  const nest = (clock: () => Parameters<typeof sleep>[0]) =>
    readTool(
      'nest',
      async ({ n = 0 }, { call }) => {
        await sleep(clock(), 1)
        return n > 0 ? 1 + Number(await call('nest', { n: n - 1 })) : 0
      },
      { concurrency: { max: 1 } },
    )

  it('run under the permit of an ancestor, ten deep at a limit of one', async () => {
    const stage = openRuntime({ tools: [nest(() => stage.clock)] })
    const calls = Array.from({ length: 4 }, () => stage.call('nest', { n: 10 }))
    await stage.clock.advance(100)
    const results = await Promise.all(calls.map(resultOf))
    expect(results.map((result) => result.status === 'ok' && result.output)).toEqual([10, 10, 10, 10])
  })

  it('run under an exclusive permit, and under a global one, of an ancestor', async () => {
    const leaf = readTool('leaf', () => sleep(stage.clock, 1), { concurrency: { max: 1, key: () => 'k' } })
    const middle = readTool('middle', (_, { call }) => call('leaf', {}))
    const top = readTool('top', (_, { call }) => call('middle', {}), {
      concurrency: { max: 1, key: () => 'k', exclusive: true },
    })
    const stage = openRuntime({ tools: [leaf, middle, top], policy: { global: { concurrency: { max: 1 } } } })
    const calls = [stage.call('top'), stage.call('top'), stage.call('leaf')]
    await stage.clock.advance(100)
    expect(await Promise.all(calls.map(codeOf))).toEqual(['ok', 'ok', 'ok'])
  })

  it('leave the permit to their ancestor when they end', async () => {
    let now = 0
    let most = 0
    const child = readTool(
      'work',
      async ({ q }, { call }) => {
        if (q === 'child') return
        now += 1
        most = Math.max(most, now)
        await call('work', { q: 'child' })
        await sleep(stage.clock, 10)
        now -= 1
      },
      { concurrency: { max: 1 } },
    )
    const stage = openRuntime({ tools: [child] })
    const calls = [stage.call('work'), stage.call('work')]
    await stage.clock.advance(50)
    expect([await Promise.all(calls.map(codeOf)), most]).toEqual([['ok', 'ok'], 1])
  })

  it('that many children of one parent wait for a permit of another key as any call does', async () => {
    const { clock, call, order } = openQueue(
      { max: 2 },
      {},
      {
        tools: [
          readTool('parent', (_, context) => Promise.all([1, 2, 3, 4].map((n) => context.call('work', { q: `${n}` })))),
        ],
      },
    )
    const parent = call('parent')
    await clock.advance(5)
    expect(order).toEqual(['1', '2'])
    await clock.advance(20)
    expect([await codeOf(parent), order.length]).toEqual(['ok', 4])
  })

  it('that others joined hold a permit of their own when their ancestor has left', async () => {
    let now = 0
    let most = 0
    const concurrency = { max: 1, key: () => 'k' }
    const work = async (ms: number): Promise<string> => {
      now += 1
      most = Math.max(most, now)
      await sleep(clock, ms)
      now -= 1
      return 'done'
    }
    const { clock, call } = openRuntime({
      tools: [
        readTool('read', () => work(100), { concurrency, cache: { ttl: 1_000, scope: 'shared' } }),
        readTool('parent', (_, context) => context.call('read', {}), { concurrency }),
        readTool('other', () => work(100), { concurrency }),
      ],
    })
    const parent = call('parent')
    await clock.advance(5)
    const joined = call('read')
    const other = call('other')
    await clock.advance(5)
    void parent.cancel()
    await clock.advance(500)
    expect([await codeOf(joined), await codeOf(other), most]).toEqual(['ok', 'ok', 1])
  })

  it('pass a single-flight whose owner is an ancestor', async () => {
    let depth = 0
    const { clock, call } = openRuntime({
      tools: [
        readTool(
          'read',
          async (_, context) => {
            depth += 1
            return depth < 3 ? `${depth} ${String(await context.call('read', {}))}` : 'deep'
          },
          { cache: { ttl: 1_000, scope: 'shared' }, concurrency: { max: 1 } },
        ),
      ],
    })
    const pending = call('read')
    await clock.advance(1)
    expect(await resultOf(pending)).toMatchObject({ status: 'ok', output: '1 2 deep' })
  })
})
