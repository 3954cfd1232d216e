import type { ApprovalPolicy, CallEvent, Middleware, ToolPolicy } from '@headrace/core'
import { tap } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { codeOf, openRuntime } from '../fixture/open-runtime.ts'
import { gate, readTool, writeTool } from '../fixture/tools.ts'

const refuse: ApprovalPolicy = () => false

describe('approval: where it is asked for', () => {
  it('is every tool, by the policy of the runtime, unless the tool says otherwise', async () => {
    const { call } = openRuntime({
      tools: [
        readTool('a', () => 1),
        readTool('b', () => 1, { approval: () => true }),
        readTool('c', () => 1, { approval: false }),
      ],
      policy: { approval: refuse },
    })
    const codes = await Promise.all(['a', 'b', 'c'].map((tool) => codeOf(call(tool))))
    expect(codes).toEqual(['APPROVAL_DENIED', 'ok', 'ok'])
  })

  it('is one call, by its options', async () => {
    const { call } = openRuntime({ tools: [readTool('a', () => 1), readTool('b', () => 1, { approval: refuse })] })
    const codes = [
      await codeOf(call('a', {}, { policy: { approval: refuse } })),
      await codeOf(call('b', {}, { policy: { approval: () => true } })),
      await codeOf(call('b', {}, { policy: { approval: false } })),
    ]
    expect(codes).toEqual(['APPROVAL_DENIED', 'ok', 'ok'])
  })

  it('is nowhere where the options of a call make no sense: the call throws', () => {
    const { call } = openRuntime({ tools: [readTool('a', () => 1)] })
    const policy = { approval: 'ask' } as unknown as ToolPolicy
    expect(() => call('a', {}, { policy })).toThrow('approval must be a function')
  })

  it('is a child call, of which its parent hears', async () => {
    const asked: unknown[] = []
    const approval: ApprovalPolicy = (call) => asked.push([call.tool, call.arguments, call.session]) === 0
    const { call } = openRuntime({
      tools: [
        writeTool('child', () => 1, { approval }),
        writeTool('parent', async (_, context) => {
          const result = await context.dispatch({ tool: 'child', arguments: { n: 1 } }).result()
          return result.status === 'error' ? result.error.code : result.status
        }),
      ],
    })
    expect(await call('parent', {}, { session: 's' })).toBe('APPROVAL_DENIED')
    expect(asked).toEqual([['child', { n: 1 }, 's']])
  })

  it('is a cached result too', async () => {
    let asked = 0
    const approval: ApprovalPolicy = () => {
      asked += 1
      return asked === 1
    }
    const tool = readTool('read', () => 'secret', { approval, cache: { ttl: 60_000, scope: 'shared' } })
    const { call } = openRuntime({ tools: [tool] })
    expect([await codeOf(call('read')), await codeOf(call('read'))]).toEqual(['ok', 'APPROVAL_DENIED'])
  })

  it('is once a call, however often that is tried', async () => {
    let asked = 0
    const approval: ApprovalPolicy = () => {
      asked += 1
      return true
    }
    const flaky = readTool(
      'flaky',
      (_, { attempt }) => {
        if (attempt < 3) throw Object.assign(new Error('busy'), { status: 503 })
      },
      { approval },
    )
    const { clock, call } = openRuntime({ tools: [flaky] })
    const pending = call('flaky')
    await clock.advance(60_000)
    expect([await codeOf(pending), asked]).toEqual(['ok', 1])
  })

  it('is a call inside middleware, which sees the wait and may change what is asked about', async () => {
    const told: CallEvent['type'][] = []
    const asked: unknown[] = []
    const { opened, open } = gate<boolean>()
    const double: Middleware = (call, next) => {
      const { n = 0 } = call.arguments as { n?: number }
      return next({ arguments: { n: n * 2 } }).pipe(tap(({ type }) => told.push(type)))
    }
    const approval: ApprovalPolicy = ({ arguments: args }) => {
      asked.push(args)
      return opened
    }
    const tools = [writeTool('pay', ({ n }) => n, { approval })]
    const { clock, call, events } = openRuntime({ tools, middleware: [double] })
    const pending = call('pay', { n: 4 })
    await clock.advance(10)
    expect([pending.status, told, asked]).toEqual(['queued', ['approval-wait'], [{ n: 8 }]])
    open(true)
    expect(await pending).toBe(8)
    expect(events.map(({ type }) => type)).toEqual(told)
  })

  it('is cancelled in middleware as everywhere', async () => {
    const signals: AbortSignal[] = []
    const approval: ApprovalPolicy = (_, { signal }) => {
      signals.push(signal)
      return new Promise(() => {})
    }
    const through: Middleware = (_, next) => next()
    const { call } = openRuntime({ tools: [writeTool('pay', () => 1, { approval })], middleware: [through] })
    const controller = new AbortController()
    const pending = call('pay', {}, { signal: controller.signal })
    controller.abort('enough')
    expect([await codeOf(pending), signals[0]?.reason]).toEqual(['cancelled', 'enough'])
  })
})
