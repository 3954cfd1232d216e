import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ToolError } from '../../../errors/tool-error.ts'
import { frozenCopy } from '../../../json/plain-json.ts'
import { readStored, revivedError, type StoredError, storedError, storedOutput } from './stored-value.ts'

const mark = 'headrace:stored'

function errorIn(value: unknown): StoredError {
  const answer = readStored(value)
  if (answer === undefined || !('error' in answer)) throw new Error('no error is stored')
  return answer.error
}

const failure = (rest: Partial<ConstructorParameters<typeof ToolError>[0]> = {}): ToolError =>
  new ToolError({ code: 'EXECUTION_FAILED', message: 'down', tool: 'read', callId: 'a', attempts: 3, ...rest })

describe('a stored output', () => {
  it('is the output itself, and comes back as it was', () => {
    const output = frozenCopy({ list: [1] })
    expect(storedOutput(output)).toBe(output)
    expect(readStored(output)).toEqual({ output })
    for (const value of [null, 0, '', false, [], [mark]])
      expect(readStored(storedOutput(value))).toEqual({ output: value })
  })

  it('is never taken for an error, whatever it looks like, and however often it was stored in another', () => {
    const error = storedError(failure())
    const looks = [error, { [mark]: 'output', value: 1 }, { [mark]: 'error' }, { [mark]: null }, storedOutput(error)]
    for (const output of looks) expect(readStored(storedOutput(output))).toEqual({ output })
  })

  it('comes back as it was from a store outside the process', () => {
    const part = fc.jsonValue({ maxDepth: 2 })
    const marked = fc.record({ [mark]: fc.oneof(fc.constantFrom('output', 'error'), part), value: part, error: part })
    fc.assert(
      fc.property(fc.oneof(part, marked), (output) => {
        const plain: unknown = JSON.parse(JSON.stringify(output))
        expect(readStored(JSON.parse(JSON.stringify(storedOutput(plain))))).toEqual({ output: plain })
      }),
    )
  })
})

describe('a stored error', () => {
  it('is frozen plain JSON with the details that are, and without the cause', () => {
    const details = { status: 404, issues: [{ path: 'a' }], socket: new Map(), gone: undefined, size: 1n }
    const stored = storedError(failure({ details, cause: new Error('secret'), retryAfterMs: 500, retryable: true }))
    expect(Object.isFrozen(stored)).toBe(true)
    expect(errorIn(JSON.parse(JSON.stringify(stored)))).toEqual({
      code: 'EXECUTION_FAILED',
      message: 'down',
      attempts: 3,
      retryable: true,
      retryAfterMs: 500,
      details: { status: 404, issues: [{ path: 'a' }] },
    })
  })

  it('comes back as an equal error of the call that asks, and its wait has begun to pass', () => {
    const stored = errorIn(storedError(failure({ retryAfterMs: 500, retryable: true, details: { status: 429 } })))
    const error = revivedError(stored, { tool: 'read', callId: 'b', ageMs: 200 })
    expect(error).toBeInstanceOf(ToolError)
    expect(error).toMatchObject({ code: 'EXECUTION_FAILED', message: 'down', tool: 'read', callId: 'b', attempts: 3 })
    expect(error).toMatchObject({ retryable: true, retryAfterMs: 300, details: { status: 429 } })
    expect(revivedError(stored, { tool: 'read', callId: 'b', ageMs: 900 }).retryAfterMs).toBe(0)
    const hopeless = errorIn(storedError(failure()))
    expect(revivedError(hopeless, { tool: 'read', callId: 'b', ageMs: 900 }).retryAfterMs).toBeUndefined()
  })

  it('is nothing where a store gives back something else under its mark', () => {
    const whole = errorIn(storedError(failure()))
    const broken = [
      { [mark]: 'error' },
      { [mark]: 'error', error: null },
      { [mark]: 'output' },
      { [mark]: 'other', value: 1 },
      ...['code', 'message', 'attempts', 'retryable', 'details'].map((name) => ({
        [mark]: 'error',
        error: { ...whole, [name]: undefined },
      })),
      { [mark]: 'error', error: { ...whole, retryAfterMs: '5' } },
    ]
    for (const value of broken) expect(readStored(value)).toBeUndefined()
  })
})
