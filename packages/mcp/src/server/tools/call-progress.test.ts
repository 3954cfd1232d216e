import type { CallEvent } from '@headrace/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createProgress, type ProgressNote } from './call-progress.ts'

const place = { callId: '1', tool: 'work', at: 0 }

function notesOf(events: readonly object[]): ProgressNote[] {
  const noteOf = createProgress()
  return events.map((event) => noteOf({ ...place, ...event } as CallEvent)).filter((note) => note !== undefined)
}

test('numbers that grow are told as they are', () => {
  const events = [0, 50, 100].map((progress) => ({ type: 'progress', progress, total: 100 }))
  expect(notesOf(events)).toEqual([0, 50, 100].map((progress) => ({ progress, total: 100 })))
})

test('without numbers every message and value is a step', () => {
  const events = [
    { type: 'progress', message: 'begin' },
    { type: 'output', attempt: 1, value: 'a' },
    { type: 'output', attempt: 1, value: { b: 1 } },
  ]
  expect(notesOf(events)).toEqual([
    { progress: 0, message: 'begin' },
    { progress: 1, message: 'a' },
    { progress: 2, message: '{"b":1}' },
  ])
})

test('a second attempt that starts anew tells nothing until it is further than the first', () => {
  const events = [1, 2, 1, 2, 3].map((progress) => ({ type: 'progress', progress }))
  expect(notesOf(events)).toEqual([1, 2, 3].map((progress) => ({ progress })))
})

test('other events are none, and long values are cut between characters', () => {
  const value = `${'x'.repeat(1999)}\u{1F600}`
  expect(notesOf([{ type: 'call-start' }, { type: 'output', attempt: 1, value }])).toEqual([
    { progress: 0, message: `${'x'.repeat(1999)}…` },
  ])
})

test('whatever a tool tells, progress grows and is a number that JSON knows', () => {
  const update = fc.record({
    type: fc.constant('progress'),
    progress: fc.option(fc.double(), { nil: undefined }),
    total: fc.option(fc.double(), { nil: undefined }),
    message: fc.option(fc.string(), { nil: undefined }),
  })
  const output = fc.record({ type: fc.constant('output'), attempt: fc.constant(1), value: fc.anything() })
  fc.assert(
    fc.property(fc.array(fc.oneof(update, output)), (events) => {
      let last = Number.NEGATIVE_INFINITY
      for (const { progress, total } of notesOf(events)) {
        expect(progress).toBeGreaterThan(last)
        expect(Number.isFinite(progress)).toBe(true)
        expect(total === undefined || Number.isFinite(total)).toBe(true)
        last = progress
      }
    }),
  )
})
