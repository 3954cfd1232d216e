import { describe, expect, it } from 'vitest'
import { codeOf, openRuntime, resultOf } from '../fixture/open-runtime.ts'
import { sleep, untilAborted, writeTool } from '../fixture/tools.ts'
import { after, type Step, stage } from './stage.ts'

describe('hedge: structured', () => {
  it('cancels every attempt in the same tick, and waits for their work', async () => {
    const reasons: unknown[] = []
    const step: Step = async ({ signal }) => {
      await untilAborted(signal).catch((reason: unknown) => reasons.push(reason))
      await sleep(s.clock, 100)
    }
    const s = stage({ after: 10 }, [step, step])
    const call = s.call('lookup')
    await s.clock.advance(10)
    let ended = false
    const cancelled = call.cancel('enough').then(() => {
      ended = true
    })
    expect(s.contexts.map(({ signal }) => signal.reason)).toEqual(['enough', 'enough'])
    await s.clock.advance(99)
    expect([reasons, ended]).toEqual([['enough', 'enough'], false])
    await s.clock.advance(1)
    await cancelled
  })

  it('awaits losers before a scope closes', async () => {
    const deaf: Step = () => sleep(s.clock, 500)
    const s = stage({ after: 10 }, [deaf, () => 'second'])
    const scope = s.runtime.scope()
    const call = scope.dispatch({ tool: 'lookup', arguments: {} })
    await s.clock.advance(10)
    expect(await call).toBe('second')
    let closed = false
    void scope.close().then(() => {
      closed = true
    })
    await s.clock.advance(489)
    expect(closed).toBe(false)
    await s.clock.advance(1)
    expect(closed).toBe(true)
  })

  it('ends at the deadline with all attempts', async () => {
    const s = stage({ after: 10 }, [(c) => untilAborted(c.signal), (c) => untilAborted(c.signal)], {
      timeout: { total: 100 },
    })
    const call = s.call('lookup')
    await s.clock.advance(100)
    expect(await codeOf(call)).toBe('DEADLINE_EXCEEDED')
    expect(s.contexts.map(({ signal }) => signal.aborted)).toEqual([true, true])
  })

  it('disposes of what a loser gives', async () => {
    let disposed = 0
    const loser: Step = async () => {
      await sleep(s.clock, 50)
      return { [Symbol.dispose]: () => (disposed += 1) }
    }
    const s = stage({ after: 10 }, [loser, () => 'second'])
    const call = s.call('lookup')
    await s.clock.advance(60)
    await resultOf(call)
    expect(disposed).toBe(1)
    expect(s.events.map(({ type }) => type)).toContain('late-result')
  })

  it('gives up its permit of the queue, and takes none that is not free', async () => {
    const s = stage({ after: 10 }, [after(() => s.clock, 50, 'first'), () => 'second', () => 'third'], {
      concurrency: { max: 1 },
    })
    const call = s.call('lookup')
    await s.clock.advance(50)
    expect(await resultOf(call)).toMatchObject({ output: 'first' })
    expect(s.starts).toHaveLength(1)
    const next = s.call('lookup')
    await s.clock.advance(0)
    expect(await resultOf(next)).toMatchObject({ output: 'second' })
  })
})

describe('hedge: streams', () => {
  it('the first that delivers a part is the one', async () => {
    const slow: Step = async function* ({ signal }) {
      await sleep(s.clock, 1000, signal)
      yield 'never'
    }
    const fast: Step = async function* () {
      yield 'a'
      await sleep(s.clock, 10)
      yield 'b'
    }
    const s = stage({ after: 10 }, [slow, fast])
    const call = s.call('lookup')
    await s.clock.advance(10)
    expect(s.contexts[0]?.signal.reason).toMatchObject({ kind: 'superseded' })
    await s.clock.advance(10)
    expect(await resultOf(call)).toMatchObject({ output: 'b' })
    expect(s.events.flatMap((event) => (event.type === 'output' ? [event.value] : []))).toEqual(['a', 'b'])
  })

  it('no extra attempt is started once a part was delivered', async () => {
    const stream: Step = async function* () {
      yield 'a'
      await sleep(s.clock, 1000)
      yield 'b'
    }
    const s = stage({ after: 10 }, [stream])
    const call = s.call('lookup')
    await s.clock.advance(1000)
    expect([await call, s.starts.length]).toEqual(['b', 1])
  })
})

describe('hedge: who may', () => {
  it('refuses a hedge of a tool that may not run twice, unless it accepts repeats', () => {
    expect(() => writeTool('pay', () => 1, { hedge: { after: 10 } })).toThrow('hedge needs annotations.readOnlyHint')
    expect(() => writeTool('pay', () => 1, { hedge: { after: 10, idempotent: 'accept-repeats' } })).not.toThrow()
  })

  it("leaves a tool without hints alone that gets the runtime's default", async () => {
    const starts: number[] = []
    const { clock, call } = openRuntime({
      policy: { hedge: { after: 10 } },
      tools: [
        writeTool('pay', ({ n = 0 }) => {
          starts.push(n)
          return sleep(clock, 100)
        }),
      ],
    })
    const pending = call('pay')
    await clock.advance(100)
    await resultOf(pending)
    expect(starts).toHaveLength(1)
  })

  it('is for one call where that brings its own', async () => {
    const s = stage(false, [(c) => untilAborted(c.signal), () => 'second'])
    const call = s.call('lookup', {}, { policy: { hedge: { after: 5 } } })
    await s.clock.advance(5)
    expect(await resultOf(call)).toMatchObject({ output: 'second' })
  })
})
