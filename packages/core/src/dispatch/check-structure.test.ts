import { expect, test } from 'vitest'
import { checkStructure } from './check-structure.ts'

const shared = { a: 1 }

test('values that are shared without a cycle are allowed', () => {
  expect(checkStructure({ one: shared, two: [shared, shared] }, { maxDepth: 5 })).toBeUndefined()
})

test('instances of classes are not looked into', () => {
  const holder = Object.assign(new (class Holder {})(), { deep: [[[[1]]]] })
  expect(checkStructure({ holder, at: new Date(0) }, { maxDepth: 2 })).toBeUndefined()
})

test('objects without a prototype are looked into', () => {
  const inside = Object.assign(Object.create(null), { deep: [[1]] })
  expect(checkStructure({ inside }, { maxDepth: 3 })).toBe('too-deep')
})

test('a cycle is too deep, as is what goes far deeper than the stack', () => {
  const first: Record<string, unknown> = {}
  let last = first
  for (let count = 0; count < 100_000; count += 1) {
    last.next = {}
    last = last.next as Record<string, unknown>
  }
  expect(checkStructure(first, { maxDepth: 100 })).toBe('too-deep')
  last.next = first
  expect(checkStructure(first, { maxDepth: 100 })).toBe('too-deep')
})

test('own __proto__ keys are a matter of choice', () => {
  const value = JSON.parse('{"a":{"__proto__":{"b":1}}}')
  expect(checkStructure(value, { maxDepth: 5 })).toBe('prototype-key')
  expect(checkStructure(value, { maxDepth: 5, prototypeKeys: true })).toBeUndefined()
  expect(checkStructure(value, { maxDepth: 2, prototypeKeys: true })).toBe('too-deep')
})
