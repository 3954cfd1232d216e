import { type CallResult, ToolError } from '@headrace/core'
import { expect, test } from 'vitest'
import { embargoesOf, waitBefore } from './wait-as-told.ts'

const call = (name: string) => ({ callId: name, tool: 't', arguments: { name } })
const failed = (retryAfterMs: number | undefined): CallResult => ({
  status: 'error',
  callId: 'c',
  tool: 't',
  error: new ToolError({ code: 'CIRCUIT_OPEN', message: 'm', tool: 't', callId: 'c', retryAfterMs }),
  meta: { queuedMs: 0, durationMs: 1, attempts: 0 },
})

test('holds an equal call back until the time that its error named', () => {
  const embargoes = embargoesOf({ calls: [call('a'), call('b')], results: [failed(800), failed(undefined)] }, 1000)
  expect(waitBefore([call('a')], embargoes, 1300)).toBe(500)
  expect(waitBefore([call('b')], embargoes, 1300)).toBe(0)
  expect(waitBefore([call('a')], embargoes, 2000)).toBe(0)
})

test('waits five seconds at most', () => {
  expect(waitBefore([call('a')], embargoesOf({ calls: [call('a')], results: [failed(60_000)] }, 0), 0)).toBe(5000)
})
