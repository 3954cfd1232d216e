import { createTestClock } from '@headrace/testing'
import { describe, expect, it } from 'vitest'
import { codeOf, openRuntime, resultOf, type Stage } from '../fixture/open-runtime.ts'
import { httpError, readTool, sleep, writeTool } from '../fixture/tools.ts'

const shared = { cache: { ttl: 1_000, scope: 'shared' } } as const

/** A runtime with a cached tool that counts its runs and gives the count. */
function openCounter(
  cache: Parameters<typeof readTool>[2] = shared,
): Stage & { readonly runs: () => number; readonly read: (args: unknown, options?: object) => Promise<unknown> } {
  let runs = 0
  const stage = openRuntime({
    tools: [
      readTool(
        'read',
        () => {
          runs += 1
          return { run: runs }
        },
        cache,
      ),
    ],
  })
  return {
    ...stage,
    runs: () => runs,
    read: async (args, options = {}) => {
      const pending = stage.call('read', args, options)
      await stage.clock.advance(0)
      return resultOf(pending)
    },
  }
}

describe('cache: exact', () => {
  it('is opt-in: without a cache policy every call runs', async () => {
    const { read, runs } = openCounter({})
    await read({ q: 'a' })
    await read({ q: 'a' })
    expect(runs()).toBe(2)
  })

  it('answers equal arguments, whatever their order and form, and tells what it did', async () => {
    const { read, runs, clock, events } = openCounter()
    await read({ q: 'a', n: 1 })
    await clock.advance(100)
    const hit = await read('{ "n": 1.0, "q": "a" }')
    expect(hit).toMatchObject({
      status: 'ok',
      output: { run: 1 },
      meta: { attempts: 0, cache: { layer: 'exact', ageMs: 100 } },
    })
    expect(runs()).toBe(1)
    expect(events.map((event) => event.type).filter((type) => type.startsWith('cache'))).toEqual([
      'cache-miss',
      'cache-store',
      'cache-hit',
    ])
  })

  it('tells every other argument apart: types, nesting, case, space, absence', async () => {
    const { read, runs } = openCounter()
    const different = [
      { q: '1' },
      { q: 1 },
      { q: true },
      { q: null },
      {},
      { q: 'true' },
      { q: ['1'] },
      { q: { n: 1 } },
      { q: 'A' },
      { q: 'a' },
      { q: 'a ' },
      { Q: 'a' },
      { q: [] },
      { q: {} },
      { q: '' },
      { q: 0 },
    ]
    for (const args of different) await read(args)
    expect(runs()).toBe(different.length)
  })

  it('lives for its ttl from the write, exclusive, and a hit does not extend it', async () => {
    const { read, runs, clock } = openCounter()
    await read({ q: 'a' })
    await clock.advance(600)
    await read({ q: 'a' })
    await clock.advance(399)
    await read({ q: 'a' })
    expect(runs()).toBe(1)
    await clock.advance(1)
    await read({ q: 'a' })
    expect(runs()).toBe(2)
  })

  it('counts the ttl from the write, not from the start of the call', async () => {
    let runs = 0
    const clock = createTestClock()
    const { call } = openRuntime({
      clock,
      tools: [
        readTool(
          'slow',
          () => {
            runs += 1
            return sleep(clock, 700).then(() => 'slow')
          },
          shared,
        ),
      ],
    })
    call('slow')
    await clock.advance(1_500)
    const hit = call('slow')
    await clock.advance(0)
    expect([await codeOf(hit), runs]).toEqual(['ok', 1])
  })

  it('with a ttl of 0 stores nothing', async () => {
    const { read, runs } = openCounter({ cache: { ttl: 0, scope: 'shared' } })
    await read({ q: 'a' })
    await read({ q: 'a' })
    expect(runs()).toBe(2)
  })

  it('gives frozen copies at miss and at hit, and never freezes what the tool returned', async () => {
    const own = { list: [1], deep: { value: 1 } }
    const { call, clock } = openRuntime({ tools: [readTool('read', () => own, shared)] })
    const outputs: unknown[] = []
    for (let n = 0; n < 2; n += 1) {
      const pending = call('read')
      await clock.advance(0)
      const result = await resultOf(pending)
      outputs.push(result.status === 'ok' ? result.output : undefined)
    }
    own.list.push(2)
    for (const output of outputs) {
      expect(output).toEqual({ list: [1], deep: { value: 1 } })
      expect([
        Object.isFrozen(output),
        Object.isFrozen((output as typeof own).list),
        Object.isFrozen((output as typeof own).deep),
      ]).toEqual([true, true, true])
    }
    expect([Object.isFrozen(own), Object.isFrozen(own.list)]).toEqual([false, false])
  })

  it('does not store errors, cancelled calls or partial ones', async () => {
    let runs = 0
    async function* broken() {
      yield 'part'
      throw httpError(400)
    }
    const { call, clock } = openRuntime({
      tools: [
        readTool(
          'read',
          ({ q }, { signal }) => {
            runs += 1
            if (q === 'bad') throw httpError(400)
            if (q === 'part') return broken()
            return sleep(clock, 10, signal).then(() => 'done')
          },
          shared,
        ),
      ],
    })
    for (const q of ['bad', 'part']) {
      for (let n = 0; n < 2; n += 1) {
        call('read', { q })
        await clock.advance(1)
      }
    }
    const cancelled = call('read', { q: 'slow' })
    await clock.advance(1)
    void cancelled.cancel()
    await clock.advance(20)
    call('read', { q: 'slow' })
    await clock.advance(20)
    expect(runs).toBe(6)
  })

  it('needs a read-only tool', () => {
    expect(() => writeTool('write', () => 1, shared)).toThrow(/cache/)
  })

  it('does not consume a permit or a place in the queue for a hit', async () => {
    const { call, clock } = openRuntime({
      tools: [
        readTool('read', ({ n = 0 }) => sleep(clock, n).then(() => n), {
          ...shared,
          concurrency: { max: 1, queue: 0 },
        }),
      ],
    })
    call('read', { n: 0 })
    await clock.advance(1)
    call('read', { n: 500 })
    const hit = call('read', { n: 0 })
    await clock.advance(1)
    expect(await resultOf(hit)).toMatchObject({ status: 'ok', output: 0 })
  })

  it('is asked before the breaker: a hit is served while the breaker is open', async () => {
    const { call, clock } = openRuntime({
      tools: [
        readTool('read', ({ q }) => (q === 'bad' ? Promise.reject(httpError(500)) : 'fine'), {
          ...shared,
          retry: false,
          breaker: { consecutiveFailures: 1 },
        }),
      ],
    })
    call('read', { q: 'good' })
    await clock.advance(1)
    call('read', { q: 'bad' })
    await clock.advance(1)
    const [hit, miss] = [call('read', { q: 'good' }), call('read', { q: 'other' })]
    await clock.advance(1)
    expect([await codeOf(hit), await codeOf(miss)]).toEqual(['ok', 'CIRCUIT_OPEN'])
  })
})
