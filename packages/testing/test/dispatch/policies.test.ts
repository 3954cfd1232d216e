import type { RuntimePolicy, ToolPolicy } from '@headrace/core'
import { describe, expect, it } from 'vitest'
import { codeOf, openRuntime } from '../fixture/open-runtime.ts'
import { forever, httpError, readTool, sleep, writeTool } from '../fixture/tools.ts'

const constant = (base: number) => ({ type: 'constant', base, jitter: 'none' }) as const

describe('policies: merging', () => {
  it("goes key by key at every level: the tool's over the runtime's, the call's over both", async () => {
    const at: number[] = []
    const { clock, call } = openRuntime({
      policy: { retry: { maxAttempts: 4, backoff: { type: 'constant', base: 5, jitter: 'none' } }, breaker: false },
      tools: [
        readTool(
          'down',
          () => {
            at.push(clock.monotonic())
            throw httpError(503)
          },
          { retry: { backoff: { base: 7 } } },
        ),
      ],
    })
    call('down', {}, { policy: { retry: { maxAttempts: 3 } } })
    await clock.advance(1_000)
    expect(at).toEqual([0, 7, 14])
  })

  it('lets false replace, and lets an object replace false', async () => {
    let tries = 0
    const { clock, call } = openRuntime({
      policy: { retry: false, breaker: false },
      tools: [
        readTool('inherits', () => {
          tries += 1
          throw httpError(503)
        }),
        readTool(
          'own',
          () => {
            tries += 100
            throw httpError(503)
          },
          { retry: { maxAttempts: 2, backoff: constant(1) } },
        ),
      ],
    })
    call('inherits')
    call('own')
    await clock.advance(1_000)
    expect(tries).toBe(201)
  })

  it('keeps the timeouts that a tool does not name', async () => {
    const { clock, call } = openRuntime({
      policy: { timeout: { attempt: 50, grace: 10 }, retry: false },
      tools: [
        readTool('deaf', forever, { timeout: { total: 1_000 } }),
        readTool('free', () => sleep(clock, 200), { timeout: false }),
      ],
    })
    const [deaf, free] = [call('deaf'), call('free')]
    await clock.advance(50)
    expect(await codeOf(deaf)).toBe('TIMEOUT')
    await clock.advance(150)
    expect(await codeOf(free)).toBe('ok')
  })

  it('gives defaults of retry and cache only to tools whose hints allow them', async () => {
    let runs = 0
    const count = () => {
      runs += 1
      throw httpError(503)
    }
    const { clock, call } = openRuntime({
      policy: {
        retry: { maxAttempts: 3, backoff: constant(1) },
        cache: { ttl: 1_000, scope: 'shared' },
        breaker: false,
      },
      tools: [writeTool('write', count), writeTool('stamp', () => (runs += 10))],
    })
    call('write')
    call('stamp')
    await clock.advance(100)
    call('stamp')
    await clock.advance(100)
    expect(runs).toBe(21)
  })
})

describe("policies: a call's own", () => {
  it('changes timeout, retry and priority', async () => {
    let tries = 0
    const { clock, call } = openRuntime({
      tools: [
        readTool('down', () => {
          tries += 1
          throw httpError(503)
        }),
        readTool('deaf', forever),
      ],
    })
    const down = call('down', {}, { policy: { retry: false } })
    const deaf = call('deaf', {}, { policy: { timeout: { attempt: 20, grace: 1 }, retry: false } })
    await clock.advance(20)
    expect([await codeOf(down), tries, await codeOf(deaf)]).toEqual(['EXECUTION_FAILED', 1, 'TIMEOUT'])
  })

  it('leaves the limits as they were last set', async () => {
    let now = 0
    let most = 0
    const { clock, call, runtime } = openRuntime({
      tools: [
        readTool('one', async () => {
          now += 1
          most = Math.max(most, now)
          await sleep(clock, 5)
          now -= 1
        }),
      ],
    })
    runtime.control.limits.set('one', { max: 1, queue: 2 })
    const calls = [1, 2, 3, 4].map((n) => call('one', {}, n % 2 === 0 ? { policy: { timeout: { total: 1_000 } } } : {}))
    await clock.advance(20)
    expect([most, await Promise.all(calls.map(codeOf))]).toEqual([1, ['ok', 'ok', 'ok', 'QUEUE_FULL']])
  })

  it.each<[string, ToolPolicy]>([
    ['breaker', { breaker: false }],
    ['concurrency', { concurrency: { max: 100 } }],
    ['cache', { cache: { ttl: 1_000, scope: 'shared' } }],
  ])('changes nothing whose state is shared: %s', async (_, policy) => {
    let now = 0
    let most = 0
    let runs = 0
    const { clock, call } = openRuntime({
      tools: [
        readTool(
          'one',
          async () => {
            runs += 1
            now += 1
            most = Math.max(most, now)
            await sleep(clock, 5)
            now -= 1
            throw httpError(500)
          },
          { retry: false, concurrency: { max: 1 }, breaker: { consecutiveFailures: 2 } },
        ),
      ],
    })
    const attempts = Array.from({ length: 4 }, () => {
      try {
        return call('one', {}, { policy })
      } catch {
        return undefined
      }
    })
    await clock.advance(100)
    await Promise.all(attempts.map((pending) => pending?.result()))
    expect([most <= 1, runs <= 2]).toEqual([true, true])
  })
})

describe('policies: options that make no sense', () => {
  const nonsense: [string, RuntimePolicy][] = [
    ['max', { concurrency: { max: 0 } }],
    ['max', { concurrency: { max: 1.5 } }],
    ['queue', { concurrency: { queue: -1 } }],
    ['queueTimeout', { concurrency: { queueTimeout: -1 } }],
    ['maxAbandoned', { concurrency: { maxAbandoned: -1 } }],
    ['overflow', { concurrency: { overflow: 'drop-newest' as never } }],
    ['maxAttempts', { retry: { maxAttempts: 0 } }],
    ['base', { retry: { backoff: { base: -1 } } }],
    ['factor', { retry: { backoff: { factor: Number.NaN } } }],
    ['jitter', { retry: { backoff: { jitter: 'some' as never } } }],
    ['failureRate', { breaker: { failureRate: 1.5 } }],
    ['failureRate', { breaker: { failureRate: 0 } }],
    ['consecutiveFailures', { breaker: { consecutiveFailures: 0 } }],
    ['openFor', { breaker: { openFor: -1 } }],
    ['permits', { breaker: { halfOpen: { permits: 0 } } }],
    ['attempt', { timeout: { attempt: -1 } }],
    ['total', { timeout: { total: Number.NaN } }],
    ['idle', { timeout: { idle: -1 } }],
    ['ttl', { cache: { ttl: -1, scope: 'shared' } }],
    ['scope', { cache: { ttl: 1, scope: 'world' as never } }],
    ['max', { global: { concurrency: { max: 0 } } }],
    ['global.concurrency must be an object', { global: { concurrency: 4 as never } }],
    ["global.concurrency: unknown option 'queue'", { global: { concurrency: { queue: 4 } as never } }],
  ]

  it.each(nonsense)('are refused with the name of %s, of a tool as of the runtime: %j', (name, policy) => {
    expect(() => openRuntime({ policy })).toThrow(name)
    const { global, ...own } = policy
    expect(() => {
      if (global) throw new RangeError(`${name} is no option of a tool`)
      openRuntime({ tools: [readTool('tool', () => 1, own)] })
    }).toThrow(name)
  })
})
