import { describe, expect, it } from 'vitest'
import { openRuntime, resultOf } from '../fixture/open-runtime.ts'
import { readTool, untilAborted } from '../fixture/tools.ts'

describe("a caller's own reason", () => {
  const reason = { why: 'user left' }

  it('passes unchanged through parents, flights and middleware to the tool that runs, and back', async () => {
    const seen: unknown[] = []
    const leaf = readTool(
      'leaf',
      (_, { signal }) => {
        signal.addEventListener('abort', () => seen.push(signal.reason))
        return untilAborted(signal)
      },
      { cache: { ttl: 1_000, scope: 'shared' } },
    )
    const middle = readTool('middle', async (_, { dispatch }) => {
      const result = await dispatch({ tool: 'leaf', arguments: {} }).result()
      seen.push(result.status === 'cancelled' ? result.reason : result.status)
    })
    const top = readTool('top', (_, { call }) => call('middle', {}))
    const { clock, call } = openRuntime({ tools: [leaf, middle, top], middleware: [(_, next) => next()] })
    const controller = new AbortController()
    const pending = call('top', {}, { signal: controller.signal })
    await clock.advance(5)
    controller.abort(reason)
    await clock.advance(1)
    expect([await resultOf(pending), seen]).toEqual([
      expect.objectContaining({ status: 'cancelled', reason }),
      [reason, reason],
    ])
    expect(seen.every((value) => value === reason)).toBe(true)
  })

  it('passes through turns and scopes inside scopes', async () => {
    const seen: unknown[] = []
    const { clock, runtime } = openRuntime({
      tools: [
        readTool('leaf', (_, { signal }) => {
          signal.addEventListener('abort', () => seen.push(signal.reason))
          return untilAborted(signal)
        }),
      ],
    })
    const controller = new AbortController()
    const scope = runtime.scope({ signal: controller.signal }).scope().scope()
    const turn = scope.dispatchAll([
      { tool: 'leaf', arguments: {} },
      { tool: 'leaf', arguments: {} },
    ])
    await clock.advance(5)
    controller.abort(reason)
    expect([await turn, seen]).toEqual([
      new Array(2).fill(expect.objectContaining({ status: 'cancelled', reason })),
      [reason, reason],
    ])
  })

  it('may be anything, also nothing', async () => {
    const { clock, call } = openRuntime({ tools: [readTool('wait', (_, { signal }) => untilAborted(signal))] })
    for (const value of [0, '', false, null, Symbol.iterator]) {
      const pending = call('wait')
      await clock.advance(1)
      void pending.cancel(value)
      const result = await resultOf(pending)
      expect(result.status === 'cancelled' && result.reason).toBe(value)
      await expect(pending).rejects.toBe(value)
    }
  })
})
