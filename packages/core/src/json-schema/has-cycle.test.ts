import { expect, test } from 'vitest'
import { hasCycle } from './has-cycle.ts'

test('a cycle that is far longer than the stack is found', () => {
  const first: Record<string, unknown> = {}
  let last = first
  for (let count = 0; count < 100_000; count += 1) {
    last.next = {}
    last = last.next as Record<string, unknown>
  }
  expect(hasCycle(first)).toBe(false)
  last.next = first
  expect(hasCycle(first)).toBe(true)
})
