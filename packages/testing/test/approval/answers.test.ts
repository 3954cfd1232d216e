import { type ApprovalPolicy, type BoundCall, defineTool } from '@headrace/core'
import { jsonSchema } from '@headrace/core/json-schema'
import { describe, expect, it } from 'vitest'
import { codeOf, errorOf, openRuntime, resultOf } from '../fixture/open-runtime.ts'
import { gate, sleep, writeTool } from '../fixture/tools.ts'

/** A tool that remembers what it was called with. */
function payTool(ran: unknown[], approval: ApprovalPolicy) {
  const pay = (args: unknown) => {
    ran.push(args)
    return 'paid'
  }
  return writeTool('pay', pay, { approval })
}

describe('approval: answers', () => {
  it('lets a call run at once where the answer is there at once, and tells of no wait', async () => {
    const ran: unknown[] = []
    const { call, events } = openRuntime({ tools: [payTool(ran, () => true)] })
    const pending = call('pay', { n: 5 })
    expect([ran, await codeOf(pending)]).toEqual([[{ n: 5 }], 'ok'])
    expect(events.some(({ type }) => type === 'approval-wait')).toBe(false)
  })

  it('lets a call wait, queued, until the answer is there', async () => {
    const ran: unknown[] = []
    const { opened, open } = gate<boolean>()
    const { clock, call, events, runtime } = openRuntime({ tools: [payTool(ran, () => opened)] })
    const pending = call('pay')
    await clock.advance(1_000)
    expect([pending.status, ran, events.map(({ type }) => type)]).toEqual(['queued', [], ['approval-wait']])
    expect(runtime.snapshot().queues).toMatchObject([{ key: 'pay', running: 0, queued: 0 }])
    open(true)
    await clock.advance(0)
    expect([await codeOf(pending), ran.length]).toEqual(['ok', 1])
    expect(events.map(({ type }) => type)).toEqual(['approval-wait', 'call-start', 'attempt-start', 'call-settle'])
  })

  it('shows the call with its arguments bound and validated', async () => {
    const seen: BoundCall[] = []
    const inputSchema = jsonSchema<{ n?: number }>({
      type: 'object',
      properties: { n: { type: 'number', default: 7 } },
    })
    const approval: ApprovalPolicy = (call) => seen.push(call) > 0
    const tool = defineTool({ name: 'pay', description: 'pays', inputSchema, policy: { approval }, execute: () => 1 })
    const { call } = openRuntime({ tools: [tool] })
    await call('pay', '{}', { session: 's', tenant: 't', metadata: { user: 1 } })
    expect(seen).toEqual([
      {
        callId: expect.any(String),
        tool: 'pay',
        arguments: { n: 7 },
        session: 's',
        tenant: 't',
        metadata: { user: 1 },
      },
    ])
  })

  it.each<[string, ApprovalPolicy]>([
    ['a plain no', () => ({ approved: false, reason: 'over the limit' })],
    ['a later no', async () => ({ approved: false, reason: 'over the limit' })],
  ])('refuses the call on %s, for the reason given, and nothing runs', async (_how, approval) => {
    const ran: unknown[] = []
    const { clock, call } = openRuntime({
      tools: [payTool(ran, approval)],
      policy: { fallback: () => ran.push('spare') },
    })
    const pending = call('pay')
    await clock.advance(60_000)
    const error = await errorOf(pending)
    expect(error).toMatchObject({
      code: 'APPROVAL_DENIED',
      retryable: false,
      attempts: 0,
      details: { reason: 'over the limit' },
    })
    expect(error.toModel()).toEqual({
      code: 'APPROVAL_DENIED',
      message: 'This call to \'pay\' was not approved. The reason given: "over the limit"',
      next: 'Do not repeat this call. Ask the user, or choose another way.',
      attempts: 0,
    })
    expect(ran).toEqual([])
  })

  it('refuses the call on a no without a reason', async () => {
    const { call } = openRuntime({ tools: [payTool([], () => false)] })
    const error = await errorOf(call('pay'))
    expect([error.code, error.details, 'cause' in error]).toEqual(['APPROVAL_DENIED', {}, false])
  })

  const down = new Error('the approval service is down')
  const hostile = {
    get approved(): boolean {
      throw down
    },
  }
  const badThen = {
    // biome-ignore lint/suspicious/noThenProperty: hostile input
    get then(): never {
      throw down
    },
  }
  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw down
      },
    ],
    ['rejects', () => Promise.reject(down)],
    ['gives what throws when it is read', () => hostile],
    ['gives a promise of what throws when it is read', async () => hostile],
    ['gives what is no promise although it looks like one', () => badThen],
  ])('refuses the call where the approval function %s, with what was thrown as the cause', async (_how, approval) => {
    const ran: unknown[] = []
    const { clock, call } = openRuntime({ tools: [payTool(ran, approval as ApprovalPolicy)] })
    const pending = call('pay')
    await clock.advance(0)
    const error = await errorOf(pending)
    expect([error.code, error.cause, ran]).toEqual(['APPROVAL_DENIED', down, []])
    expect(JSON.stringify(error.toModel())).not.toContain('down')
  })

  it.each([undefined, null, 'yes', 1, {}, { approved: 'yes' }, []])(
    'refuses the call where the answer is %j, which is none',
    async (answer) => {
      const ran: unknown[] = []
      const tools = [payTool(ran, (() => answer) as unknown as ApprovalPolicy)]
      const { clock, call } = openRuntime({ tools })
      const calls = [call('pay'), call('pay', {}, { policy: { approval: (async () => answer) as never } })]
      await clock.advance(0)
      for (const error of await Promise.all(calls.map(errorOf))) {
        expect([error.code, error.cause]).toEqual(['APPROVAL_DENIED', expect.any(TypeError)])
      }
      expect(ran).toEqual([])
    },
  )

  it('comes before the permit: a call that waits for it holds up no other', async () => {
    const { opened } = gate<boolean>()
    const approval: ApprovalPolicy = ({ arguments: args }) => (args as { n: number }).n > 0 || opened
    const tool = writeTool('one', () => sleep(clock, 5), { approval, concurrency: { max: 1, queue: 0 } })
    const { clock, call } = openRuntime({ tools: [tool] })
    call('one', { n: 0 })
    const second = call('one', { n: 1 })
    await clock.advance(5)
    expect(await codeOf(second)).toBe('ok')
  })
})

describe('approval: changed arguments', () => {
  const inputSchema = jsonSchema<{ n: number; to?: string }>({
    type: 'object',
    properties: { n: { type: 'number' }, to: { type: 'string', default: 'nobody' } },
    required: ['n'],
  })
  function transfer(ran: unknown[], approval: ApprovalPolicy, fallback?: (error: unknown, call: BoundCall) => unknown) {
    return defineTool({
      name: 'transfer',
      description: 'transfers',
      inputSchema,
      policy: { approval, ...(fallback && { fallback }) },
      execute: (args) => {
        ran.push(args)
        if (args.n < 0) throw new Error('negative')
        return args.n
      },
    })
  }

  it.each<[string, ApprovalPolicy]>([
    ['at once', () => ({ approved: true, arguments: { n: 10 } })],
    ['later', async () => ({ approved: true, arguments: { n: 10 } })],
  ])('are validated again, and are what the tool gets, %s', async (_how, approval) => {
    const ran: unknown[] = []
    const { clock, call } = openRuntime({ tools: [transfer(ran, approval)] })
    const pending = call('transfer', { n: 1_000, to: 'me' })
    await clock.advance(0)
    expect([await resultOf(pending), ran]).toMatchObject([{ output: 10 }, [{ n: 10, to: 'nobody' }]])
  })

  it('that do not fit the schema fail the call', async () => {
    const ran: unknown[] = []
    const { call } = openRuntime({ tools: [transfer(ran, () => ({ approved: true, arguments: { n: 'ten' } }))] })
    const error = await errorOf(call('transfer', { n: 1_000 }))
    expect([error.code, error.details.issues, ran]).toEqual([
      'ARGUMENTS_INVALID',
      [expect.objectContaining({ path: 'n' })],
      [],
    ])
  })

  it('are what the fallback is shown', async () => {
    const shown: unknown[] = []
    const approval: ApprovalPolicy = () => ({ approved: true, arguments: { n: -1 } })
    const { call } = openRuntime({ tools: [transfer([], approval, (_, { arguments: args }) => shown.push(args))] })
    await call('transfer', { n: 1_000 })
    expect(shown).toEqual([{ n: -1, to: 'nobody' }])
  })

  it('may take their time to be validated', async () => {
    const ran: unknown[] = []
    const slow = {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: (value: unknown) => sleep(clock, 10).then(() => ({ value })),
      },
    } as const
    const approval: ApprovalPolicy = () => ({ approved: true, arguments: { changed: true } })
    const execute = (args: unknown) => ran.push(args)
    const tool = defineTool({ name: 'slow', description: 'slow', inputSchema: slow, policy: { approval }, execute })
    const { clock, call } = openRuntime({ tools: [tool] })
    const [free, bound] = [call('slow'), call('slow', {}, { deadline: clock.now() + 15 })]
    await clock.advance(15)
    expect([await codeOf(bound), free.status]).toEqual(['DEADLINE_EXCEEDED', 'queued'])
    await clock.advance(5)
    expect([await codeOf(free), ran]).toEqual(['ok', [{ changed: true }]])
  })
})
