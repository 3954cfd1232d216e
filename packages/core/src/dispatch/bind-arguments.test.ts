import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bindArguments } from './bind-arguments.ts'

const nested = (levels: number): string => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`
const anyText = fc.uint16Array().map((codes) => String.fromCharCode(...codes))
const issueOf = (value: unknown, limits?: Parameters<typeof bindArguments>[1]) => {
  const bound = bindArguments(value, limits)
  return bound.ok ? undefined : bound.issues[0]
}

test.each([[''], [null], [undefined], ['null'], ['""']])('%j is no arguments', (value) => {
  expect(bindArguments(value)).toEqual({ ok: true, value: {} })
})

test('an object is passed on as it is', () => {
  const value = { list: [1, { a: 'b' }], when: new Date(0), map: new Map() }
  const bound = bindArguments(value)
  expect(bound.ok && bound.value).toBe(value)
})

test('a string is JSON text', () => {
  expect(bindArguments('{"q":"x","n":[1,2]}')).toEqual({ ok: true, value: { q: 'x', n: [1, 2] } })
})

test.each(['{"q":', ' ', '{q:1}', "{'q':1}", '\uFEFF{}', '{"q":1}}', 'query=x'])('%j is not valid JSON', (text) => {
  expect(issueOf(text)).toMatchObject({ path: '', expected: 'a JSON object' })
  expect(issueOf(text)?.message).toMatch(/^The arguments are not valid JSON: /)
})

test.each([
  ['[1]', 'array'],
  ['5', 'number'],
  ['"{}"', 'string'],
  ['true', 'boolean'],
  [[1], 'array'],
  [5, 'number'],
  [() => 1, 'function'],
])('%j is no object, and the text says so', (value, kind) => {
  expect(issueOf(value)?.message).toBe(`The arguments must be a JSON object with named values, got ${kind}.`)
})

test('numbers, lone surrogates and repeated keys are as JSON.parse has them', () => {
  for (const text of ['{"n":123456789012345678901234567890,"e":1e999}', '{"s":"\\ud800"}', '{"a":1,"a":2}']) {
    expect(bindArguments(text)).toEqual({ ok: true, value: JSON.parse(text) })
  }
})

test('a text that is too long is not parsed', () => {
  expect(issueOf(`{"a":"${'x'.repeat(100)}"}`, { maxLength: 50 })?.message).toContain('50 are allowed')
  expect(issueOf(`{"a":"${'x'.repeat(1_048_576)}"}`)?.message).toContain('1048576 are allowed')
})

test('a hundred levels are allowed, one more is not, as text and as an object', () => {
  for (const read of [(text: string) => text, (text: string): unknown => JSON.parse(text)]) {
    expect(issueOf(read(nested(100)))).toBeUndefined()
    expect(issueOf(read(nested(101)))?.message).toBe(
      'The arguments are nested too deeply, or refer to themselves; 100 levels are allowed.',
    )
    expect(issueOf(read(nested(4)), { maxDepth: 3 })?.message).toContain('3 levels')
  }
})

test('a text of 200,000 levels is refused', () => {
  expect(issueOf('['.repeat(200_000) + ']'.repeat(200_000))?.message).toContain('nested too deeply')
  expect(issueOf(nested(200_000))?.message).toMatch(/characters long|too deeply/)
})

test('an own __proto__ is refused at any depth, however it is written', () => {
  for (const text of ['{"__proto__":{"x":1}}', '{"a":[{"__proto__":1}]}', '{"\\u005f_proto__":{"x":1}}']) {
    expect(issueOf(text)?.message).toBe("The key '__proto__' is not allowed in arguments.")
    expect(issueOf(JSON.parse(text))?.message).toContain('__proto__')
  }
  expect(Object.hasOwn(Object.prototype, 'x')).toBe(false)
})

test('constructor, prototype and a text that says __proto__ are data', () => {
  const text = '{"constructor":{"prototype":{"x":1}},"hasOwnProperty":1,"note":"about __proto__ and \\u0041"}'
  expect(bindArguments(text)).toEqual({ ok: true, value: JSON.parse(text) })
  expect(Reflect.get({}, 'x')).toBeUndefined()
})

test('an object that contains itself is refused as that', () => {
  const value: Record<string, unknown> = { list: [{}] }
  value.list = [{ back: value }]
  expect(issueOf(value)?.message).toBe(
    'The arguments are nested too deeply, or refer to themselves; 100 levels are allowed.',
  )
})

test('a value that is shared in many places is refused before it is walked a million times', () => {
  let value: unknown = {}
  for (let level = 0; level < 60; level += 1) value = { a: value, b: value }
  expect(issueOf(value)?.message).toBe('The arguments hold too many values.')
})

test('a getter that throws is an issue', () => {
  const value = {
    get q() {
      throw new Error('no')
    },
  }
  expect(issueOf(value)?.message).toBe('The arguments cannot be read: no')
})

test('whatever a model writes gives an object or an issue, as JSON.parse has it', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        anyText,
        fc.json(),
        fc.json().map((text) => text.slice(1)),
      ),
      (text) => {
        const bound = bindArguments(text)
        expect(bound.ok ? '' : bound.issues[0]?.message).toSatisfy((message: string) => message.length < 400)
        expect(bound.ok && bound.value).toEqual(bound.ok && (text === '' ? {} : JSON.parse(text) || {}))
      },
    ),
  )
})

test('a text and the object it stands for give the same answer', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), fc.integer({ min: 1, max: 5 }), (value, maxDepth) => {
      const object = bindArguments(typeof value === 'string' && value !== '' ? 0 : value, { maxDepth })
      const text = bindArguments(JSON.stringify(value), { maxDepth })
      expect(text.ok).toBe(object.ok)
    }),
  )
})

test('a proxy that was revoked is refused', () => {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  expect(bindArguments(proxy)).toMatchObject({ ok: false })
})
