import type { BoundCall, RuntimePolicy, ToolPolicy } from '@headrace/core'
import { describe, expect, it } from 'vitest'
import { errorOf, openRuntime } from '../fixture/open-runtime.ts'
import { forever, httpError, readTool, sleep } from '../fixture/tools.ts'

const key = ({ arguments: args }: BoundCall): string => (args as { q: string }).q.slice(0, 1)
const fail = (): never => {
  throw new Error('no key')
}

describe('admission: keys that come and go', () => {
  it('hold their limit though a call waits in a backoff while nobody else uses the key', async () => {
    let now = 0
    let most = 0
    const { clock, call } = openRuntime({
      tools: [
        readTool(
          'work',
          async ({ q }, { attempt }) => {
            now += 1
            most = Math.max(most, now)
            await sleep(clock, 50)
            now -= 1
            if (q === 'a flaky' && attempt === 1) throw httpError(503)
          },
          {
            concurrency: { max: 1, key },
            retry: { backoff: { type: 'constant', base: 20, jitter: 'none' } },
          },
        ),
      ],
    })
    call('work', { q: 'a flaky' })
    await clock.advance(60)
    call('work', { q: 'a other' })
    await clock.advance(500)
    expect(most).toBe(1)
  })

  it('are not kept: a snapshot after many of them is as small as before', async () => {
    const { clock, call, runtime } = openRuntime({
      tools: [
        readTool('work', () => sleep(clock, 5), {
          breaker: false,
          concurrency: { max: 1, key: ({ callId }) => callId },
        }),
      ],
    })
    const before = JSON.stringify(runtime.snapshot()).length
    for (let n = 0; n < 200; n += 1) call('work')
    await clock.advance(10)
    expect(JSON.stringify(runtime.snapshot()).length).toBe(before)
  })

  it.each<['concurrency' | 'breaker', unknown]>([
    ['concurrency', Promise.resolve('a')],
    ['concurrency', undefined],
    ['breaker', Promise.resolve('a')],
    ['breaker', 5],
  ])('have to be texts: a call whose %s.key gives %s runs into no other limit', async (name, given) => {
    const { call } = openRuntime({ tools: [readTool('work', () => 'ran', { [name]: { key: () => given } })] })
    const { code, cause } = await errorOf(call('work'))
    expect([code, String(cause)]).toEqual([
      'EXECUTION_FAILED',
      expect.stringContaining(`TypeError: ${name}.key must give a string, got `),
    ])
  })

  it.each<[string, ToolPolicy, RuntimePolicy?]>([
    ['kept away by a 429', {}],
    ['refused by an open breaker', { breaker: { key: () => 'isolated' } }, { global: { concurrency: { max: 1 } } }],
    ['refused by a full queue', { concurrency: { queue: 0 } }, { global: { concurrency: { max: 1 } } }],
    ['failed by the key function of a rate', { rateLimit: { limit: 1, per: 1, key: fail } }],
    ['failed by the key function of a breaker', { breaker: { key: fail } }],
  ])('are not kept after calls that were %s', async (_, { concurrency, ...others }, policy = {}) => {
    const { clock, call, runtime } = openRuntime({
      policy,
      tools: [
        readTool('first', () => sleep(clock, 50)),
        readTool(
          'work',
          () => {
            throw httpError(429)
          },
          { retry: false, ...others, concurrency: { ...concurrency, key: ({ callId }) => callId } },
        ),
      ],
    })
    runtime.control.breaker('isolated').isolate()
    call('first')
    for (let n = 0; n < 20; n += 1) call('work')
    await clock.advance(10_000)
    expect(runtime.snapshot().queues.map((queue) => queue.key)).toEqual(['first', 'work'])
  })
})

describe('admission: abandoned runs of nested calls', () => {
  it('count against maxAbandoned of their key too', async () => {
    const { clock, call, runtime } = openRuntime({
      tools: [
        readTool(
          'work',
          async ({ q }, context) => {
            if (q === 'deaf') return forever()
            await context.dispatch({ tool: 'work', arguments: { q: 'deaf' } }).result()
            return 'parent'
          },
          {
            timeout: { attempt: 10, grace: 10 },
            retry: false,
            breaker: false,
            concurrency: { max: 2, maxAbandoned: 2 },
          },
        ),
      ],
    })
    for (let n = 0; n < 6; n += 1) {
      call('work', { q: 'parent' })
      await clock.advance(100)
    }
    expect(runtime.snapshot().abandoned).toBeLessThanOrEqual(2)
  })
})
