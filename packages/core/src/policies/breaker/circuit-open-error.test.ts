import { describe, expect, it } from 'vitest'
import { circuitOpenError } from './circuit-open-error.ts'

const rejected = { tool: 'search', callId: 'call-1', key: 'host', state: 'open', attempts: 2 } as const

describe('the error of a rejected call', () => {
  it('names the key, the state, the time to come back and the failure that opened the breaker', () => {
    const cause = new Error('HTTP 503')
    const error = circuitOpenError({ ...rejected, retryAfterMs: 4_000, cause })
    expect(error).toMatchObject({ code: 'CIRCUIT_OPEN', tool: 'search', callId: 'call-1', attempts: 2 })
    expect(error).toMatchObject({ retryable: true, retryAfterMs: 4_000, details: { key: 'host', state: 'open' } })
    expect(error.cause).toBe(cause)
    expect(error.message).toContain("'host' is open")
  })

  it('makes an error without a misleading stack of a message', () => {
    const { cause } = circuitOpenError({ ...rejected, retryAfterMs: 1, cause: 'HTTP 503' })
    expect(cause).toBeInstanceOf(Error)
    expect(cause).toMatchObject({ message: 'HTTP 503', stack: 'Error: HTTP 503' })
  })

  it('tells no time and no cause of a breaker that was isolated by hand', () => {
    const error = circuitOpenError({ ...rejected, state: 'isolated', retryAfterMs: undefined, cause: undefined })
    expect([error.retryAfterMs, 'cause' in error]).toEqual([undefined, false])
    expect(error.message).toContain('isolated by hand')
  })
})
