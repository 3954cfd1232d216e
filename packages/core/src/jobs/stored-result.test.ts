import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FinalResult } from '../call/call-result.ts'
import { CancelReason } from '../errors/cancel-reason.ts'
import { isToolError, ToolError } from '../errors/tool-error.ts'
import { restoreResult, storeResult } from './stored-result.ts'

const call = { callId: 'call_1', tool: 'render' }
const meta = { queuedMs: 1, durationMs: 2, attempts: 3 }
const failed = (error: ToolError): FinalResult => ({ status: 'error', ...call, error, meta })
const cancelled = (reason: unknown): FinalResult => ({ status: 'cancelled', ...call, reason, meta })
/** As a store outside the process would give it back. */
const kept = (result: FinalResult): FinalResult =>
  restoreResult(JSON.parse(JSON.stringify(storeResult(result))) as ReturnType<typeof storeResult>, call)
const errorOf = (result: FinalResult): ToolError | undefined => (result.status === 'error' ? result.error : undefined)

describe('a kept result', () => {
  it('is the same after JSON, whatever plain JSON the output is', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        // JSON has no minus zero
        const output: unknown = JSON.parse(JSON.stringify(value))
        expect(kept({ status: 'ok', ...call, output, meta })).toEqual({ status: 'ok', ...call, output, meta })
      }),
    )
  })

  it('has the whole meta', () => {
    const full = { ...meta, degraded: true as const, cache: { layer: 'stale' as const, ageMs: 5 } }
    expect(kept({ status: 'ok', ...call, output: undefined, meta: full })).toEqual({
      status: 'ok',
      ...call,
      output: undefined,
      meta: full,
    })
  })

  it('has an error that is a ToolError, with the ToolErrors that caused it', () => {
    const inner = new ToolError({
      code: 'TIMEOUT',
      message: 'inner',
      tool: 'other',
      callId: 'call_2',
      retryable: true,
      retryAfterMs: 7,
      cause: new RangeError('innermost'),
    })
    const details = { status: 503, issues: [{ path: 'a' }], none: undefined, probe: () => 1, share: Number.NaN }
    const error = errorOf(
      kept(failed(new ToolError({ code: 'EXECUTION_FAILED', message: 'outer', ...call, details, cause: inner }))),
    )
    expect([isToolError(error), error?.message, error?.details, 'retryAfterMs' in (error ?? {})]).toEqual([
      true,
      'outer',
      { status: 503, issues: [{ path: 'a' }] },
      true,
    ])
    expect(error?.cause).toBeInstanceOf(ToolError)
    expect(error?.cause).toMatchObject({ code: 'TIMEOUT', tool: 'other', callId: 'call_2', retryAfterMs: 7 })
    expect(isToolError(error?.cause) && error.cause.cause).toMatchObject({ name: 'RangeError', message: 'innermost' })
  })

  it('is shown to a model as the error was', () => {
    const error = new ToolError({
      code: 'ARGUMENTS_INVALID',
      message: 'no',
      ...call,
      details: { issues: [{ path: 'q', message: 'is missing', expected: 'string', received: 'undefined' }] },
    })
    expect(errorOf(kept(failed(error)))?.toModel()).toEqual(error.toModel())
  })

  it('has a text as its cause, nothing of what is no error, and five causes at most', () => {
    const withCause = (cause: unknown) => new ToolError({ code: 'EXECUTION_FAILED', message: 'x', ...call, cause })
    expect(errorOf(kept(failed(withCause('a text'))))?.cause).toMatchObject({ name: 'Error', message: 'a text' })
    expect(errorOf(kept(failed(withCause(5))))?.cause).toBeUndefined()
    const circular = withCause('start')
    Object.defineProperty(circular, 'cause', { value: circular })
    let depth = 0
    for (let error: unknown = errorOf(kept(failed(circular))); isToolError(error); error = error.cause) depth += 1
    expect(depth).toBe(6)
  })

  it.each([
    ['a date', new Date()],
    ['a class of its own', new (class Point {})()],
    ['a bigint', 5n],
    ['something in it', { a: [Number.POSITIVE_INFINITY] }],
  ])('is OUTPUT_INVALID where the output is no plain JSON: %s', (_, output) => {
    expect(errorOf(kept({ status: 'ok', ...call, output, meta }))).toMatchObject({
      code: 'OUTPUT_INVALID',
      ...call,
      attempts: 3,
      retryable: false,
    })
  })

  it.each([
    ['plain data', { why: ['x'] }],
    ['a text', 'x'],
    ['null', null],
  ])('has the reason of a cancel: %s', (_, reason) => {
    expect(kept(cancelled(reason))).toEqual(cancelled(reason))
  })

  it('has a reason of ours as such, of another error its name and message, and nothing of anything else', () => {
    const reasonOf = (reason: unknown): unknown => {
      const result = kept(cancelled(reason))
      return result.status === 'cancelled' && result.reason
    }
    const own = reasonOf(new CancelReason('deadline', 'too late'))
    expect(own).toBeInstanceOf(CancelReason)
    expect(own).toMatchObject({ kind: 'deadline', message: 'too late', name: 'TimeoutError' })
    expect(reasonOf(new DOMException('stop', 'AbortError'))).toMatchObject({ name: 'AbortError', message: 'stop' })
    expect([reasonOf(undefined), reasonOf(() => 1)]).toEqual([null, null])
  })

  it('is an error of its own where the result throws when it is read', () => {
    const details = Object.defineProperty({}, 'trap', {
      enumerable: true,
      get: () => {
        throw new Error('trap')
      },
    })
    const error = new ToolError({ code: 'TIMEOUT', message: 'x', ...call, details })
    expect(errorOf(kept(failed(error)))).toMatchObject({ code: 'EXECUTION_FAILED', ...call })
  })

  it('does without a meta that cannot be kept', () => {
    const odd = { ...meta, cache: { layer: 'exact', ageMs: Number.NaN } } as never
    expect(kept({ status: 'ok', ...call, output: 1, meta: odd }).meta).toEqual({
      queuedMs: 0,
      durationMs: 0,
      attempts: 0,
    })
  })
})
