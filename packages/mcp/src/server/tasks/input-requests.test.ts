import type { JobView } from '@headrace/core'
import { expect, test } from 'vitest'
import { createInputKeys, toInput, toInputRequest } from './input-requests.ts'

function asking(id: string, inputRequest: unknown): JobView {
  const times = { createdAt: 0, updatedAt: 0, ttlMs: 1, pollIntervalMs: 1 }
  return { id, tool: 'work', state: 'input_required', attempt: 1, inputRequest, ...times }
}

test('anything but a request of MCP is put to the user as a question', () => {
  const roots = { method: 'roots/list' }
  expect(toInputRequest(roots)).toBe(roots)
  expect(toInputRequest({ method: 'tools/list' })).toMatchObject({
    method: 'elicitation/create',
    params: { message: '{"method":"tools/list"}', requestedSchema: { required: ['answer'] } },
  })
})

test('a question is answered by a text, or by null', () => {
  expect(toInput('?', { action: 'accept', content: { answer: 'yes' } })).toBe('yes')
  expect(toInput('?', { action: 'accept', content: {} })).toBeNull()
  expect(toInput('?', { action: 'cancel' })).toBeNull()
  expect(toInput('?', 'yes')).toBeNull()
  expect(toInput({ method: 'roots/list' }, { roots: [] })).toEqual({ roots: [] })
})

test('the name of a question stays while it is asked, and is never given again', () => {
  const keys = createInputKeys()
  const first = keys.keyOf(asking('a', 'May I?'))
  expect(keys.keyOf(asking('a', 'May I?'))).toBe(first)
  expect(keys.keyOf(asking('a', 'And now?'))).not.toBe(first)
  keys.answered('a')
  expect(keys.keyOf(asking('a', 'May I?'))).not.toBe(first)
  expect(keys.keyOf(asking('b', 'May I?'))).toBe(first)
})

test('no more tasks are remembered than there may be', () => {
  const keys = createInputKeys(2)
  const first = keys.keyOf(asking('a', '?'))
  for (const id of ['a', 'b', 'c']) keys.answered(id)
  expect(keys.keyOf(asking('a', '?'))).toBe(first)
  expect(keys.keyOf(asking('b', '?'))).not.toBe(first)
})
