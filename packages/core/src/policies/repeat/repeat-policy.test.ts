import { expect, test } from 'vitest'
import { type RepeatPolicy, resolveRepeat } from './repeat-policy.ts'

test('a policy is taken as it is given, and false is off', () => {
  expect(resolveRepeat({ max: 3, within: 60_000 }, 'repeat')).toEqual({ max: 3, withinMs: 60_000 })
  expect(resolveRepeat({ max: 1, within: Number.POSITIVE_INFINITY }, 'repeat')).toEqual({
    max: 1,
    withinMs: Number.POSITIVE_INFINITY,
  })
  expect(resolveRepeat(false, 'repeat')).toBeUndefined()
})

test.each([
  [{ within: 5 }, 'max is missing'],
  [{ max: 3 }, 'within is missing'],
  [{ max: 0, within: 5 }, 'max must be an integer >= 1, got 0'],
  [{ max: 1.5, within: 5 }, 'max must be an integer >= 1'],
  [{ max: 3, within: 0 }, 'within must be a number > 0 or Infinity, got 0'],
  [{ max: 3, within: '1m' }, 'within must be a number > 0 or Infinity'],
  [{ max: 3, within: 5, per: 'tool' }, "unknown option 'per'"],
  [3, 'repeat must be an object'],
])('%j is refused by name', (policy, message) => {
  expect(() => resolveRepeat(policy as RepeatPolicy, 'repeat')).toThrow(message)
  expect(() => resolveRepeat(policy as RepeatPolicy, 'repeat')).toThrow('repeat')
})
