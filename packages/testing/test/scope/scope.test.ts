import { describe, expect, it } from 'vitest'
import { codeOf, openRuntime, resultOf } from '../fixture/open-runtime.ts'
import { readTool, sleep, untilAborted } from '../fixture/tools.ts'

describe('scope', () => {
  it('ends its calls with the reason of the signal that it was given', async () => {
    const { clock, runtime } = openRuntime({ tools: [readTool('wait', (_, { signal }) => untilAborted(signal))] })
    const controller = new AbortController()
    const scope = runtime.scope({ signal: controller.signal })
    const calls = [
      scope.dispatch({ tool: 'wait', arguments: {} }),
      scope.scope().dispatch({ tool: 'wait', arguments: {} }),
    ]
    await clock.advance(5)
    const reason = { why: 'user left' }
    controller.abort(reason)
    for (const call of calls) expect(await resultOf(call)).toMatchObject({ status: 'cancelled', reason })
    expect(scope.signal.reason).toBe(reason)
  })

  it('starts nothing when its signal was aborted before', async () => {
    let ran = 0
    const { clock, runtime } = openRuntime({ tools: [readTool('count', () => (ran += 1))] })
    const scope = runtime.scope({ signal: AbortSignal.abort('before') })
    const call = scope.dispatch({ tool: 'count', arguments: {} })
    await clock.advance(1)
    expect([(await resultOf(call)).status === 'ok', ran]).toEqual([false, 0])
  })

  it('closes with shutdown as the reason of its calls, in the same tick', async () => {
    const { clock, runtime } = openRuntime({ tools: [readTool('wait', (_, { signal }) => untilAborted(signal))] })
    const scope = runtime.scope()
    const call = scope.dispatch({ tool: 'wait', arguments: {} })
    await clock.advance(5)
    const closed = scope.close()
    expect([scope.signal.aborted, await resultOf(call)]).toEqual([
      true,
      expect.objectContaining({ status: 'cancelled', reason: expect.objectContaining({ kind: 'shutdown' }) }),
    ])
    await clock.advance(1)
    await closed
  })

  it('gives its session and tenant to its calls and to inner scopes, which may have their own', async () => {
    const seen: unknown[] = []
    const { clock, runtime } = openRuntime({
      tools: [readTool('asks', (_, { session, tenant }) => void seen.push([session, tenant]))],
    })
    const scope = runtime.scope({ session: 's', tenant: 't' })
    const request = { tool: 'asks', arguments: {} }
    void scope.dispatch(request)
    void scope.scope().dispatch(request)
    void scope.scope({ session: 'inner' }).dispatch(request)
    void scope.dispatch(request, { session: 'own' })
    await clock.advance(1)
    expect(seen).toEqual([
      ['s', 't'],
      ['s', 't'],
      ['inner', 't'],
      ['own', 't'],
    ])
  })

  it('leaves the calls of another scope and of the runtime alone', async () => {
    const { clock, runtime, call } = openRuntime({
      tools: [readTool('slow', (_, { signal }) => sleep(clock, 20, signal))],
    })
    const [one, other] = [runtime.scope(), runtime.scope()]
    const calls = [
      one.dispatch({ tool: 'slow', arguments: {} }),
      other.dispatch({ tool: 'slow', arguments: {} }),
      call('slow'),
    ]
    await clock.advance(5)
    void one.close()
    await clock.advance(20)
    expect(await Promise.all(calls.map(codeOf))).toEqual(['cancelled', 'ok', 'ok'])
  })

  it('shows what runs in it as a tree of plain data', async () => {
    const { clock, runtime } = openRuntime({
      tools: [
        readTool('child', (_, { signal }) => untilAborted(signal)),
        readTool('parent', (_, { call }) => call('child', {})),
      ],
    })
    const scope = runtime.scope()
    void scope.dispatch({ callId: 'the parent', tool: 'parent', arguments: {} })
    await clock.advance(1)
    const tree = scope.tree()
    expect(JSON.parse(JSON.stringify(tree))).toEqual(tree)
    for (const name of ['the parent', 'parent', 'child']) expect(JSON.stringify(tree)).toContain(`"${name}"`)
    const closed = scope.close()
    await clock.advance(1)
    await closed
    expect(JSON.stringify(scope.tree())).not.toContain('the parent')
  })

  it('stops a stream of calls that runs in it', async () => {
    let ran = 0
    const { clock, runtime } = openRuntime({
      tools: [
        readTool('slow', (_, { signal }) => {
          ran += 1
          return sleep(clock, 10, signal)
        }),
      ],
    })
    const scope = runtime.scope()
    let isEnded = false
    const calls = Array.from({ length: 40 }, () => ({ tool: 'slow', arguments: {} }))
    scope
      .dispatchMany$(calls, { concurrency: 2 })
      .subscribe({ error: () => (isEnded = true), complete: () => (isEnded = true) })
    await clock.advance(15)
    const closed = scope.close()
    await clock.advance(100)
    await closed
    expect([isEnded, ran]).toEqual([true, 4])
  })

  it('forgets its calls when they have ended, so that a long one does not grow', async () => {
    const { clock, runtime } = openRuntime({ tools: [readTool('quick', () => 1)] })
    const scope = runtime.scope()
    const before = JSON.stringify(scope.tree()).length
    for (let n = 0; n < 100; n += 1) void scope.dispatch({ tool: 'quick', arguments: {} })
    await clock.advance(1)
    expect(JSON.stringify(scope.tree()).length).toBe(before)
  })

  it('counts a call and the tool that it falls back to as one', async () => {
    const spare = readTool('spare', () => Promise.reject(new Error('spare')), { retry: false })
    const broken = readTool('broken', () => Promise.reject(new Error('broken')), { retry: false, fallback: spare })
    const { clock, runtime } = openRuntime({ tools: [broken] })
    for (const onFailure of ['cancel-siblings', 'first-success'] as const) {
      const scope = runtime.scope({ onFailure })
      const call = scope.dispatch({ tool: 'broken', arguments: {} })
      await clock.advance(1)
      expect(await codeOf(call)).toBe('EXECUTION_FAILED')
      await expect(scope.close()).rejects.toMatchObject({ name: 'ToolError', tool: 'spare' })
    }
  })
})
