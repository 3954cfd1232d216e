import { expect, test } from 'vitest'
import { shelfOf } from './shelf.ts'

test.each([
  ['ajv', 'a-m'],
  ['Minimist', 'a-m'],
  ['nanoid', 'n-z'],
  ['zod', 'n-z'],
  ['@zone/ajv', 'a-m'],
  ['@ajv/zone@1.0.0', 'n-z'],
  ['7zip', 'a-m'],
])('puts %s on the shelf %s', (name, shelf) => {
  expect(shelfOf(name)).toBe(shelf)
})
