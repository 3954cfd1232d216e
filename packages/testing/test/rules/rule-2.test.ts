import { describe, expect, it } from 'vitest'
import { openRuntime, resultOf } from '../fixture/open-runtime.ts'
import { forever, readTool, sleep, untilAborted } from '../fixture/tools.ts'

/** Tells whether a promise has settled, and how. */
function watch(promise: Promise<unknown>): { state: 'pending' | 'done' | 'failed'; reason?: unknown } {
  const seen: { state: 'pending' | 'done' | 'failed'; reason?: unknown } = { state: 'pending' }
  promise.then(
    () => {
      seen.state = 'done'
    },
    (reason) => {
      seen.state = 'failed'
      seen.reason = reason
    },
  )
  return seen
}

describe('rule 2', () => {
  it('rule 2: finalizers run in reverse order, one after the other, each once', async () => {
    const { clock, runtime } = openRuntime()
    const scope = runtime.scope()
    const seen: string[] = []
    for (const name of ['first', 'second', 'third']) {
      scope.onClose(async () => {
        seen.push(`${name} begins`)
        await sleep(clock, 10)
        seen.push(`${name} ends`)
      })
    }
    const closed = watch(scope.close())
    const again = watch(scope.close())
    await clock.advance(25)
    expect([closed.state, again.state]).toEqual(['pending', 'pending'])
    await clock.advance(5)
    expect([closed.state, again.state]).toEqual(['done', 'done'])
    await scope.close()
    const order = ['third', 'second', 'first'].flatMap((name) => [`${name} begins`, `${name} ends`])
    expect(seen).toEqual(order)
  })

  it('rule 2: all errors of finalizers come together in one AggregateError, and none stops the others', async () => {
    const { clock, runtime } = openRuntime()
    const scope = runtime.scope()
    const errors = [new Error('sync'), new Error('async')]
    let ran = 0
    scope.onClose(() => {
      ran += 1
    })
    scope.onClose(() => {
      throw errors[0]
    })
    scope.onClose(async () => {
      await sleep(clock, 1)
      throw errors[1]
    })
    const closed = watch(scope.close())
    await clock.advance(10)
    expect([closed.state, ran]).toEqual(['failed', 1])
    expect(closed.reason).toBeInstanceOf(AggregateError)
    expect(new Set((closed.reason as AggregateError).errors)).toEqual(new Set(errors))
  })

  it('rule 2: a single error of a finalizer is in an AggregateError too', async () => {
    const { clock, runtime } = openRuntime()
    const scope = runtime.scope()
    const error = new Error('alone')
    scope.onClose(() => Promise.reject(error))
    const closed = watch(scope.close())
    await clock.advance(1)
    expect((closed.reason as AggregateError).errors).toEqual([error])
  })

  it('rule 2: close waits for the work of a cancelled child, and finalizers run after it', async () => {
    const seen: string[] = []
    const { clock, runtime } = openRuntime({
      tools: [
        readTool('slow', async (_, { signal }) => {
          await untilAborted(signal).catch(() => {})
          await sleep(clock, 50)
          seen.push('work')
        }),
      ],
    })
    const scope = runtime.scope()
    scope.onClose(() => void seen.push('finalizer'))
    const call = scope.dispatch({ tool: 'slow', arguments: {} })
    await clock.advance(5)
    const closed = watch(scope.close())
    await clock.advance(49)
    expect([(await resultOf(call)).status, closed.state, seen]).toEqual(['cancelled', 'pending', []])
    await clock.advance(1)
    expect([closed.state, seen]).toEqual(['done', ['work', 'finalizer']])
  })

  it('rule 2: a deaf child is abandoned after its grace, and then close settles', async () => {
    const deaf = readTool('deaf', forever, { timeout: { grace: 300 } })
    const { clock, runtime, events } = openRuntime({ tools: [deaf] })
    const scope = runtime.scope()
    void scope.dispatch({ tool: 'deaf', arguments: {} })
    await clock.advance(5)
    const closed = watch(scope.close())
    await clock.advance(299)
    expect(closed.state).toBe('pending')
    await clock.advance(1)
    expect(closed.state).toBe('done')
    expect(events.filter((event) => event.type === 'call-abandon').length).toBe(1)
  })

  it('rule 2: close waits for the work of a grandchild whose grace is longer than that of its parent', async () => {
    let isEnded = false
    const { clock, runtime } = openRuntime({
      tools: [
        readTool('leaf', () => sleep(clock, 500).then(() => (isEnded = true)), { timeout: { grace: 1_000 } }),
        readTool('parent', (_, { call }) => call('leaf', {}), { timeout: { grace: 10 } }),
      ],
    })
    const scope = runtime.scope()
    void scope.dispatch({ tool: 'parent', arguments: {} })
    await clock.advance(5)
    const closed = watch(scope.close())
    await clock.advance(490)
    expect([closed.state, isEnded]).toEqual(['pending', false])
    await clock.advance(10)
    expect([closed.state, isEnded]).toEqual(['done', true])
  })

  it('rule 2: close of an outer scope closes the inner one, whose finalizers come first', async () => {
    const { clock, runtime } = openRuntime()
    const outer = runtime.scope()
    const inner = outer.scope()
    const seen: string[] = []
    outer.onClose(() => void seen.push('outer'))
    inner.onClose(async () => {
      await sleep(clock, 10)
      seen.push('inner')
    })
    const closed = watch(outer.close())
    await clock.advance(9)
    expect([closed.state, seen]).toEqual(['pending', []])
    await clock.advance(1)
    expect([closed.state, seen, inner.signal.aborted]).toEqual(['done', ['inner', 'outer'], true])
  })

  it('rule 2: await using closes a scope and a runtime', async () => {
    const { clock, runtime } = openRuntime()
    let closed = 0
    {
      await using scope = runtime.scope()
      scope.onClose(() => {
        closed += 1
      })
    }
    expect(closed).toBe(1)
    const disposed = watch(Promise.resolve(runtime[Symbol.asyncDispose]()))
    await clock.runAll()
    expect(disposed.state).toBe('done')
  })

  it('rule 2: close of a runtime waits for running calls within its drain, then cancels and waits', async () => {
    const { clock, runtime, call } = openRuntime({
      tools: [readTool('slow', (args, { signal }) => sleep(clock, Number(args.n), signal))],
    })
    const calls = [call('slow', { n: 50 }), call('slow', { n: 500 })]
    await clock.advance(5)
    const closed = watch(runtime.close({ drain: 100 }))
    await clock.advance(50)
    expect([closed.state, await Promise.all(calls.map((pending) => pending.status))]).toEqual([
      'pending',
      ['settled', 'running'],
    ])
    await clock.advance(50)
    expect(closed.state).toBe('done')
    const results = await Promise.all(calls.map((pending) => resultOf(pending)))
    expect(results.map((result) => result.status)).toEqual(['ok', 'cancelled'])
    expect(results[1]).toMatchObject({ reason: { kind: 'shutdown' } })
  })

  it('rule 2: cancel() of a call resolves when its work has ended, or was abandoned', async () => {
    const policy = { timeout: { grace: 100 } }
    const { clock, call } = openRuntime({
      tools: [readTool('slow', () => sleep(clock, 60), policy), readTool('deaf', forever, policy)],
    })
    const [slow, deaf] = [call('slow'), call('deaf')]
    await clock.advance(10)
    const [slowEnd, deafEnd] = [watch(slow.cancel()), watch(deaf.cancel())]
    await clock.advance(49)
    expect([slowEnd.state, deafEnd.state]).toEqual(['pending', 'pending'])
    await clock.advance(1)
    expect([slowEnd.state, deafEnd.state]).toEqual(['done', 'pending'])
    await clock.advance(50)
    expect(deafEnd.state).toBe('done')
  })
})
