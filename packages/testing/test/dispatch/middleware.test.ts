import type { Middleware } from '@headrace/core'
import { map } from 'rxjs'
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
})
