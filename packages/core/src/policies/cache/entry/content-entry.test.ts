import { expect, it } from 'vitest'
import { contentEntry, readContent } from './content-entry.ts'

const entry = { id: '1', value: { a: [1] }, storedAt: 0, expiresAt: 10, staleUntil: 20, tags: ['x'] }

it('is the entry again, with the arguments that it was computed for', () => {
  const copy = contentEntry(entry, '{"q":"x"}')
  expect({ ...copy, value: undefined }).toEqual({ ...entry, value: undefined })
  expect(readContent(copy)).toEqual({ exact: '{"q":"x"}', value: { a: [1] } })
  expect(Object.isFrozen(copy.value)).toBe(true)
  expect(readContent({ ...copy, value: JSON.parse(JSON.stringify(copy.value)) as unknown })).toEqual(readContent(copy))
})

it('is nothing where a store gives back something else', () => {
  for (const value of [null, 5, 'x', [], {}, { exact: 5, value: 1 }, { exact: '{}' }]) {
    expect(readContent({ ...entry, value })).toBeUndefined()
  }
})
