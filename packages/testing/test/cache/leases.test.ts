import type { CacheStore } from '@headrace/core'
import { createTestClock, type TestClock } from '@headrace/testing'
import { describe, expect, it } from 'vitest'
import { leasingStore } from '../contracts/cache-store/good.ts'
import { codeOf, errorOf, openRuntime, resultOf, type Stage } from '../fixture/open-runtime.ts'
import { forever, httpError, readTool, sleep } from '../fixture/tools.ts'
import { slowStore } from './slow-store.ts'

type Policy = NonNullable<Parameters<typeof readTool>[2]>

/** Runtimes that share one store, as processes do, each with the same tool; `runs` counts over all of them. */
function openProcesses(
  cache: CacheStore,
  {
    execute,
    policy,
    clock = createTestClock(),
  }: { execute?: (run: number) => unknown; policy?: Policy; clock?: TestClock } = {},
): { clock: TestClock; stages: [Stage, Stage]; runs: () => number; reasons: unknown[] } {
  let runs = 0
  const reasons: unknown[] = []
  const open = (): Stage =>
    openRuntime({
      cache,
      clock,
      tools: [
        readTool(
          'read',
          async (_, { signal }) => {
            runs += 1
            const run = runs
            signal.addEventListener('abort', () => reasons.push(signal.reason))
            await sleep(clock, 40, signal)
            return execute === undefined ? run : execute(run)
          },
          { cache: { ttl: 60_000, scope: 'shared' }, retry: false, ...policy },
        ),
      ],
    })
  return { clock, stages: [open(), open()], runs: () => runs, reasons }
}

describe('cache: leases', () => {
  it('let one process compute what others wait for', async () => {
    const store = leasingStore()
    const { clock, stages, runs } = openProcesses(store)
    const [first, second] = stages.map(({ call }) => call('read'))
    await clock.advance(40)
    expect([first?.status, second?.status]).toEqual(['settled', 'running'])
    await clock.advance(20)
    expect([await resultOf(second as never), runs()]).toMatchObject([
      { status: 'ok', output: 1, meta: { attempts: 0, cache: { layer: 'exact', ageMs: 20 } } },
      1,
    ])
  })

  it('are waited for in pauses that grow to a second, and are no longer than the store says', async () => {
    const inner = leasingStore()
    const looksFor = async (waitMs: number): Promise<readonly number[]> => {
      const asked: number[] = []
      const clock = createTestClock()
      const store: CacheStore = {
        ...inner,
        get(key, options) {
          asked.push(clock.monotonic())
          return inner.get(key, options)
        },
        lease: () => ({ waitMs }),
      }
      const { stages } = openProcesses(store, { clock })
      const pending = stages[0].call('read')
      await clock.advance(4_000)
      void pending.cancel()
      return asked
    }
    expect(await looksFor(30_000)).toEqual([0, 20, 60, 140, 300, 620, 1_260, 2_260, 3_260])
    expect((await looksFor(100)).slice(0, 7)).toEqual([0, 20, 60, 140, 240, 340, 440])
  })

  it('are waited for as long as the holder runs, also where each look takes its time', async () => {
    const clock = createTestClock()
    const store = slowStore(clock, () => [10, 10], leasingStore())
    const { stages, runs } = openProcesses(store, { clock, execute: () => sleep(clock, 9_000).then(() => 'done') })
    const [first, second] = stages.map(({ call }) => call('read'))
    await clock.advance(10_500)
    expect([await codeOf(first as never), await resultOf(second as never), runs()]).toMatchObject([
      'ok',
      { output: 'done', meta: { attempts: 0 } },
      1,
    ])
  })

  it('are waited for no longer once the store hangs, which costs 100 ms in all', async () => {
    const clock = createTestClock()
    const inner = leasingStore()
    const state = { hangs: false }
    const slow = slowStore(clock, () => (state.hangs ? [1e9, 1e9] : [5, 5]), inner)
    const { stages, runs } = openProcesses({ ...slow, lease: () => ({ waitMs: 700 }) }, { clock })
    const pending = stages[0].call('read')
    await clock.advance(1_000)
    expect(runs()).toBe(0)
    state.hangs = true
    await clock.advance(1_000 + 100 + 40)
    expect([await codeOf(pending), runs()]).toEqual(['ok', 1])
    expect((await resultOf(pending)).meta.durationMs).toBeLessThan(2_300)
  })

  it('go to the next one when the holder fails, or its last caller leaves, without a wait for their end', async () => {
    for (const end of ['fail', 'cancel'] as const) {
      const store = leasingStore()
      const { clock, stages, runs } = openProcesses(store, {
        execute: (run) => (end === 'fail' && run === 1 ? Promise.reject(httpError(400)) : run),
      })
      const first = stages[0].call('read')
      const second = stages[1].call('read')
      await clock.advance(10)
      if (end === 'cancel') void first.cancel()
      await clock.advance(1_050)
      expect([await resultOf(second), runs()]).toMatchObject([{ output: 2 }, 2])
    }
  })

  it('are not waited for while the store has failed of late: they may be our own, which could not be given back', async () => {
    const inner = leasingStore()
    const store: CacheStore = { ...inner, release: () => Promise.reject(new Error('away')) }
    const { clock, stages, runs } = openProcesses(store, {
      execute: (run) => (run === 1 ? Promise.reject(httpError(400)) : run),
    })
    const first = stages[0].call('read')
    await clock.advance(40)
    expect(await codeOf(first)).toBe('EXECUTION_FAILED')
    const second = stages[0].call('read')
    await clock.advance(40)
    expect([second.status, await resultOf(second), runs()]).toMatchObject(['settled', { output: 2 }, 2])
  })

  it('end by themselves where the holder is gone', async () => {
    const store = leasingStore()
    const clock = createTestClock()
    const { stages, runs } = openProcesses(store, { clock, policy: { timeout: { attempt: 5_000 } } })
    const spy: CacheStore = { ...store, release: () => {} }
    const dead = openProcesses(spy, { clock, execute: forever, policy: { timeout: { attempt: 5_000 } } })
    dead.stages[0].call('read')
    await clock.advance(1)
    const pending = stages[0].call('read')
    await clock.advance(4_900)
    expect([pending.status, runs()]).toEqual(['running', 0])
    await clock.advance(1_000)
    expect([await resultOf(pending), runs()]).toMatchObject([{ output: 1 }, 1])
  })

  it('give a late holder’s value to its own callers alone, where another one has the lease by then', async () => {
    const inner = leasingStore()
    const clock = createTestClock()
    const store: CacheStore = { ...inner, lease: (key, _, options) => inner.lease(key, 10, options) }
    const { stages, runs } = openProcesses(store, { clock })
    const first = stages[0].call('read')
    await clock.advance(20)
    const second = stages[1].call('read')
    await clock.advance(20)
    expect(await resultOf(first)).toMatchObject({ output: 1 })
    await clock.advance(20)
    expect(await resultOf(second)).toMatchObject({ output: 2 })
    const third = stages[0].call('read')
    await clock.advance(0)
    expect([await resultOf(third), runs()]).toMatchObject([{ output: 2 }, 2])
  })

  it('are not needed to run: a store that fails, hangs or talks nonsense costs a second run', async () => {
    const broken: Partial<CacheStore>[] = [
      {
        lease() {
          throw new Error('lease')
        },
      },
      { lease: () => Promise.reject(new Error('lease')) },
      { lease: forever },
      { lease: () => ({ waitMs: Number.NaN }) },
      { lease: () => ({ waitMs: -1 }) },
      { lease: () => ({}) as never },
      { lease: () => 5 as never },
      { lease: () => null as never },
      { set: () => undefined as never },
      { set: () => Promise.resolve(null as never) },
      { lease: () => Promise.resolve(null as never) },
    ]
    for (const part of broken) {
      const { clock, stages, runs } = openProcesses({ ...leasingStore(), ...part })
      const pending = stages[0].call('read')
      await clock.advance(140)
      expect([await codeOf(pending), runs()]).toEqual(['ok', 1])
    }
  })

  it('are given back when they come too late', async () => {
    const inner = leasingStore()
    const clock = createTestClock()
    const released: string[] = []
    const store: CacheStore = {
      ...inner,
      lease: (...of) => sleep(clock, 150).then(() => inner.lease(...of)),
      release(key, token, options) {
        released.push(token)
        return inner.release(key, token, options)
      },
    }
    const { stages } = openProcesses(store, { clock })
    const pending = stages[0].call('read')
    await clock.advance(150)
    expect([await codeOf(pending), released]).toEqual(['ok', ['1']])
    const cancelled = stages[0].call('read', { q: 'other' })
    await clock.advance(10)
    void cancelled.cancel()
    await clock.advance(150)
    expect(released).toEqual(['1', '2'])
  })

  it('do not hold up a cancel, a deadline or close', async () => {
    const store: CacheStore = { ...leasingStore(), lease: () => ({ waitMs: 700 }) }
    const { clock, stages, runs } = openProcesses(store)
    const [stage, other] = stages
    const cancelled = stage.call('read', { q: 'a' })
    const late = stage.call('read', { q: 'b' }, { deadline: clock.now() + 100 })
    const closed = other.call('read', { q: 'c' })
    await clock.advance(1)
    void cancelled.cancel()
    expect([await codeOf(cancelled), stage.runtime.snapshot().flights]).toEqual(['cancelled', 1])
    await clock.advance(99)
    expect((await errorOf(late)).code).toBe('DEADLINE_EXCEEDED')
    const closing = other.runtime.close()
    await clock.advance(0)
    await closing
    expect([await codeOf(closed), runs(), stage.runtime.snapshot()]).toMatchObject([
      'cancelled',
      0,
      { flights: 0, timers: 0 },
    ])
  })

  it('are asked for once for all callers of a process, who end together', async () => {
    const inner = leasingStore()
    let asked = 0
    const store: CacheStore = {
      ...inner,
      lease(...of) {
        asked += 1
        return inner.lease(...of)
      },
    }
    const { clock, stages, runs } = openProcesses(store)
    const calls = [0, 1, 2].map(() => stages[0].call('read'))
    await clock.advance(40)
    expect([asked, runs(), await Promise.all(calls.map(codeOf))]).toEqual([1, 1, ['ok', 'ok', 'ok']])
  })

  it('are not asked for where nothing would be stored', async () => {
    const store: CacheStore = {
      ...leasingStore(),
      lease() {
        throw new Error('asked')
      },
    }
    const { clock, stages } = openProcesses(store, { policy: { cache: { ttl: 0, scope: 'shared' } } })
    const pending = stages[0].call('read')
    await clock.advance(40)
    expect([await codeOf(pending), stages[0].events.some(({ type }) => type === 'store-error')]).toEqual(['ok', false])
  })

  it('let errors that are kept end the wait of others', async () => {
    const cache = { ttl: 60_000, scope: 'shared', negative: { codes: ['EXECUTION_FAILED'], ttl: 60_000 } } as const
    const { clock, stages, runs } = openProcesses(leasingStore(), {
      execute: () => Promise.reject(httpError(404)),
      policy: { cache },
    })
    const calls = stages.map(({ call }) => call('read'))
    await clock.advance(1_040)
    expect([await Promise.all(calls.map(codeOf)), runs()]).toEqual([['EXECUTION_FAILED', 'EXECUTION_FAILED'], 1])
  })

  it('renew a stale result once over all processes', async () => {
    const cache = { ttl: 5_000, scope: 'shared', staleWhileRevalidate: 60_000 } as const
    const { clock, stages, runs } = openProcesses(leasingStore(), { policy: { cache } })
    stages[0].call('read')
    await clock.advance(5_040)
    for (const { call } of stages) {
      const pending = call('read')
      await clock.advance(1)
      expect((await resultOf(pending)).meta.cache?.layer).toBe('stale')
    }
    await clock.advance(2_000)
    expect(runs()).toBe(2)
  })

  it('keep one run for many processes also behind a network', async () => {
    const clock = createTestClock()
    const store = slowStore(clock, () => [2, 3], leasingStore())
    const { stages, runs } = openProcesses(store, { clock })
    const calls = stages.flatMap(({ call }) => [call('read'), call('read')])
    await clock.advance(1_200)
    expect([await Promise.all(calls.map(codeOf)), runs()]).toEqual([['ok', 'ok', 'ok', 'ok'], 1])
  })
})
