import { type BreakerAdmission, type BreakerStore, memoryBreakerStore } from '@headrace/core'
import { describe, expect, it } from 'vitest'
import { codeOf, openRuntime } from '../fixture/open-runtime.ts'
import { readTool } from '../fixture/tools.ts'

/** A store that never answers an admission, until the test lets it. */
function openSilent(execute: () => unknown = () => 'done') {
  const answers: ((admission: BreakerAdmission) => void)[] = []
  const recorded: string[] = []
  const breakers: BreakerStore = {
    ...memoryBreakerStore(),
    peek: () => undefined,
    admit: () => new Promise((resolve) => answers.push(resolve)),
    record: (key, _, { kind, probe }) => {
      recorded.push(`${kind} ${probe}`)
      return { key, state: 'closed', generation: 1 }
    },
  }
  const policy = { retry: false, concurrency: { max: 1 }, breaker: { consecutiveFailures: 2 } } as const
  return { ...openRuntime({ breakers, tools: [readTool('tool', execute, policy)] }), answers, recorded }
}

describe('breaker: a store that does not answer', () => {
  it('is waited for 100 ms; then the call runs, and an event tells of it', async () => {
    const { clock, call, events, runtime } = openSilent()
    const pending = call('tool')
    await clock.advance(99)
    expect(pending.status).toBe('running')
    await clock.advance(1)
    expect(await codeOf(pending)).toBe('ok')
    expect(events.filter(({ type }) => type === 'store-error')).toMatchObject([{ store: 'breaker' }])
    expect(runtime.snapshot()).toMatchObject({ timers: 0, queues: [{ running: 0 }] })
  })

  it('leaves the judgement to a breaker of this process', async () => {
    const { clock, call } = openSilent(() => {
      throw new Error('down')
    })
    const codes: string[] = []
    for (let n = 0; n < 3; n += 1) {
      const pending = call('tool')
      await clock.advance(100)
      codes.push(await codeOf(pending))
    }
    expect(codes).toEqual(['EXECUTION_FAILED', 'EXECUTION_FAILED', 'CIRCUIT_OPEN'])
  })

  it('is given back a probe that it grants too late', async () => {
    const { clock, call, answers, recorded } = openSilent()
    const pending = call('tool')
    await clock.advance(100)
    expect(await codeOf(pending)).toBe('ok')
    answers[0]?.({ admitted: true, generation: 1, probe: 'late' })
    await clock.advance(1)
    expect(recorded).toEqual(['ignored late'])
  })

  it('holds up neither a cancel nor close', async () => {
    const { clock, call, runtime } = openSilent()
    const pending = call('tool')
    await clock.advance(10)
    void pending.cancel()
    const closed = runtime.close()
    await clock.advance(100)
    await closed
    expect(await codeOf(pending)).toBe('cancelled')
  })
})

describe('breaker: a store that talks nonsense', () => {
  it.each([
    [null, 'null'],
    [5, 'another number'],
    [{}, 'another object'],
  ])('has failed where it answers %j, at once or later', async (nonsense, name) => {
    for (const admit of [() => nonsense, () => Promise.resolve(nonsense)]) {
      const breakers: BreakerStore = { ...memoryBreakerStore(), admit: admit as never }
      const tool = readTool('tool', () => 'done', { breaker: { consecutiveFailures: 2 } })
      const { call, clock, events } = openRuntime({ breakers, tools: [tool] })
      const pending = call('tool')
      await clock.advance(0)
      expect(await codeOf(pending)).toBe('ok')
      const error = new TypeError(`The breaker store gave ${name} in the place of an admission.`)
      expect(events.filter(({ type }) => type === 'store-error')).toMatchObject([{ store: 'breaker', error }])
    }
  })
})

describe('breaker: a store that is away twice', () => {
  /** Calls fail while the store is away, and the breaker opens; then it is back, and knows nothing of that. */
  async function openTwice() {
    const store = memoryBreakerStore()
    const state = { isAway: false, isDown: false }
    const breakers: BreakerStore = {
      ...store,
      admit: (...of) => (state.isAway ? Promise.reject(new Error('away')) : Promise.resolve(store.admit(...of))),
    }
    const work = (): string => {
      if (state.isDown) throw new Error('down')
      return 'done'
    }
    const policy = { retry: false, breaker: { consecutiveFailures: 2 } } as const
    const stage = openRuntime({ breakers, tools: [readTool('tool', work, policy)] })
    const run = async (): Promise<string> => {
      const pending = stage.call('tool')
      await stage.clock.advance(0)
      return codeOf(pending)
    }
    Object.assign(state, { isAway: true, isDown: true })
    const first = [await run(), await run(), await run()]
    Object.assign(state, { isAway: false, isDown: false })
    await stage.clock.advance(1000)
    return { ...stage, state, run, first }
  }

  it('is believed when it is back, and what stood in for it is told to have ended', async () => {
    const { run, first, events, runtime } = await openTwice()
    expect([...first, await run()]).toEqual(['EXECUTION_FAILED', 'EXECUTION_FAILED', 'CIRCUIT_OPEN', 'ok'])
    const changes = events.flatMap((event) => (event.type === 'breaker-change' ? [`${event.from} ${event.to}`] : []))
    expect(changes).toEqual(['closed open', 'open closed'])
    expect(runtime.snapshot().breakers).toEqual([{ key: 'tool', state: 'closed' }])
  })

  it('is stood in for anew the second time', async () => {
    const { run, state } = await openTwice()
    expect(await run()).toBe('ok')
    state.isAway = true
    expect(await run()).toBe('ok')
  })
})
