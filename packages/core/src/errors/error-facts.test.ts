import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findChildError, readErrorFacts } from './error-facts.ts'
import { ToolError } from './tool-error.ts'
import { toolFailure } from './tool-failure.ts'

const now = Date.UTC(2026, 10, 22)
const read = (thrown: unknown): ReturnType<typeof readErrorFacts> => readErrorFacts(thrown, now)
const withCode = (code: string, more: object = {}): Error => Object.assign(new Error(code), { code, ...more })
const childError = new ToolError({
  code: 'EXECUTION_FAILED',
  message: 'm',
  tool: 't',
  callId: 'c',
  retryable: true,
  retryAfterMs: 9,
})

describe('readErrorFacts, of an HTTP answer', () => {
  it.each([408, 425, 429, 500, 502, 503, 504])('calls %i retryable', (status) => {
    expect(read({ status })).toMatchObject({ status, retryable: true, notSent: false })
  })

  it.each([301, 400, 401, 403, 404, 409, 418, 422, 501, 505, 507, 529])('calls %i final', (status) => {
    expect(read({ status })).toMatchObject({ status, retryable: false })
  })

  it('finds the status in each of its places', () => {
    for (const place of [
      { status: 503 },
      { statusCode: '503' },
      { response: { status: 503 } },
      { cause: { status: 503 } },
    ]) {
      expect(read(place).status).toBe(503)
    }
  })

  it('takes nonsense for no status', () => {
    for (const status of [0, 99, 600, 503.5, '5xx', 'rejected', Number.NaN, true])
      expect(read({ status }).status).toBeUndefined()
  })

  it('prefers the outermost link that has a value', () => {
    const facts = read({ status: 404, cause: { status: 503, headers: { 'retry-after': '3' } } })
    expect(facts).toMatchObject({ status: 404, retryable: false, retryAfterMs: 3000 })
  })

  it('reads the wait from headers, from those of a response, and from retryAfter', () => {
    expect(read({ status: 429, headers: { 'Retry-After': '3' } }).retryAfterMs).toBe(3000)
    expect(read({ response: { status: 429, headers: new Headers({ 'retry-after-ms': '30' }) } }).retryAfterMs).toBe(30)
    expect(read({ status: 429, retryAfter: 3 }).retryAfterMs).toBe(3000)
    expect(read({ status: 429, retryAfter: new Date(now + 4000).toUTCString() }).retryAfterMs).toBe(4000)
    expect(read({ status: 429, retryAfter: -3 }).retryAfterMs).toBeUndefined()
  })

  it('takes the reset of a limit for a wait only where the limit may be the reason', () => {
    const headers = { 'x-ratelimit-reset-requests': '20s' }
    expect(read({ status: 429, headers }).retryAfterMs).toBe(20_000)
    expect(read({ status: 500, headers }).retryAfterMs).toBeUndefined()
  })

  it('follows x-should-retry against the status', () => {
    expect(read({ status: 429, headers: { 'x-should-retry': 'false' } }).retryable).toBe(false)
    expect(read({ status: 409, headers: { 'x-should-retry': 'true' } }).retryable).toBe(true)
  })

  it('judges a body that breaks off after a good status by its code', () => {
    expect(read({ status: 200, cause: withCode('UND_ERR_SOCKET') })).toMatchObject({ retryable: true, notSent: false })
  })
})

describe('readErrorFacts, of a network error', () => {
  const retryable = [
    'ECONNRESET',
    'ECONNREFUSED',
    'ETIMEDOUT',
    'EAI_AGAIN',
    'UND_ERR_CONNECT_TIMEOUT',
    'UND_ERR_SOCKET',
  ]
  it.each([...retryable, 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'])('calls %s retryable', (code) => {
    expect(read(withCode(code))).toMatchObject({ code, retryable: true })
    expect(read(new TypeError('fetch failed', { cause: withCode(code) }))).toMatchObject({ code, retryable: true })
  })

  it.each(['ENOTFOUND', 'EPIPE', 'ENETUNREACH', 'CERT_HAS_EXPIRED', 'ERR_CANCELED', 'UND_ERR_ABORTED', 'E_MINE'])(
    'calls %s final',
    (code) => {
      expect(read(withCode(code))).toMatchObject({ code, retryable: false })
    },
  )

  it.each(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT'])(
    'knows that %s sent nothing',
    (code) => {
      expect(read(withCode(code)).notSent).toBe(true)
    },
  )

  it('knows that a timeout sent nothing only where it was the connection that took too long', () => {
    expect(read(withCode('ETIMEDOUT')).notSent).toBe(false)
    expect(read(withCode('ETIMEDOUT', { syscall: 'read' })).notSent).toBe(false)
    expect(read(withCode('ETIMEDOUT', { syscall: 'connect' })).notSent).toBe(true)
    expect(read(withCode('ECONNRESET', { syscall: 'connect' })).notSent).toBe(false)
  })

  it('knows that whoever answers has got the request', () => {
    expect(read({ status: 502, code: 'ECONNREFUSED' }).notSent).toBe(false)
  })

  it('finds a network code behind the code of a wrapper', () => {
    expect(read({ code: 'WRAPPED', cause: withCode('ECONNRESET') })).toMatchObject({
      code: 'ECONNRESET',
      retryable: true,
    })
    expect(read({ code: -32_603 }).code).toBe('-32603')
  })
})

describe('readErrorFacts, of a toolFailure', () => {
  it('reads every field', () => {
    const init = {
      message: 'm',
      retryable: true,
      retryAfterMs: 5,
      blame: 'caller',
      hint: 'h',
      details: { a: 1 },
    } as const
    expect(read(toolFailure(init))).toEqual({ ...init, notSent: false })
  })

  it('lets the tool decide against its cause', () => {
    const cause = { status: 503, headers: { 'retry-after': '3' } }
    expect(read(toolFailure({ message: 'm', cause }))).toMatchObject({
      retryable: true,
      retryAfterMs: 3000,
      status: 503,
    })
    expect(read(toolFailure({ message: 'm', cause, retryable: false })).retryable).toBe(false)
  })

  it('is final unless it says or implies otherwise', () => {
    expect(read(toolFailure({ message: 'm' })).retryable).toBe(false)
    expect(read(toolFailure({ message: 'm', retryAfterMs: 5 }))).toMatchObject({ retryable: true, retryAfterMs: 5 })
    expect(read(toolFailure({ message: 'm', retryAfterMs: Number.NaN })).retryable).toBe(false)
  })
})

describe('readErrorFacts, of a child call', () => {
  it('passes on what the child says of itself, and nothing of what is behind it', () => {
    const child = new ToolError({ ...childError, message: 'm', code: 'CIRCUIT_OPEN', cause: withCode('ECONNREFUSED') })
    expect(read(new Error('wrapped', { cause: child }))).toEqual({
      message: 'wrapped',
      retryable: true,
      retryAfterMs: 9,
      notSent: false,
    })
  })

  it('finds the child behind wrappers, but not behind a toolFailure', () => {
    expect(findChildError(new Error('w', { cause: childError }))).toBe(childError)
    expect(findChildError(toolFailure({ message: 'm', cause: childError }))).toBeUndefined()
    expect(findChildError(new Error('w'))).toBeUndefined()
  })
})

describe('readErrorFacts, of anything', () => {
  it('says something about values that are no errors', () => {
    const messages = ['text', undefined, null, 7, 7n, Symbol('s'), {}, ''].map((thrown) => read(thrown).message)
    expect(messages.every((message) => message.length > 0)).toBe(true)
    expect(messages[0]).toBe('text')
  })

  it('takes the first message of the chain', () => {
    expect(read(new Error('', { cause: new Error('inner') })).message).toBe('inner')
  })

  it('ends at cycles and in deep chains', () => {
    const loop: { cause?: unknown } = {}
    loop.cause = { cause: loop }
    expect(read(loop).retryable).toBe(false)
    let deep: unknown = { status: 503 }
    for (let count = 0; count < 100_000; count += 1) deep = { cause: deep }
    expect(read(deep).status).toBeUndefined()
  })

  it('survives getters and proxies that throw', () => {
    const fail = (): never => {
      throw new Error('hostile')
    }
    const proxy = new Proxy({}, { get: fail, has: fail, ownKeys: fail, getPrototypeOf: fail })
    const getter = Object.defineProperty(new Error('m'), 'status', { get: fail })
    for (const thrown of [proxy, getter, { cause: proxy }, { headers: proxy, response: proxy }]) {
      expect(read(thrown).retryable).toBe(false)
    }
    expect(read(toolFailure({ message: 'm', details: proxy })).details).toBeUndefined()
  })

  it('never throws', () => {
    const keys = fc.constantFrom('status', 'code', 'headers', 'response', 'retryAfter', 'cause', 'message')
    fc.assert(
      fc.property(fc.anything({ key: fc.oneof(keys, fc.string()) }), (thrown) => {
        expect(typeof read(thrown).message).toBe('string')
      }),
    )
  })
})
