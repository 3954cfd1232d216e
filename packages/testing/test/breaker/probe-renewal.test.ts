import { type BreakerStore, memoryBreakerStore } from '@headrace/core'
import { describe, expect, it } from 'vitest'
import { openRuntime } from '../fixture/open-runtime.ts'
import { forever, readTool, sleep } from '../fixture/tools.ts'

/** A store that grants every call as a probe, and notes when it is asked to keep one. */
function openProbes(run: (ms: number) => Promise<unknown>, isKept = true) {
  const renewed: string[] = []
  const breakers: BreakerStore = {
    ...memoryBreakerStore(),
    admit: async () => ({ admitted: true, generation: 1, probe: 'probe 1' }),
    record: async (key) => ({ key, state: 'closed', generation: 1 }),
    renew: async (_, probe) => {
      renewed.push(probe)
      return isKept
    },
  }
  const tool = readTool('tool', ({ n = 0 }) => run(n), { retry: false, timeout: { attempt: 20_000, grace: 1 } })
  return { ...openRuntime({ breakers, tools: [tool] }), renewed }
}

describe('breaker: the probe of a shared store', () => {
  it('is kept while it runs', async () => {
    const s = openProbes((ms) => sleep(s.clock, ms))
    s.call('tool', { n: 10_000 })
    await s.clock.advance(9999)
    expect(s.renewed).toEqual(['probe 1', 'probe 1', 'probe 1'])
    await s.clock.advance(60_000)
    expect(s.renewed).toHaveLength(3)
  })

  it('is kept no longer when the attempt has timed out', async () => {
    const s = openProbes(forever)
    s.call('tool')
    await s.clock.advance(60_000)
    expect(s.renewed).toHaveLength(6)
  })

  it('is not asked for again when it was given away', async () => {
    const s = openProbes((ms) => sleep(s.clock, ms), false)
    s.call('tool', { n: 10_000 })
    await s.clock.advance(10_000)
    expect(s.renewed).toHaveLength(1)
  })
})
