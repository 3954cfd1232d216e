import { describe, expect, it } from 'vitest'
import { codeOf, openRuntime } from '../fixture/open-runtime.ts'
import { readTool, sleep } from '../fixture/tools.ts'

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
