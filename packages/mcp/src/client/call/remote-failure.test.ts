import { expect, test } from 'vitest'
import { connectionLost, isUnreachable, remoteFailure } from './remote-failure.ts'

const named = (name: string, members: object): Error => Object.assign(new Error('text'), { name, ...members })

test.each([
  ['a closed connection, version 2', named('SdkError', { code: 'CONNECTION_CLOSED' }), true],
  [
    'a closed connection, version 1',
    named('McpError', { code: -32_000, message: 'MCP error -32000: Connection closed' }),
    true,
  ],
  ['a client that was never connected', new Error('Not connected'), true],
  [
    'the same code from a server',
    named('McpError', { code: -32_000, message: 'MCP error -32000: busy', data: {} }),
    false,
  ],
  ['an answer that cannot be read', named('SdkError', { code: 'INVALID_RESULT' }), false],
])('%s', (_, error, retryable) => {
  expect(remoteFailure(error).retryable).toBe(retryable)
  expect(isUnreachable(error)).toBe(retryable)
})

test.each([
  named('SdkError', { code: 'REQUEST_TIMEOUT' }),
  named('McpError', { code: -32_001, message: 'MCP error -32001: Request timed out', data: { timeout: 1 } }),
])('a time limit of the SDK is no answer of the server', (error) => {
  expect(remoteFailure(error)).toMatchObject({ retryable: true, details: undefined })
  expect(isUnreachable(error)).toBe(false)
})

test('what tells that a later attempt was not sent is not told of a call that may have run', () => {
  const refused = Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNREFUSED' } })
  expect(isUnreachable(refused)).toBe(true)
  expect(connectionLost(refused).cause).toBeUndefined()
})

test('a page that the user has to open first is told to the model', () => {
  const failure = remoteFailure(named('ProtocolError', { code: -32_042, message: 'sign in' }))
  expect(failure).toMatchObject({ message: 'sign in', retryable: false, hint: expect.stringMatching(/open a page/) })
})

test.each([undefined, null, 7, 'text', {}, { message: 7 }])('anything that is thrown is a failure: %j', (thrown) => {
  expect(remoteFailure(thrown).message).not.toBe('')
})
