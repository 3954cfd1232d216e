import { describe, expect, it } from 'vitest'
import { executionError, isChildFailure } from './execution-error.ts'
import { ToolError } from './tool-error.ts'
import { toolFailure } from './tool-failure.ts'

const at = { tool: 'pay', callId: 'c1', attempts: 2, now: Date.UTC(2026, 10, 22) }
const child = new ToolError({
  code: 'CIRCUIT_OPEN',
  message: 'open',
  tool: 'rates',
  callId: 'c2',
  retryable: true,
  retryAfterMs: 70,
})

describe('executionError', () => {
  it('keeps what was thrown as the cause and tells where', () => {
    const thrown = Object.assign(new Error('upstream'), { status: 503, headers: { 'retry-after': '7' } })
    const error = executionError(thrown, at)
    expect(error).toMatchObject({
      code: 'EXECUTION_FAILED',
      message: 'upstream',
      tool: 'pay',
      callId: 'c1',
      attempts: 2,
    })
    expect(error).toMatchObject({ retryable: true, retryAfterMs: 7000, details: { status: 503 } })
    expect(error.cause).toBe(thrown)
  })

  it('keeps a thrown undefined as the cause', () => {
    const error = executionError(undefined, at)
    expect('cause' in error).toBe(true)
    expect(error.message).toBe('threw undefined')
  })

  it('tells that nothing was sent', () => {
    const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })
    expect(executionError(refused, at).details).toEqual({ code: 'ECONNREFUSED', notSent: true })
  })

  it('joins the details of a toolFailure with its other fields', () => {
    const thrown = toolFailure({ message: 'm', blame: 'caller', hint: 'h', details: { field: 'iban' } })
    expect(executionError(thrown, at).details).toEqual({ field: 'iban', blame: 'caller', hint: 'h' })
  })

  it('does not let a tool write the details that policies decide by', () => {
    const details = { child: 'TIMEOUT', notSent: true, retryBudget: 'spent', sideEffects: 'unknown', mine: 1 }
    const error = executionError(toolFailure({ message: 'm', details }), at)
    expect(error.details).toEqual({ mine: 1 })
    expect(isChildFailure(error)).toBe(false)
  })

  it('marks the error of a child call, thrown as it is or wrapped', () => {
    for (const thrown of [child, new Error('wrapped', { cause: child })]) {
      const error = executionError(thrown, at)
      expect(error).toMatchObject({ code: 'EXECUTION_FAILED', retryable: true, retryAfterMs: 70 })
      expect(error.details).toEqual({ child: 'CIRCUIT_OPEN' })
      expect(error.cause).toBe(thrown)
      expect(isChildFailure(error)).toBe(true)
    }
  })

  it('never throws, also of an object that only claims to be a ToolError', () => {
    const fail = (): never => {
      throw new Error('hostile')
    }
    const claims = new Proxy({}, { has: () => true, get: fail })
    expect(executionError(claims, at)).toMatchObject({ code: 'EXECUTION_FAILED', retryable: false })
  })

  it('does not mark what a tool makes of the error of a child call by itself', () => {
    const error = executionError(toolFailure({ message: 'm', retryable: true, cause: child }), at)
    expect(error.retryable).toBe(true)
    expect(isChildFailure(error)).toBe(false)
  })
})
