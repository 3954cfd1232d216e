import { createRuntime, type RuntimeEvent } from '@headrace/core'
import { createTestClock } from '@headrace/testing'
import { describe, expect, it } from 'vitest'
import { errorOf, openRuntime, resultOf, type Stage } from '../fixture/open-runtime.ts'
import { gate, readTool } from '../fixture/tools.ts'
import { type BreakableLog, breakableLog, nextTurn, trailOf } from './trail.ts'

const errorsOf = (events: readonly RuntimeEvent[]): unknown[] =>
  events.flatMap((event) => (event.type === 'store-error' && event.store === 'audit' ? [event.error] : []))

/** Runs a call whose record the log then cannot take. */
async function breakLog({ call }: Stage, log: BreakableLog): Promise<void> {
  await nextTurn()
  log.isBroken = true
  await call('echo', { n: 1 })
  await nextTurn()
  await nextTurn()
}

describe.each([{ isAsync: false }, { isAsync: true }])('a log that fails, with %o', (kind) => {
  it('has calls refused, which run nothing, until it can be written again', async () => {
    const log = breakableLog(kind)
    let runs = 0
    const count = readTool('count', () => (runs += 1), { cache: { ttl: 60_000, scope: 'shared' } })
    const stage = openRuntime({ tools: [readTool('echo', (input) => input), count], audit: log })
    const { clock, runtime, call, events } = stage
    await call('count')
    await breakLog(stage, log)
    const refused = call('count')
    const error = await errorOf(refused)
    expect(error).toMatchObject({
      code: 'EXECUTION_FAILED',
      details: { audit: 'unavailable' },
      retryable: true,
      retryAfterMs: 250,
      attempts: 0,
      tool: 'count',
      callId: refused.callId,
      message: "'count' was not called: the audit log cannot be written.",
    })
    expect(error.toModel()).toMatchObject({
      message: "'count' was not called: it cannot be recorded now.",
      next: 'Call it again in a second, or choose another tool.',
    })
    const seen: unknown[] = []
    runtime.dispatch$({ tool: 'count', arguments: {} }).subscribe(({ type }) => seen.push(type))
    expect(seen).toEqual(['call-settle'])
    const results = await runtime.dispatchAll([{ tool: 'count', arguments: {} }])
    expect(results).toMatchObject([{ status: 'error', error: { details: { audit: 'unavailable' } } }])
    expect(runs).toBe(1)
    expect(errorsOf(events)).toEqual([new Error('disk full')])
    await clock.advance(250)
    expect(errorsOf(events).length).toBe(2)
    log.isBroken = false
    await clock.advance(500)
    expect(await call('count').result()).toMatchObject({ status: 'ok' })
    await runtime.close()
    const ends = (await trailOf(log)).filter(({ type }) => type !== 'call-start')
    expect(ends.map(({ type, tool, count: many }) => [type, tool ?? many])).toEqual([
      ['call-settle', 'count'],
      ['call-settle', 'echo'],
      ['calls-refused', 3],
      ['call-settle', 'count'],
    ])
  })

  it('does not disturb calls that have begun, and refuses their child calls', async () => {
    const log = breakableLog(kind)
    const go = gate()
    const parent = readTool('parent', async (_, { dispatch }) => {
      await go.opened
      const child = await dispatch({ tool: 'echo', arguments: {} }).result()
      return child.status === 'error' ? child.error.details : 'ran'
    })
    const stage = openRuntime({ tools: [readTool('echo', (input) => input), parent], audit: log })
    const running = stage.call('parent')
    await breakLog(stage, log)
    go.open()
    await nextTurn()
    expect(await resultOf(running)).toMatchObject({ output: { audit: 'unavailable' } })
  })

  it('ends a scope of siblings as any failure does', async () => {
    const log = breakableLog(kind)
    const stage = openRuntime({ tools: [readTool('echo', (input) => input)], audit: log })
    await breakLog(stage, log)
    const scope = stage.runtime.scope({ onFailure: 'cancel-siblings' })
    void scope.dispatch({ tool: 'echo', arguments: {} })
    expect(scope.signal.aborted).toBe(true)
    await expect(scope.close()).rejects.toMatchObject({ details: { audit: 'unavailable' } })
  })

  it("lets calls go on with onAuditError 'warn', and tells what is missing", async () => {
    const log = breakableLog(kind)
    const audit = { log, onAuditError: 'warn', maxPending: 2 } as const
    const stage = openRuntime({ tools: [readTool('echo', (input) => input)], audit })
    const { clock, runtime, call, events } = stage
    await breakLog(stage, log)
    for (const n of [2, 3, 4]) expect(await call('echo', { n })).toEqual({ n })
    await nextTurn()
    log.isBroken = false
    await clock.advance(1000)
    await call('echo', { n: 5 })
    await runtime.close()
    expect(errorsOf(events)).toEqual([new Error('disk full')])
    // of the calls without room, the start and the end of each
    expect((await trailOf(log)).map(({ output, count }) => output ?? count)).toEqual([{ n: 1 }, { n: 2 }, 4, { n: 5 }])
  })

  it('is told of at close, which resolves', async () => {
    const log = breakableLog(kind)
    const clock = createTestClock()
    const runtime = createRuntime({ tools: [readTool('echo', (input) => input)], audit: log, clock })
    const events: RuntimeEvent[] = []
    let isComplete = false
    runtime.events$.subscribe({
      next: (event) => events.push(event),
      complete: () => {
        isComplete = true
      },
    })
    await nextTurn()
    log.isBroken = true
    await runtime.dispatch({ tool: 'echo', arguments: {} })
    await runtime.close()
    const last = errorsOf(events).at(-1)
    expect(String(last)).toContain('The audit log could not be written: 1 records are lost.')
    expect(last).toHaveProperty('cause', new Error('disk full'))
    expect([isComplete, clock.pending]).toEqual([true, 0])
  })

  it('has calls refused from the start where it cannot even be read', async () => {
    const log = breakableLog(kind)
    log.isBroken = true
    const { clock, call } = openRuntime({ tools: [readTool('echo', (input) => input)], audit: log })
    await nextTurn()
    expect(await errorOf(call('echo'))).toMatchObject({ details: { audit: 'unavailable' } })
    log.isBroken = false
    await clock.advance(250)
    expect(await call('echo').result()).toMatchObject({ status: 'ok' })
  })
})
