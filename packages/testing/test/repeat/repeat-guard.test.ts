import { type BoundCall, defineTool, type Tool, type ToolPolicy } from '@headrace/core'
import { jsonSchema } from '@headrace/core/json-schema'
import { describe, expect, it } from 'vitest'
import { codeOf, errorOf, openRuntime, resultOf } from '../fixture/open-runtime.ts'
import { type Args, httpError, readTool, sleep, untilAborted, writeTool } from '../fixture/tools.ts'

const repeat = { max: 3, within: 60_000 }

/** A tool that fails for as long as `works` says no. */
function flaky(works: (args: Args) => boolean = () => false, policy: ToolPolicy = {}): Tool {
  return writeTool(
    'flaky',
    (args) => {
      if (!works(args)) throw new Error(`no row ${args.q}`)
      return args.q
    },
    { repeat, breaker: false, ...policy },
  )
}

/** Calls one after the other; gives how each ended. */
async function codesOf(stage: ReturnType<typeof openRuntime>, count: number, ...given: Parameters<typeof stage.call>) {
  const codes: string[] = []
  for (let index = 0; index < count; index += 1) codes.push(await codeOf(stage.call(...given)))
  return codes
}

const failed = (count: number): string[] => Array(count).fill('EXECUTION_FAILED')

describe('repeat guard', () => {
  it('is off by default', async () => {
    const stage = openRuntime({ tools: [flaky(undefined, { repeat: undefined })] })
    expect(await codesOf(stage, 10, 'flaky', { q: 'a' })).toEqual(failed(10))
  })

  it('forgets the failures of a session that ends, of every tenant, and no others', async () => {
    const stage = openRuntime({ tools: [flaky()] })
    const last = async (session: string, tenant?: string): Promise<string | undefined> =>
      (await codesOf(stage, 4, 'flaky', { q: 'a' }, { session, ...(tenant === undefined ? {} : { tenant }) })).at(-1)
    await Promise.all([last('a'), last('a', 'x'), last('b')])
    await stage.runtime.control.endSession('a')
    expect(await codesOf(stage, 1, 'flaky', { q: 'a' }, { session: 'a' })).toEqual(failed(1))
    expect(await codesOf(stage, 1, 'flaky', { q: 'a' }, { session: 'a', tenant: 'x' })).toEqual(failed(1))
    expect(await codesOf(stage, 1, 'flaky', { q: 'a' }, { session: 'b' })).toEqual(['REPEATED_CALL'])
  })

  it('refuses the fourth and fifth of five equal calls that fail, and lets calls with other arguments run', async () => {
    const stage = openRuntime({ tools: [flaky()] })
    expect(await codesOf(stage, 5, 'flaky', { q: 'a' })).toEqual([...failed(3), 'REPEATED_CALL', 'REPEATED_CALL'])
    expect(await codesOf(stage, 3, 'flaky', { q: 'b' })).toEqual(failed(3))
  })

  it('tells how often the call failed and how it did last, to programs and to the model', async () => {
    const stage = openRuntime({ tools: [flaky()] })
    await codesOf(stage, 3, 'flaky', { q: 'a' })
    const error = await errorOf(stage.call('flaky', { q: 'a' }))
    expect(error).toMatchObject({
      code: 'REPEATED_CALL',
      retryable: false,
      attempts: 0,
      details: { count: 3, withinMs: 60_000, lastError: 'EXECUTION_FAILED: no row a' },
      cause: { code: 'EXECUTION_FAILED', message: 'no row a' },
    })
    expect(error.toModel()).toEqual({
      code: 'REPEATED_CALL',
      message: 'This same call to \'flaky\' has failed 3 times. The last error was: "EXECUTION_FAILED: no row a"',
      next: 'Do not repeat this call: change the arguments, or choose another tool.',
      attempts: 0,
    })
  })

  it('names the last real error, however often the call was refused: refusals make no chain', async () => {
    const stage = openRuntime({ tools: [flaky()] })
    await codesOf(stage, 50, 'flaky', { q: 'a' })
    const { cause } = await errorOf(stage.call('flaky', { q: 'a' }))
    expect(cause).toMatchObject({ code: 'EXECUTION_FAILED', cause: { message: 'no row a' } })
  })

  it('refuses without running, queueing or falling back', async () => {
    const runs: unknown[] = []
    const tool = flaky((args) => runs.push(args) === 0, { fallback: () => 'spare' })
    const stage = openRuntime({ tools: [tool] })
    const policy = { fallback: false } as const
    await codesOf(stage, 3, 'flaky', {}, { policy })
    const before = stage.events.length
    expect([await codeOf(stage.call('flaky')), runs.length]).toEqual(['REPEATED_CALL', 3])
    expect(stage.events.slice(before).map(({ type }) => type)).toEqual(['call-settle'])
  })

  it('looks at arguments as the tool gets them: the order of names does not matter, defaults are there', async () => {
    const inputSchema = jsonSchema<{ a?: number; b?: number }>({
      type: 'object',
      properties: { a: { type: 'number', default: 1 }, b: { type: 'number' } },
    })
    const execute = (): never => {
      throw new Error('no')
    }
    const tool = defineTool({ name: 'sum', description: 'sum', inputSchema, policy: { repeat }, execute })
    const stage = openRuntime({ tools: [tool] })
    const codes: string[] = []
    for (const args of ['{"a":1,"b":2}', '{"b":2,"a":1}', { b: 2 }, '{"b":2}']) {
      codes.push(await codeOf(stage.call('sum', args)))
    }
    expect(codes).toEqual([...failed(3), 'REPEATED_CALL'])
  })

  it('tells long arguments apart, and knows them again', async () => {
    const stage = openRuntime({ tools: [flaky()] })
    const long = 'x'.repeat(10_000)
    await codesOf(stage, 3, 'flaky', { q: `${long}a` })
    expect(await codesOf(stage, 1, 'flaky', { q: `${long}b` })).toEqual(failed(1))
    expect(await codesOf(stage, 1, 'flaky', { q: `${long}a` })).toEqual(['REPEATED_CALL'])
  })

  it('lets the call run again when its failures are older than the window, which no refusal moves', async () => {
    const stage = openRuntime({ tools: [flaky()] })
    for (let count = 0; count < 3; count += 1) {
      await codesOf(stage, 1, 'flaky')
      await stage.clock.advance(10_000)
    }
    for (let count = 0; count < 29; count += 1) {
      expect(await codesOf(stage, 1, 'flaky')).toEqual(['REPEATED_CALL'])
      await stage.clock.advance(1_000)
    }
    await stage.clock.advance(1_000)
    expect(await codesOf(stage, 2, 'flaky')).toEqual([...failed(1), 'REPEATED_CALL'])
  })

  it('forgets the failures of a call that succeeds', async () => {
    const runs: unknown[] = []
    const stage = openRuntime({ tools: [flaky((args) => runs.push(args) % 3 === 0)] })
    const round = [...failed(2), 'ok']
    expect(await codesOf(stage, 9, 'flaky')).toEqual([...round, ...round, ...round])
  })

  it('counts no call that is running, so equal calls at once all run', async () => {
    const tool = writeTool('slow', () => sleep(stage.clock, 5).then(() => Promise.reject(new Error('no'))), { repeat })
    const stage = openRuntime({ tools: [tool] })
    const calls = Array.from({ length: 5 }, () => stage.call('slow'))
    await stage.clock.advance(5)
    expect(await Promise.all(calls.map(codeOf))).toEqual(failed(5))
    expect((await errorOf(stage.call('slow'))).details.count).toBe(5)
  })

  it('counts no call that was cancelled, and forgets nothing for it', async () => {
    let isDeaf = true
    const tool = writeTool(
      'slow',
      (_, { signal }) => {
        if (isDeaf) return untilAborted(signal)
        throw new Error('no')
      },
      { repeat: { max: 2, within: 60_000 } },
    )
    const stage = openRuntime({ tools: [tool] })
    const cancelled = async (): Promise<string> => {
      isDeaf = true
      const pending = stage.call('slow')
      void pending.cancel()
      isDeaf = false
      await stage.clock.advance(0)
      return codeOf(pending)
    }
    const codes = [await cancelled(), await cancelled(), ...(await codesOf(stage, 1, 'slow')), await cancelled()]
    codes.push(...(await codesOf(stage, 2, 'slow')))
    expect(codes).toEqual([
      'cancelled',
      'cancelled',
      'EXECUTION_FAILED',
      'cancelled',
      'EXECUTION_FAILED',
      'REPEATED_CALL',
    ])
  })

  it("takes a fallback's answer for a success", async () => {
    const stage = openRuntime({ tools: [flaky(undefined, { fallback: () => 'spare' })] })
    expect(await codesOf(stage, 10, 'flaky')).toEqual(Array(10).fill('ok'))
  })

  it('counts a call that was turned away further on: that is no success either', async () => {
    const tool = readTool('down', () => Promise.reject(httpError(500)), {
      repeat: { max: 4, within: 60_000 },
      retry: false,
      breaker: { consecutiveFailures: 1, openFor: 60_000 },
    })
    const stage = openRuntime({ tools: [tool] })
    const first = stage.call('down')
    await stage.clock.advance(0)
    expect([await codeOf(first), ...(await codesOf(stage, 4, 'down'))]).toEqual([
      'EXECUTION_FAILED',
      'CIRCUIT_OPEN',
      'CIRCUIT_OPEN',
      'CIRCUIT_OPEN',
      'REPEATED_CALL',
    ])
  })

  it('counts a call once, however often it is tried', async () => {
    let runs = 0
    const tool = readTool(
      'busy',
      () => {
        runs += 1
        throw httpError(503)
      },
      { repeat, breaker: false },
    )
    const stage = openRuntime({ tools: [tool] })
    for (let count = 0; count < 3; count += 1) {
      const pending = stage.call('busy')
      await stage.clock.advance(10_000)
      expect(await codeOf(pending)).toBe('EXECUTION_FAILED')
    }
    expect([await codeOf(stage.call('busy')), runs]).toEqual(['REPEATED_CALL', 9])
  })

  it('counts no call that never came so far: arguments that do not fit, approvals that were refused', async () => {
    let isApproved = false
    const inputSchema = jsonSchema<{ n: number }>({
      type: 'object',
      properties: { n: { type: 'number' } },
      required: ['n'],
    })
    const policy = { repeat: { max: 1, within: 60_000 }, approval: () => isApproved }
    const tool = defineTool({ name: 'pay', description: 'pays', inputSchema, policy, execute: () => 'paid' })
    const stage = openRuntime({ tools: [tool] })
    expect(await codesOf(stage, 2, 'pay', {})).toEqual(['ARGUMENTS_INVALID', 'ARGUMENTS_INVALID'])
    expect(await codesOf(stage, 2, 'pay', { n: 1 })).toEqual(['APPROVAL_DENIED', 'APPROVAL_DENIED'])
    isApproved = true
    expect(await codesOf(stage, 1, 'pay', { n: 1 })).toEqual(['ok'])
  })

  it('goes by the arguments that an approval has changed', async () => {
    const approval = ({ arguments: args }: BoundCall) => ({ approved: true, arguments: { ...(args as Args), n: 0 } })
    const stage = openRuntime({ tools: [flaky(undefined, { approval })] })
    const codes: string[] = []
    for (const n of [1, 2, 3, 4]) codes.push(...(await codesOf(stage, 1, 'flaky', { q: 'a', n })))
    expect(codes).toEqual([...failed(3), 'REPEATED_CALL'])
  })

  it('does not guard arguments that are no plain JSON', async () => {
    const stage = openRuntime({ tools: [flaky()] })
    const args = { rows: new Map([['a', 1]]) }
    const codes: string[] = []
    for (let count = 0; count < 6; count += 1) codes.push(await codeOf(stage.runtime.call('flaky', args)))
    expect(codes).toEqual(failed(6))
  })

  it('cannot be changed for one call', () => {
    const { call } = openRuntime({ tools: [flaky()] })
    expect(() => call('flaky', {}, { policy: { repeat: false } })).toThrow('policy.repeat is shared by calls')
  })

  it('knows of a failure before anybody is told of it', async () => {
    const stage = openRuntime({ tools: [flaky(undefined, { repeat: { max: 1, within: 1_000 } })] })
    const results: Promise<string>[] = []
    stage.runtime.events$.subscribe(({ type }) => {
      if (type === 'call-settle' && results.length === 0) results.push(codeOf(stage.call('flaky')))
    })
    stage.call('flaky')
    expect(await Promise.all(results)).toEqual(['REPEATED_CALL'])
  })
})

describe('repeat guard: who repeats', () => {
  it('keeps sessions apart, and tenants with sessions of one name', async () => {
    const stage = openRuntime({ tools: [flaky()] })
    const who = [{ session: 'a' }, { session: 'b' }, { session: 'a', tenant: 't' }, { session: 'a', tenant: 'u' }, {}]
    for (const options of who) expect(await codesOf(stage, 3, 'flaky', {}, options)).toEqual(failed(3))
    for (const options of who) expect(await codesOf(stage, 1, 'flaky', {}, options)).toEqual(['REPEATED_CALL'])
  })

  it('keeps scopes apart where there is no session, and not where there is one', async () => {
    const stage = openRuntime({ tools: [flaky()] })
    const run = async (scope: { dispatch: typeof stage.runtime.dispatch }, session?: string) => {
      const codes: string[] = []
      for (let count = 0; count < 4; count += 1) {
        codes.push(await codeOf(scope.dispatch({ tool: 'flaky', arguments: {} }, { session })))
      }
      return codes
    }
    for (const scope of [stage.runtime, stage.runtime.scope(), stage.runtime.scope()]) {
      expect(await run(scope)).toEqual([...failed(3), 'REPEATED_CALL'])
    }
    expect(await run(stage.runtime.scope({ session: 's' }))).toEqual([...failed(3), 'REPEATED_CALL'])
    expect(await run(stage.runtime.scope(), 's')).toEqual(Array(4).fill('REPEATED_CALL'))
  })

  it('keeps tools apart', async () => {
    const other = writeTool('other', () => Promise.reject(new Error('no')), { repeat, breaker: false })
    const stage = openRuntime({ tools: [flaky(), other] })
    await codesOf(stage, 3, 'flaky')
    const pending = stage.call('other')
    await stage.clock.advance(0)
    expect(await codeOf(pending)).toBe('EXECUTION_FAILED')
  })

  it('guards the calls that a tool makes, in the session of its own call', async () => {
    const parent = writeTool('parent', async (_, context) => {
      const result = await context.dispatch({ tool: 'flaky', arguments: {} }).result()
      return result.status === 'error' ? result.error.code : result.status
    })
    const stage = openRuntime({ tools: [flaky(), parent] })
    const codes: unknown[] = []
    for (let count = 0; count < 4; count += 1) codes.push(await stage.call('parent', {}, { session: 's' }))
    expect(codes).toEqual([...failed(3), 'REPEATED_CALL'])
  })

  it('guards every tool where the policy of the runtime says so, unless the tool says otherwise', async () => {
    const fail = (): never => {
      throw new Error('no')
    }
    const tools = [writeTool('guarded', fail), writeTool('free', fail, { repeat: false })]
    const stage = openRuntime({ tools, policy: { repeat: { max: 1, within: 1_000 }, breaker: false } })
    expect(await codesOf(stage, 2, 'guarded')).toEqual([...failed(1), 'REPEATED_CALL'])
    expect(await codesOf(stage, 10, 'free')).toEqual(failed(10))
  })

  it('guards a call inside middleware, by the arguments that the middleware gives it', async () => {
    const seen: unknown[] = []
    const stage = openRuntime({
      tools: [flaky()],
      middleware: [(_, next) => next({ arguments: { q: 'always' } })],
    })
    for (const q of ['a', 'b', 'c', 'd']) {
      const result = await resultOf(stage.call('flaky', { q }))
      seen.push(result.status === 'error' && result.error.code)
    }
    expect(seen).toEqual([...failed(3), 'REPEATED_CALL'])
  })
})
