import { type BreakerAdmission, type BreakerStore, memoryBreakerStore } from '@headrace/core'
import { describe, expect, it } from 'vitest'
import { codeOf, openRuntime } from '../fixture/open-runtime.ts'
import { readTool, sleep } from '../fixture/tools.ts'

const rejected: BreakerAdmission = { admitted: false, state: 'open', retryAfterMs: 1_000 }
const admitted: BreakerAdmission = { admitted: true, generation: 1, probe: 'probe 1' }

/** A store that answers an admission after 50 ms, and notes what is recorded. */
function openSlow(answer: BreakerAdmission, policy: Parameters<typeof readTool>[2] = {}) {
  const recorded: string[] = []
  let ran = 0
  const breakers: BreakerStore = {
    ...memoryBreakerStore(),
    admit: () => sleep(stage.clock, 50).then(() => answer),
    record: async (key, _, { kind, probe }) => {
      recorded.push(`${kind} ${probe}`)
      return { key, state: 'closed', generation: 1 }
    },
  }
  const tool = readTool(
    'tool',
    () => {
      ran += 1
    },
    { retry: false, ...policy },
  )
  const stage = openRuntime({ breakers, tools: [tool] })
  return { ...stage, recorded, ran: () => ran }
}

describe('breaker: a store that takes its time', () => {
  for (const [name, answer] of [
    ['no', rejected],
    ['yes', admitted],
  ] as const) {
    it(`is no trap for a call that is cancelled before it says ${name}: everything is given back, and cancel settles`, async () => {
      const { clock, call, runtime, recorded, ran } = openSlow(answer, { concurrency: { max: 1 } })
      const first = call('tool')
      const second = call('tool')
      await clock.advance(10)
      let isDone = false
      void first.cancel().then(() => {
        isDone = true
      })
      expect(await codeOf(first)).toBe('cancelled')
      await clock.advance(100)
      expect([isDone, await codeOf(second)]).toEqual([true, name === 'no' ? 'CIRCUIT_OPEN' : 'ok'])
      expect(ran()).toBe(name === 'no' ? 0 : 1)
      expect(recorded).toEqual(name === 'no' ? [] : ['ignored probe 1', 'success probe 1'])
      expect(runtime.snapshot()).toMatchObject({ timers: 0, abandoned: 0 })
    })

    it(`is no trap for a call whose deadline passes before it says ${name}`, async () => {
      const { clock, call, runtime, ran } = openSlow(answer)
      const pending = call('tool', {}, { deadline: clock.now() + 20 })
      await clock.advance(20)
      expect(await codeOf(pending)).toBe('DEADLINE_EXCEEDED')
      let isClosed = false
      await clock.advance(1)
      void runtime.close().then(() => {
        isClosed = true
      })
      await clock.advance(100)
      expect([isClosed, ran()]).toEqual([true, 0])
    })
  }

  it('that fails is no failure of the call', async () => {
    const breakers: BreakerStore = {
      ...memoryBreakerStore(),
      admit: () => Promise.reject(new Error('store')),
      record: () => Promise.reject(new Error('store')),
    }
    const { clock, call, events } = openRuntime({ breakers, tools: [readTool('tool', () => 'fine')] })
    const pending = call('tool')
    await clock.advance(1)
    expect([await codeOf(pending), events.some((event) => event.type === 'store-error')]).toEqual(['ok', true])
  })
})
