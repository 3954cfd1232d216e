import { type CallResult, ToolError } from '@headrace/core'
import { expect, test } from 'vitest'
import { okResult, sampleEvents } from '../view/sample-events.ts'
import { causeOf } from './cause-of.ts'
import { createTally } from './create-tally.ts'

const call = { callId: 'a', tool: 'package_facts', arguments: { package: 'a' } }
const error = new ToolError({ code: 'CIRCUIT_OPEN', message: 'm', tool: call.tool, callId: 'a', retryable: true })
const meta = { queuedMs: 0, durationMs: 2, attempts: 0 }
const failed: CallResult = { status: 'error', callId: 'a', tool: call.tool, error, meta }
const joined: CallResult = {
  ...okResult,
  meta: { queuedMs: 0, durationMs: 80, attempts: 0, cache: { layer: 'in-flight', ageMs: 5 } },
}

test('adds a run up', () => {
  const tally = createTally(0)
  for (const event of sampleEvents) tally.count(event)
  const exchanges = [
    { text: '', calls: [call, { ...call, callId: 'b' }], results: [failed, joined] },
    { text: '', calls: [{ ...call, callId: 'c' }], results: [okResult] },
    { text: 'That one.', calls: [], results: [] },
  ]
  expect(tally.summary([{ question: 'q', answer: 'That one.', exchanges }])).toEqual({
    questions: 1,
    turns: 2,
    calls: 3,
    succeeded: 2,
    cancelled: 0,
    wallMs: 100,
    ownMs: 2 + 80,
    mostAtOnce: 1,
    cacheHits: 0,
    joined: 1,
    attempts: 2,
    retries: 1,
    causes: { 'HTTP 503': 1 },
    breakers: [{ key: 'metadata a-m', opened: 1, closed: 1 }],
    inherited: 0,
    foundOpen: [],
    toldToWaitMs: 0,
    failed: [
      {
        call: 'package_facts a',
        code: 'CIRCUIT_OPEN',
        message: expect.any(String),
        next: expect.any(String),
        recovered: true,
      },
    ],
  })
})

test('names why an attempt failed: its status, the code of the system, else its own', () => {
  const make = (init: object) =>
    new ToolError({ code: 'EXECUTION_FAILED', message: 'm', tool: 't', callId: 'c', ...init })
  const reset = new TypeError('fetch failed', { cause: Object.assign(new Error('reset'), { code: 'ECONNRESET' }) })
  expect(causeOf(make({ details: { status: 429 } }))).toBe('HTTP 429')
  expect(causeOf(make({ cause: reset }))).toBe('ECONNRESET')
  expect(causeOf(make({ cause: new Error('x') }))).toBe('failed')
  expect(causeOf(make({ code: 'TIMEOUT' }))).toBe('TIMEOUT')
})
