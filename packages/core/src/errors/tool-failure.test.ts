import { describe, expect, it } from 'vitest'
import { isToolError, ToolError } from './tool-error.ts'
import { isToolFailure, toolFailure } from './tool-failure.ts'

const hostile = new Proxy(
  {},
  {
    has: () => {
      throw new Error('hostile')
    },
  },
)

describe('toolFailure', () => {
  it('is an Error with the fields that it is given', () => {
    const cause = new Error('inner')
    const failure = toolFailure({
      message: 'm',
      retryable: true,
      retryAfterMs: 5,
      blame: 'backend',
      hint: 'h',
      status: 503,
      cause,
    })
    expect(failure).toBeInstanceOf(Error)
    expect(failure).toMatchObject({ name: 'ToolFailure', message: 'm', retryable: true, retryAfterMs: 5 })
    expect(failure).toMatchObject({ blame: 'backend', hint: 'h', status: 503 })
    expect(failure.cause).toBe(cause)
  })

  it('is known by a brand that another copy of the package shares', () => {
    expect(isToolFailure(toolFailure({ message: 'm' }))).toBe(true)
    expect(isToolFailure({ [Symbol.for('headrace.tool-failure')]: true })).toBe(true)
    expect([new Error('m'), null, undefined, 'm', hostile].some(isToolFailure)).toBe(false)
  })
})

describe('isToolError', () => {
  it('knows a ToolError by a brand and survives hostile proxies', () => {
    const error = new ToolError({ code: 'TIMEOUT', message: 'm', tool: 't', callId: 'c' })
    expect(isToolError(error)).toBe(true)
    expect([new Error('m'), null, undefined, 'm', hostile, toolFailure({ message: 'm' })].some(isToolError)).toBe(false)
  })

  it('renders itself for a model', () => {
    const error = new ToolError({ code: 'TIMEOUT', message: 'm', tool: 't', callId: 'c', attempts: 2 })
    expect(error.toModel()).toMatchObject({ code: 'TIMEOUT', attempts: 2 })
  })
})
