import type { CallContext, Runtime, Scope } from '@headrace/core'
import { lastValueFrom, toArray } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { codeOf, openRuntime } from '../fixture/open-runtime.ts'
import { readTool, sleep, untilAborted } from '../fixture/tools.ts'

const request = { tool: 'count', arguments: {} }

/** What each way to start a call gives. */
async function everyWay(scope: Scope | Runtime): Promise<unknown[]> {
  const pending = [scope.call('count', {}), scope.dispatch(request)]
  const streams = [scope.call$('count', {}), scope.dispatch$(request)]
  const ends = await Promise.all(streams.map((stream) => lastValueFrom(stream)))
  const results = [
    ...(await Promise.all(pending.map((call) => call.result()))),
    ...ends.map((event) => (event.type === 'call-settle' ? event.result : undefined)),
    ...(await scope.dispatchAll([request])),
    ...(await lastValueFrom(scope.dispatchMany$([request]).pipe(toArray()))),
  ]
  return results.map((result) => (result?.status === 'error' ? result.error.code : result?.status))
}

describe('rule 3', () => {
  it('rule 3: a closed scope and a closed runtime refuse every way to start, and start nothing', async () => {
    let ran = 0
    const { clock, runtime, events } = openRuntime({ tools: [readTool('count', () => (ran += 1))] })
    const refused = new Array(6).fill('RUNTIME_CLOSED')
    const scope = runtime.scope()
    await scope.close()
    expect(await everyWay(scope)).toEqual(refused)
    const closed = runtime.close()
    await clock.runAll()
    await closed
    expect(await everyWay(runtime)).toEqual(refused)
    expect([ran, events.some((event) => event.type === 'attempt-start')]).toEqual([0, false])
  })

  it('rule 3: a closing scope refuses too, while its finalizers and its children still run', async () => {
    let ran = 0
    const { clock, runtime } = openRuntime({
      tools: [
        readTool('count', () => (ran += 1)),
        readTool('slow', async (_, { signal }) => untilAborted(signal).catch(() => sleep(clock, 50))),
      ],
    })
    const scope = runtime.scope()
    const codes: string[] = []
    scope.onClose(async () => {
      const result = await scope.dispatch(request).result()
      codes.push(result.status === 'error' ? result.error.code : result.status)
    })
    void scope.dispatch({ tool: 'slow', arguments: {} })
    await clock.advance(1)
    const closed = scope.close()
    codes.push(await codeOf(scope.dispatch(request)))
    await clock.advance(100)
    await closed
    expect([codes, ran]).toEqual([['RUNTIME_CLOSED', 'RUNTIME_CLOSED'], 0])
  })

  it('rule 3: a scope made in a closed scope is closed', async () => {
    const { runtime } = openRuntime({ tools: [readTool('count', () => 1)] })
    const scope = runtime.scope()
    await scope.close()
    let refused: unknown
    try {
      refused = await codeOf(scope.scope().dispatch(request))
    } catch (error) {
      refused = (error as { code?: unknown }).code
    }
    expect(refused).toBe('RUNTIME_CLOSED')
  })

  it('rule 3: a cold call that is subscribed after the close starts nothing', async () => {
    let ran = 0
    const { runtime } = openRuntime({ tools: [readTool('count', () => (ran += 1))] })
    const scope = runtime.scope()
    const cold = scope.dispatch$(request)
    await scope.close()
    const end = await lastValueFrom(cold)
    expect(end).toMatchObject({ type: 'call-settle', result: { status: 'error', error: { code: 'RUNTIME_CLOSED' } } })
    expect(ran).toBe(0)
  })

  it('rule 3: the context of an attempt that has ended starts no child any more', async () => {
    let ran = 0
    let context: CallContext | undefined
    const { clock, call } = openRuntime({
      tools: [
        readTool('count', () => (ran += 1)),
        readTool('parent', (_, given) => {
          context = given
        }),
      ],
    })
    void call('parent')
    await clock.advance(1)
    const late = context?.dispatch(request)
    await clock.advance(1)
    expect([late?.status, ran]).toEqual(['settled', 0])
    expect((await late?.result())?.status).not.toBe('ok')
  })
})
