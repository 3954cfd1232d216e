import fc from 'fast-check'
import { expect, test } from 'vitest'
import { depthOfText } from './check-text.ts'

test('counts levels, not brackets', () => {
  expect(depthOfText('[[],[],{"a":{}}]', 2)).toBe(3)
})

test('brackets in strings are no levels', () => {
  expect(depthOfText('{"a":"[[[[{{{{","b":"\\"[[[["}', 3)).toBe(1)
})

test('a text with few brackets is not scanned', () => {
  expect(depthOfText('{"a":[1]}', 2)).toBe(0)
})

test('stops above the limit', () => {
  expect(depthOfText('['.repeat(1_000_000), 100)).toBe(101)
})

test('says no more than the limit exactly where the value has no more levels', () => {
  const levels = (value: unknown): number =>
    typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(levels)) : 0
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 8 }), fc.integer({ min: 1, max: 6 }), (value, limit) => {
      expect(depthOfText(JSON.stringify(value), limit) > limit).toBe(levels(value) > limit)
    }),
  )
})
