import { describe, expect, it } from 'vitest'
import type { CallResult } from '../../call/call-result.ts'
import { executionError } from '../../errors/execution-error.ts'
import { ToolError, type ToolErrorCode } from '../../errors/tool-error.ts'
import { toolFailure } from '../../errors/tool-failure.ts'
import { askedToWait, classifyOutcome, judge } from './classify-outcome.ts'

const place = { tool: 'tool', callId: 'call', attempts: 1, now: 0 }
const thrown = (error: unknown) => executionError(error, place)
const http = (status: number, more: object = {}) =>
  thrown(Object.assign(new Error(`HTTP ${status}`), { status, ...more }))
const ours = (code: ToolErrorCode) => new ToolError({ code, message: code, tool: 'tool', callId: 'call' })
const failed = (error: ToolError): CallResult => ({ status: 'error', callId: '', tool: '', error, meta })
const meta = { queuedMs: 0, durationMs: 0, attempts: 1 }
const ok: CallResult = { status: 'ok', callId: '', tool: '', output: 1, meta }

describe('a failure is', () => {
  it.each(['ECONNRESET', 'ECONNREFUSED', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_SOCKET', 'EPIPE'])(
    'the network error %s',
    (code) => expect(classifyOutcome(thrown(Object.assign(new Error(code), { code })))).toBe('failure'),
  )

  it('a timeout of the attempt', () => {
    expect(classifyOutcome(ours('TIMEOUT'))).toBe('failure')
  })

  it.each([408, 500, 501, 502, 503, 504, 529, 599])('HTTP %i', (status) => {
    expect(classifyOutcome(http(status))).toBe('failure')
  })

  it.each([[new Error('x')], [undefined], ['text'], [Number.NaN], [{}], [new TypeError('x is not a function')]])(
    'an unclassified throw of %j',
    (value) => expect(classifyOutcome(thrown(value))).toBe('failure'),
  )

  it.each([0, 200, 204, 999])('what is thrown after or without an answer, with the status %i', (status) => {
    expect(classifyOutcome(http(status))).toBe('failure')
  })

  it("what a tool says is the backend's fault", () => {
    expect(classifyOutcome(thrown(toolFailure({ message: 'down', blame: 'backend' })))).toBe('failure')
  })
})

describe('ignored is', () => {
  it.each([400, 401, 403, 404, 409, 422, 429, 499])('HTTP %i', (status) => {
    expect(classifyOutcome(http(status))).toBe('ignored')
  })

  it("what a tool says is the caller's fault, also with a status that is a failure", () => {
    const error = toolFailure({ message: 'no such city', blame: 'caller', details: { status: 500 } })
    expect(classifyOutcome(thrown(error))).toBe('ignored')
  })

  it('an error that a child call ended with', () => {
    expect(classifyOutcome(thrown(ours('TIMEOUT')))).toBe('ignored')
    expect(classifyOutcome(thrown(new Error('step 2 failed', { cause: http(503) })))).toBe('ignored')
  })

  it.each([
    'OUTPUT_INVALID',
    'DEADLINE_EXCEEDED',
    'CIRCUIT_OPEN',
    'RATE_LIMITED',
    'QUEUE_FULL',
    'QUEUE_TIMEOUT',
    'TOOL_STUCK',
    'REPEATED_CALL',
    'APPROVAL_DENIED',
    'RUNTIME_CLOSED',
  ] as const)('%s', (code) => expect(classifyOutcome(ours(code))).toBe('ignored'))
})

describe('success is the rest', () => {
  it('a redirect, or an answer that nothing has changed', () => {
    expect([304, 302].map((status) => classifyOutcome(http(status)))).toEqual(['success', 'success'])
  })

  it('any output', () => {
    expect(judge(undefined, undefined, undefined)).toBe('success')
  })
})

describe("a policy's own classifier", () => {
  it('decides about outputs and about errors of the backend', () => {
    expect(judge(() => 'failure', ok, undefined)).toBe('failure')
    expect(judge(() => 'success', failed(http(500)), http(500))).toBe('success')
    expect(judge(() => 'failure', failed(http(404)), http(404))).toBe('failure')
    expect(judge(() => 'ignored', failed(http(500)), http(500))).toBe('ignored')
  })

  it('is given the result', () => {
    const seen: CallResult[] = []
    const classify = (result: CallResult) => {
      seen.push(result)
      return 'success' as const
    }
    judge(classify, ok, undefined)
    expect(seen).toEqual([ok])
  })

  it('has ignored the attempt when it throws', () => {
    const classify = () => {
      throw new Error('bad classifier')
    }
    expect([judge(classify, ok, undefined), judge(classify, failed(http(500)), http(500))]).toEqual([
      'ignored',
      'ignored',
    ])
  })

  it.each([undefined, null, 'fail', true, Promise.resolve('failure')])(
    'has ignored the attempt when it answers %j',
    (answer) => {
      expect(judge(() => answer as never, ok, undefined)).toBe('ignored')
    },
  )

  it('is not asked where nothing came from the backend: ignoring wins', () => {
    const classify = () => expect.unreachable()
    const cancelled: CallResult = { status: 'cancelled', callId: '', tool: '', reason: 'enough', meta }
    expect(judge(classify, cancelled, undefined)).toBe('ignored')
    for (const error of [
      ours('QUEUE_FULL'),
      ours('CIRCUIT_OPEN'),
      ours('DEADLINE_EXCEEDED'),
      thrown(ours('TIMEOUT')),
    ]) {
      expect(judge(classify, failed(error), error)).toBe('ignored')
    }
  })
})

describe('what the backend asked to wait', () => {
  it('is the Retry-After of a 503, and of nothing else', () => {
    const waits = [503, 500, 429].map((status) => askedToWait(http(status, { headers: { 'retry-after': '7' } })))
    expect([...waits, askedToWait(http(503))]).toEqual([7_000, undefined, undefined, undefined])
  })
})
