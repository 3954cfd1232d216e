import { describe, expect, it } from 'vitest'
import { codeOf, openRuntime, resultOf } from '../fixture/open-runtime.ts'
import { readTool, sleep } from '../fixture/tools.ts'
import { openQueue } from './queue.ts'

describe('admission: exclusive', () => {
  it('runs alone among the calls of its key', async () => {
    const running = new Set<string>()
    const crowds: string[][] = []
    const key = () => 'database'
    const tool = (name: string, isExclusive: boolean) =>
      readTool(
        name,
        async ({ q = '' }) => {
          running.add(`${name} ${q}`)
          crowds.push([...running])
          await sleep(clock, 10)
          running.delete(`${name} ${q}`)
        },
        { concurrency: { max: 3, key, ...(isExclusive ? { exclusive: true } : {}) } },
      )
    const { clock, call } = openRuntime({ tools: [tool('read', false), tool('migrate', true)] })
    const calls = [
      call('read', { q: '1' }),
      call('read', { q: '2' }),
      call('migrate'),
      call('read', { q: '3' }),
      call('read', { q: '4' }),
    ]
    await clock.advance(100)
    expect(await Promise.all(calls.map(codeOf))).toEqual(new Array(5).fill('ok'))
    const shared = crowds.filter((crowd) => crowd.length > 1)
    expect(shared.flat().filter((name) => name.startsWith('migrate'))).toEqual([])
    expect(crowds.some((crowd) => crowd.length === 1 && crowd[0]?.startsWith('migrate'))).toBe(true)
  })

  it('does not starve behind a stream of others', async () => {
    const order: string[] = []
    const key = () => 'k'
    const tool = (name: string, isExclusive: boolean) =>
      readTool(
        name,
        async ({ q = '' }) => {
          order.push(`${name}${q}`)
          await sleep(clock, 10)
        },
        { concurrency: { max: 2, key, ...(isExclusive ? { exclusive: true } : {}) } },
      )
    const { clock, call } = openRuntime({ tools: [tool('r', false), tool('x', true)] })
    call('r', { q: '1' })
    await clock.advance(5)
    call('r', { q: '2' })
    call('x')
    for (let n = 3; n < 8; n += 1) {
      call('r', { q: `${n}` })
      await clock.advance(5)
    }
    await clock.advance(100)
    expect(order.slice(0, 4)).toEqual(['r1', 'r2', 'x', 'r3'])
  })
})

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
            return depth < 3 ? `${depth} ${await context.call('read', {})}` : 'deep'
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
