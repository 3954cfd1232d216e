import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ownJson, ownText } from './own-json.ts'

test('a copy is equal, and frozen through and through', () => {
  fc.assert(
    fc.property(fc.jsonValue({ depthSize: 'large' }), (value) => {
      const copied = ownJson(value)
      expect(copied).toStrictEqual(value)
      holdFrozen(copied)
    }),
  )
})

test('any text is the same text', () => {
  const anyText = fc.uint16Array({ maxLength: 60 }).map((codes) => String.fromCharCode(...codes))
  fc.assert(fc.property(anyText, (text) => ownText(text) === text))
})

test('a member called __proto__ stays one', () => {
  const copied = ownJson(JSON.parse('{"__proto__":{"admin":[1]},"constructor":{"prototype":1}}'))
  expect(JSON.stringify(copied)).toBe('{"__proto__":{"admin":[1]},"constructor":{"prototype":1}}')
  expect(Object.getPrototypeOf(copied)).toBe(Object.prototype)
  expect(copied).not.toHaveProperty('admin')
})

function holdFrozen(value: unknown): void {
  expect(Object.isFrozen(value)).toBe(true)
  if (typeof value === 'object' && value !== null) for (const member of Object.values(value)) holdFrozen(member)
}
