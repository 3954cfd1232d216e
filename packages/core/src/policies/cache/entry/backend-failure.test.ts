import { describe, expect, it } from 'vitest'
import { executionError } from '../../../errors/execution-error.ts'
import { ToolError, type ToolErrorCode } from '../../../errors/tool-error.ts'
import { toolFailure } from '../../../errors/tool-failure.ts'
import { isBackendFailure } from './backend-failure.ts'

const place = { tool: 'read', callId: '1', attempts: 1, now: 0 }
const ofCode = (code: ToolErrorCode) =>
  isBackendFailure(new ToolError({ code, message: '', tool: 'read', callId: '1' }))
const ofThrown = (thrown: unknown) => isBackendFailure(executionError(thrown, place))
const httpError = (status: number) => Object.assign(new Error('http'), { status })

describe('isBackendFailure', () => {
  it.each([
    'TIMEOUT',
    'OUTPUT_INVALID',
    'CIRCUIT_OPEN',
    'RATE_LIMITED',
    'QUEUE_FULL',
    'QUEUE_TIMEOUT',
    'TOOL_STUCK',
  ] as const)('is true for %s', (code) => expect(ofCode(code)).toBe(true))

  it.each([
    'TOOL_NOT_FOUND',
    'ARGUMENTS_INVALID',
    'DEADLINE_EXCEEDED',
    'REPEATED_CALL',
    'APPROVAL_DENIED',
    'IDEMPOTENCY_CONFLICT',
    'OUTCOME_UNKNOWN',
    'RUNTIME_CLOSED',
  ] as const)('is false for %s', (code) => expect(ofCode(code)).toBe(false))

  it('goes by the status of an answer: most below 500 are about the request', () => {
    expect([500, 502, 503, 504, 408, 425, 429].map((status) => ofThrown(httpError(status)))).not.toContain(false)
    expect([400, 401, 403, 404, 409, 410, 422].map((status) => ofThrown(httpError(status)))).not.toContain(true)
  })

  it('is true for what cannot be told, and false where the tool blames the caller', () => {
    expect(ofThrown(new Error('?'))).toBe(true)
    expect(ofThrown(toolFailure({ message: 'no', blame: 'caller' }))).toBe(false)
    expect(ofThrown(toolFailure({ message: 'no', blame: 'backend' }))).toBe(true)
  })

  it('judges the failure of a child call as the child’s own', () => {
    const child = (status: number) => executionError(httpError(status), { ...place, tool: 'child' })
    expect([ofThrown(child(503)), ofThrown(child(404)), ofThrown(new Error('wrapped', { cause: child(404) }))]).toEqual(
      [true, false, false],
    )
  })
})
