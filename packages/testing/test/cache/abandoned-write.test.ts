import { expect, it } from 'vitest'
import { codeOf, openRuntime, resultOf } from '../fixture/open-runtime.ts'
import { gate, readTool, writeTool } from '../fixture/tools.ts'

it.each([
  ['is cancelled', 60_000, 'cancelled'],
  ['times out', 10, 'TIMEOUT'],
])(
  'a write that %s and is abandoned removes what depends on it once more when it ends after all',
  async (_, attempt, end) => {
    const work = gate()
    const values = { a: 0 }
    const { call, clock, events } = openRuntime({
      tools: [
        readTool('read', () => values.a, { cache: { ttl: 60_000, scope: 'shared', tags: () => ['a'] } }),
        writeTool('write', () => work.opened, { invalidates: () => ['a'], timeout: { attempt, grace: 5 } }),
      ],
    })
    const read = async (): Promise<unknown> => {
      const pending = call('read')
      await clock.advance(0)
      const result = await resultOf(pending)
      return [result.status === 'ok' && result.output, result.meta.cache?.layer]
    }
    const write = call('write')
    await clock.advance(10)
    void write.cancel()
    await clock.advance(5)
    expect([await codeOf(write), events.some(({ type }) => type === 'call-abandon')]).toEqual([end, true])
    expect([await read(), await read()]).toEqual([
      [0, undefined],
      [0, 'exact'],
    ])
    values.a = 1
    work.open()
    await clock.advance(0)
    expect(await read()).toEqual([1, undefined])
  },
)
