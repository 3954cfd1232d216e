import type { Middleware } from '@headrace/core'
import { concatWith, ignoreElements, map, NEVER, Observable, of, switchMap, timer } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { codeOf, openRuntime, resultOf } from '../fixture/open-runtime.ts'
import { forever, readTool } from '../fixture/tools.ts'

describe('middleware', () => {
  it('wraps every call, outermost first, and sees its events', async () => {
    const seen: string[] = []
    const { clock, call } = openRuntime({
      tools: [readTool('echo', ({ q }) => q)],
      middleware: ['outer', 'inner'].map((name) => (request, next) => {
        seen.push(`${name} ${request.tool}`)
        return next().pipe(
          map((event) => {
            if (event.type === 'call-settle') seen.push(`${name} settled`)
            return event
          }),
        )
      }),
    })
    const pending = call('echo', { q: 'x' })
    await clock.advance(1)
    expect(await resultOf(pending)).toMatchObject({ status: 'ok', output: 'x' })
    expect(seen).toEqual(['outer echo', 'inner echo', 'inner settled', 'outer settled'])
  })

  it('may change the arguments', async () => {
    const { clock, call } = openRuntime({
      tools: [readTool('echo', ({ q }) => q)],
      middleware: [(_, next) => next({ arguments: { q: 'changed' } })],
    })
    const pending = call('echo', { q: 'x' })
    await clock.advance(1)
    expect(await resultOf(pending)).toMatchObject({ output: 'changed' })
  })

  it('that fails after the call has run tells what the call has cost', async () => {
    const broken: Middleware = (_, next) =>
      next().pipe(
        map((event) => {
          if (event.type === 'call-settle') throw new Error('after it all')
          return event
        }),
      )
    const { call, clock } = openRuntime({ tools: [readTool('tool', () => 1)], middleware: [broken] })
    const pending = call('tool')
    await clock.advance(0)
    expect(await resultOf(pending)).toMatchObject({ status: 'error', error: { attempts: 1 }, meta: { attempts: 1 } })
  })

  it('that throws or errors gives an error as a value, and the call one end', async () => {
    const { clock, call, events } = openRuntime({
      tools: [readTool('echo', ({ q }) => q)],
      middleware: [
        () => {
          throw new Error('bad middleware')
        },
      ],
    })
    const pending = call('echo', { q: 'x' })
    await clock.advance(1)
    expect([await codeOf(pending), events.filter((event) => event.type === 'call-settle').length]).toEqual([
      'EXECUTION_FAILED',
      1,
    ])
  })

  it.each([[null], [7], [{}], [{ type: 'call-settle' }], [{ type: 'call-settle', result: null }]])(
    'that gives %j for an event fails its call, which has one end',
    async (given) => {
      const { clock, call, events } = openRuntime({
        tools: [readTool('echo', ({ q }) => q)],
        middleware: [() => of(given) as never],
      })
      const pending = call('echo', { q: 'x' })
      await clock.advance(1)
      expect(await codeOf(pending)).toBe('EXECUTION_FAILED')
      expect(events.filter((event) => event.type === 'call-settle')).toEqual([
        expect.objectContaining({ result: await pending.result() }),
      ])
    },
  )

  it('is cancelled with its call', async () => {
    let isAborted = false
    const { clock, call } = openRuntime({
      tools: [
        readTool(
          'wait',
          (_, { signal }) => {
            signal.addEventListener('abort', () => {
              isAborted = true
            })
            return forever()
          },
          { timeout: { grace: 5 } },
        ),
      ],
      middleware: [(_, next) => next()],
    })
    const pending = call('wait')
    await clock.advance(1)
    void pending.cancel()
    expect([isAborted, await codeOf(pending)]).toEqual([true, 'cancelled'])
  })

  it('that runs the call when it has ended already is given its end: the tool does not run', async () => {
    let runs = 0
    const seen: unknown[] = []
    const { clock, call } = openRuntime({
      tools: [readTool('count', () => (runs += 1))],
      middleware: [
        (_, next) =>
          new Observable(() => {
            clock.setTimer(100, () => next().subscribe((event) => seen.push(event)))
          }),
      ],
    })
    const pending = call('count')
    await clock.advance(50)
    void pending.cancel('gone')
    await clock.advance(100)
    expect([runs, await codeOf(pending)]).toEqual([0, 'cancelled'])
    expect(seen).toMatchObject([{ type: 'call-settle', result: { status: 'cancelled', reason: 'gone' } }])
  })

  it.each([
    ['never runs the call', () => NEVER],
    ['waits for longer', (_, next) => timer(1_000_000).pipe(switchMap(() => next()))],
    ['tells nothing of it', (_, next) => next().pipe(ignoreElements(), concatWith(NEVER))],
  ] satisfies [string, Middleware][])('that %s keeps no call from its deadline', async (_, middleware) => {
    const { clock, runtime, call } = openRuntime({
      tools: [readTool('wait', forever, { timeout: { grace: 5 } })],
      middleware: [middleware],
    })
    const deadline = clock.now() + 100
    const scope = runtime.scope({ deadline })
    const calls = [scope.dispatch({ tool: 'wait', arguments: {} }), call('wait', {}, { deadline })]
    await clock.advance(99)
    expect(calls.map(({ status }) => status)).toEqual(['running', 'running'])
    await clock.advance(1)
    expect(await Promise.all(calls.map(codeOf))).toEqual(['DEADLINE_EXCEEDED', 'DEADLINE_EXCEEDED'])
    const late = scope.dispatch({ tool: 'wait', arguments: {} })
    await clock.advance(10)
    expect([await codeOf(late), runtime.snapshot().timers]).toEqual(['DEADLINE_EXCEEDED', 0])
  })
})
