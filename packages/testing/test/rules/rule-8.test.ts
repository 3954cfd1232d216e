import type { ToolCall } from '@headrace/core'
import { describe, expect, it } from 'vitest'
import { openRuntime } from '../fixture/open-runtime.ts'
import { readTool, sleep } from '../fixture/tools.ts'

/** One slow call, then `hits` calls that the cache answers. */
function* oneMissThenHits(hits: number): Generator<ToolCall> {
  yield { callId: 'slow', tool: 'read', arguments: { q: 'miss' } }
  for (let n = 0; n < hits; n += 1) yield { callId: `${n}`, tool: 'read', arguments: { q: 'hit' } }
}

describe('rule 8', () => {
  for (const concurrency of [1, 2]) {
    it(`rule 8: synchronous cache hits behind a slow call all complete with concurrency ${concurrency}`, async () => {
      const { clock, runtime, call } = openRuntime({
        tools: [
          readTool('read', () => sleep(clock, 50).then(() => 'read'), {
            cache: { ttl: 600_000, scope: 'shared' },
            concurrency: { max: 1 },
          }),
        ],
      })
      void call('read', { q: 'hit' })
      await clock.advance(60)
      const seen: string[] = []
      let isComplete = false
      runtime.dispatchMany$(oneMissThenHits(20_000), { concurrency }).subscribe({
        next: (result) => seen.push(`${result.callId} ${result.status}`),
        complete: () => {
          isComplete = true
        },
      })
      await clock.advance(60)
      expect([isComplete, seen.length, new Set(seen).size]).toEqual([true, 20_001, 20_001])
      expect(seen.every((line) => line.endsWith(' ok'))).toBe(true)
      expect(seen.indexOf('slow ok')).toBe(concurrency === 1 ? 0 : 20_000)
    })
  }

  it('rule 8: calls of an array that settle synchronously do not overflow the stack', async () => {
    const { clock, runtime } = openRuntime({ tools: [readTool('echo', ({ n }) => n)] })
    const calls = Array.from({ length: 20_000 }, (_, n) => ({ tool: 'echo', arguments: { n } }))
    let seen = 0
    runtime.dispatchMany$(calls, { concurrency: 1 }).subscribe(() => {
      seen += 1
    })
    await clock.advance(1)
    expect(seen).toBe(20_000)
  })
})
