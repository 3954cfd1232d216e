import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readTask, taskIn } from './task-state.ts'

test('whatever a server says of a task, reading it throws nothing', () => {
  const field = fc.constantFrom('taskId', 'status', 'pollIntervalMs', 'result', 'inputRequests', 'task', '_meta')
  fc.assert(
    fc.property(fc.dictionary(field, fc.jsonValue({ maxDepth: 2 })), (answer) => {
      const task = taskIn(answer) ?? readTask(answer)
      expect(task === undefined || Number.isFinite(task.pollMs)).toBe(true)
    }),
  )
})

test('a server is asked again at its own pace, within reason', () => {
  const pollOf = (pollIntervalMs: unknown): unknown =>
    readTask({ taskId: 't', status: 'working', pollIntervalMs })?.pollMs
  expect([undefined, 'soon', 5, 250, 1e12].map(pollOf)).toEqual([1000, 1000, 20, 250, 60_000])
})

test('a result that has a task inside is a result', () => {
  const task = { taskId: 't', status: 'working' }
  expect(taskIn({ content: [], task })).toBeUndefined()
  expect(taskIn({ task })?.taskId).toBe('t')
})
