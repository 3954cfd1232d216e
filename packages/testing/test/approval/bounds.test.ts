import { AsyncLocalStorage } from 'node:async_hooks'
import { getEventListeners } from 'node:events'
import { type ApprovalPolicy, type BoundCall, CancelReason, defineTool } from '@headrace/core'
import { describe, expect, it } from 'vitest'
import { codeOf, openRuntime, resultOf } from '../fixture/open-runtime.ts'
import { forever, gate, readTool, sleep, untilAborted, writeTool } from '../fixture/tools.ts'

/** Asks somebody who never answers, and keeps the signals that they were given. */
function silence(): { signals: AbortSignal[]; approval: ApprovalPolicy } {
  const signals: AbortSignal[] = []
  const approval: ApprovalPolicy = (_, { signal }) => {
    signals.push(signal)
    return forever()
  }
  return { signals, approval }
}

describe('approval: what bounds it', () => {
  it("is not the policy's total: its clock starts with the answer", async () => {
    const seen: number[] = []
    const { opened, open } = gate<boolean>()
    const tool = writeTool('pay', (_, { remainingMs }) => void seen.push(remainingMs()), {
      approval: () => opened,
      timeout: { attempt: 500, total: 1_000 },
    })
    const { clock, call } = openRuntime({ tools: [tool] })
    const pending = call('pay')
    await clock.advance(3_600_000)
    open(true)
    await clock.advance(0)
    expect([seen, (await resultOf(pending)).meta.durationMs]).toEqual([[500], 3_600_000])
  })

  it('is not the total, but the total holds after it', async () => {
    const { opened, open } = gate<boolean>()
    const tool = writeTool('hang', forever, {
      approval: () => opened,
      timeout: { attempt: 5_000, total: 1_000, grace: 10 },
    })
    const { clock, call } = openRuntime({ tools: [tool] })
    const calls = [call('hang'), call('hang', {}, { deadline: clock.now() + 60_000 })]
    await clock.advance(10_000)
    open(true)
    await clock.advance(999)
    expect(calls.map(({ status }) => status)).toEqual(['running', 'running'])
    await clock.advance(1)
    expect(await Promise.all(calls.map(codeOf))).toEqual(['DEADLINE_EXCEEDED', 'DEADLINE_EXCEEDED'])
  })

  it("is the caller's deadline, which ends the call then, and a late answer is ignored", async () => {
    const ran: unknown[] = []
    const signals: AbortSignal[] = []
    const { opened, open } = gate<boolean>()
    const approval: ApprovalPolicy = (_, { signal }) => {
      signals.push(signal)
      return opened
    }
    const { clock, call, events } = openRuntime({ tools: [writeTool('pay', () => ran.push('paid'), { approval })] })
    const pending = call('pay', {}, { deadline: clock.now() + 300 })
    await clock.advance(299)
    expect(pending.status).toBe('queued')
    await clock.advance(1)
    expect(await codeOf(pending)).toBe('DEADLINE_EXCEEDED')
    expect(signals[0]?.reason).toMatchObject({ kind: 'deadline' })
    open(true)
    await clock.advance(1_000)
    expect([ran, events.at(-1)?.type]).toEqual([[], 'call-settle'])
  })

  it('is the deadline of the scope', async () => {
    const { approval } = silence()
    const { clock, runtime } = openRuntime({ tools: [writeTool('pay', () => 'paid', { approval })] })
    const scope = runtime.scope({ deadline: clock.now() + 300 })
    const pending = scope.scope().dispatch({ tool: 'pay', arguments: {} })
    await clock.advance(300)
    expect(await codeOf(pending)).toBe('DEADLINE_EXCEEDED')
  })

  it('nobody is asked for a call whose deadline has passed', async () => {
    const { signals, approval } = silence()
    const { clock, call } = openRuntime({ tools: [writeTool('pay', () => 'paid', { approval })] })
    expect(await codeOf(call('pay', {}, { deadline: clock.now() }))).toBe('DEADLINE_EXCEEDED')
    expect(signals).toEqual([])
  })

  it("a caller's deadline after a long approval is not held against the backend", async () => {
    const { opened, open } = gate<boolean>()
    const tool = readTool('slow', (_, { signal }) => untilAborted(signal), {
      approval: () => opened,
      timeout: { total: 1_000 },
      breaker: { consecutiveFailures: 1 },
    })
    const { clock, call, runtime } = openRuntime({ tools: [tool] })
    const pending = call('slow', {}, { deadline: clock.now() + 5_100 })
    await clock.advance(5_000)
    open(true)
    await clock.advance(100)
    expect([await codeOf(pending), runtime.control.breaker('slow').state]).toEqual(['DEADLINE_EXCEEDED', 'closed'])
  })

  it("is the caller's signal: its reason ends the call and the question in the same tick", async () => {
    const { signals, approval } = silence()
    const { call } = openRuntime({ tools: [writeTool('pay', () => 'paid', { approval })] })
    const controller = new AbortController()
    const pending = call('pay', {}, { signal: controller.signal })
    const reason = new Error('went home')
    controller.abort(reason)
    expect([pending.status, signals[0]?.reason]).toEqual(['settled', reason])
    expect(await resultOf(pending)).toMatchObject({ status: 'cancelled', reason })
  })

  it('is a cancel: an answer that comes later asks nothing more of the policy', async () => {
    const asked: string[] = []
    const { opened, open } = gate<boolean>()
    const key = ({ callId }: BoundCall): string => {
      asked.push(callId)
      return 'key'
    }
    const tool = writeTool('pay', () => 'paid', { approval: () => opened, concurrency: { key } })
    const { clock, call } = openRuntime({ tools: [tool] })
    const [cancelled, waiting] = [call('pay'), call('pay')]
    void cancelled.cancel()
    open(true)
    await clock.advance(0)
    expect([await codeOf(cancelled), await codeOf(waiting), asked]).toEqual(['cancelled', 'ok', [waiting.callId]])
  })

  it('is whoever cancels the call or leaves it', async () => {
    const { signals, approval } = silence()
    const { clock, call, runtime } = openRuntime({ tools: [writeTool('pay', () => 'paid', { approval })] })
    void call('pay').cancel()
    runtime.dispatch$({ tool: 'pay', arguments: {} }).subscribe().unsubscribe()
    await clock.advance(0)
    expect(signals.map(({ reason }) => (reason as CancelReason).kind)).toEqual(['cancelled', 'unsubscribed'])
  })

  it('is a listener that cancels as soon as it hears of the wait', async () => {
    const ran: unknown[] = []
    const { clock, runtime } = openRuntime({
      tools: [writeTool('pay', () => ran.push('paid'), { approval: async () => true })],
    })
    const controller = new AbortController()
    runtime.events$.subscribe(({ type }) => type === 'approval-wait' && controller.abort())
    const pending = runtime.dispatch({ tool: 'pay', arguments: {} }, { signal: controller.signal })
    await clock.advance(10)
    expect([await codeOf(pending), ran]).toEqual(['cancelled', []])
  })

  it('is the approval function that cancels the call while it is asked', async () => {
    const ran: unknown[] = []
    const controller = new AbortController()
    const signals: AbortSignal[] = []
    const approval: ApprovalPolicy = (_, options) => {
      controller.abort()
      signals.push(options.signal)
      return true
    }
    const { call } = openRuntime({ tools: [writeTool('pay', () => ran.push('paid'), { approval })] })
    const pending = call('pay', {}, { signal: controller.signal })
    expect([await codeOf(pending), ran, signals[0]?.aborted]).toEqual(['cancelled', [], true])
  })

  it('is close(), also where nobody ever answers', async () => {
    const { signals, approval } = silence()
    const { clock, call, runtime } = openRuntime({ tools: [writeTool('pay', () => 'paid', { approval })] })
    const pending = call('pay')
    const closed = runtime.close({ drain: 500 })
    await clock.advance(499)
    expect(pending.status).toBe('queued')
    await clock.advance(1)
    await closed
    expect([await codeOf(pending), signals[0]?.reason]).toEqual(['cancelled', expect.any(CancelReason)])
  })

  it('leaves the signal alone once it was answered', async () => {
    const signals: AbortSignal[] = []
    const approval: ApprovalPolicy = async (_, { signal }) => signals.push(signal) > 0
    const tools = [writeTool('slow', (_, { signal }) => untilAborted(signal), { approval })]
    const { clock, call } = openRuntime({ tools })
    const pending = call('slow')
    await clock.advance(1)
    expect(pending.status).toBe('running')
    void pending.cancel()
    await clock.advance(1)
    expect([await codeOf(pending), signals[0]?.aborted]).toEqual(['cancelled', false])
  })

  it('leaves no listener on the signal of 1,000 calls, and has one at most while they wait', async () => {
    const { opened, open } = gate<boolean>()
    const { clock, call } = openRuntime({ tools: [writeTool('pay', () => 'paid', { approval: () => opened })] })
    const { signal } = new AbortController()
    const listeners = () => getEventListeners(signal, 'abort').length
    const calls = Array.from({ length: 1_000 }, (_, n) => call('pay', { n }, { signal, deadline: clock.now() + 1_000 }))
    await clock.advance(10)
    expect([listeners(), clock.pending]).toEqual([1, 1])
    for (const pending of calls.slice(0, 100)) void pending.cancel()
    open(true)
    await clock.advance(10)
    const codes = await Promise.all(calls.map(codeOf))
    expect([codes.filter((code) => code === 'ok').length, listeners()]).toEqual([900, 0])
  })

  it("lets the call run in its submitter's async context", async () => {
    const storage = new AsyncLocalStorage<string>()
    const seen: unknown[] = []
    const { opened, open } = gate<boolean>()
    const tool = writeTool(
      'pay',
      async () => {
        seen.push(storage.getStore())
        await sleep(clock, 5)
        seen.push(storage.getStore())
      },
      { approval: () => opened },
    )
    const { clock, call } = openRuntime({ tools: [tool] })
    const pending = storage.run('mine', () => call('pay'))
    storage.run('approver', () => open(true))
    await storage.run('test', () => clock.advance(10))
    expect([await codeOf(pending), seen]).toEqual(['ok', ['mine', 'mine']])
  })
})

describe('validation that takes its time', () => {
  it("is bounded by the caller's deadline too", async () => {
    const inputSchema = { '~standard': { version: 1, vendor: 'test', validate: forever } } as const
    const tool = defineTool({ name: 'slow', description: 'slow', inputSchema, execute: () => 1 })
    const { clock, call } = openRuntime({ tools: [tool] })
    const pending = call('slow', {}, { deadline: clock.now() + 50 })
    await clock.advance(50)
    expect(await codeOf(pending)).toBe('DEADLINE_EXCEEDED')
  })
})
