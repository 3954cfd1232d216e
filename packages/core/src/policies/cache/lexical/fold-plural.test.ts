import { expect, it } from 'vitest'
import { foldPlural } from './fold-plural.ts'

it('gives a plural and its singular one form', () => {
  const pairs = [
    ['order', 'orders'],
    ['invoice', 'invoices'],
    ['city', 'cities'],
    ['box', 'boxes'],
    ['branch', 'branches'],
    ['beach', 'beaches'],
    ['cache', 'caches'],
    ['address', 'addresses'],
    ['buzz', 'buzzes'],
    ['employee', 'employees'],
    ['shoe', 'shoes'],
    ['potato', 'potatoes'],
    ['movie', 'movies'],
    ['status', 'statuses'],
    ['schema', 'schemas'],
    ['metric', 'metrics'],
    ['tie', 'ties'],
  ] as const
  for (const [one, many] of pairs) expect(foldPlural(many)).toBe(foldPlural(one))
})

it('leaves words alone that only look like a plural', () => {
  for (const word of [
    'this',
    'is',
    'has',
    'gas',
    'bus',
    'status',
    'class',
    'paris',
    'redis',
    'analysis',
    'economics',
  ]) {
    expect(foldPlural(word)).toBe(word)
  }
})

it('leaves plurals alone that mean something else', () => {
  for (const word of ['news', 'customs', 'windows', 'mondays', 'https', 'adams', 'collins']) {
    expect(foldPlural(word)).toBe(word)
  }
})

it('leaves verbs alone', () => {
  for (const word of ['shipped', 'shipping', 'ship']) expect(foldPlural(word)).toBe(word)
})
