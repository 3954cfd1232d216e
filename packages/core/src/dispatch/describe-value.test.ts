import { expect, test } from 'vitest'
import { describeKind, formatPath } from './describe-value.ts'

test.each([
  [[], ''],
  [['items', 2, 'price'], 'items[2].price'],
  [[0], '[0]'],
  [['a b', 'c'], '["a b"].c'],
  [['content-type'], 'content-type'],
  [['a', ''], 'a[""]'],
  [[Symbol('s')], '["Symbol(s)"]'],
])('writes %j as %s', (keys, path) => {
  expect(formatPath(keys)).toBe(path)
})

test.each([
  [undefined, 'nothing'],
  [null, 'null'],
  [[], 'array'],
  [{}, 'object'],
  ['', 'string'],
])('calls %j %s', (value, kind) => {
  expect(describeKind(value)).toBe(kind)
})
