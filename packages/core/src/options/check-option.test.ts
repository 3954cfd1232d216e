import { describe, expect, it } from 'vitest'
import { checkFunction, checkKeys, checkNumber, checkOneOf, type NumberRange } from './check-option.ts'

const none = Number.POSITIVE_INFINITY

describe('checkNumber', () => {
  const taken: [number | undefined, NumberRange][] = [
    [undefined, { min: 1 }],
    [-1.5, {}],
    [1, { min: 1, max: 1, integer: true }],
    [1.01, { min: 1, aboveMin: true }],
    [none, { min: 1, integer: true, infinite: true }],
  ]
  it.each(taken)('takes %o in %o', (value, range) => {
    expect(() => checkNumber('tool', 'max', value, range)).not.toThrow()
  })

  const refused: [unknown, NumberRange, string][] = [
    [0, { min: 1 }, 'tool: max must be a number >= 1, got 0'],
    [1, { min: 1, aboveMin: true, infinite: true }, 'tool: max must be a number > 1 or Infinity, got 1'],
    [2, { min: 0, max: 1 }, 'tool: max must be a number >= 0 and <= 1, got 2'],
    [2, { max: 1 }, 'tool: max must be a number <= 1, got 2'],
    [0.5, { integer: true }, 'tool: max must be an integer, got 0.5'],
    [Number.NaN, { infinite: true }, 'got NaN'],
    [none, { min: 0 }, 'got Infinity'],
    [-none, { infinite: true }, 'got -Infinity'],
    ['5', {}, "got '5'"],
    [null, {}, 'got null'],
    [5n, {}, 'got 5'],
    [Symbol('five'), {}, 'got Symbol(five)'],
    [Object.create(null), {}, 'got an object'],
    [[5], {}, 'got an array'],
    [() => 5, {}, 'got a function'],
  ]
  it.each(refused)('refuses %o in %o', (value, range, message) => {
    const check = () => checkNumber('tool', 'max', value, range)
    expect(check).toThrow(RangeError)
    expect(check).toThrow(message)
  })
})

describe('checkOneOf', () => {
  it('takes undefined and what is allowed', () => {
    expect(() => checkOneOf('tool', 'mode', undefined, ['a'])).not.toThrow()
    expect(() => checkOneOf('tool', 'mode', 'a', ['a', 'b'])).not.toThrow()
  })

  it('names what it would take', () => {
    const check = () => checkOneOf('tool', 'mode', true, ['a', 'b', false])
    expect(check).toThrow(new TypeError("tool: mode must be 'a' or 'b' or false, got true"))
  })
})

describe('checkFunction', () => {
  it('takes undefined and functions, and nothing else', () => {
    expect(() => checkFunction('tool', 'key', undefined)).not.toThrow()
    expect(() => checkFunction('tool', 'key', () => 'k')).not.toThrow()
    expect(() => checkFunction('tool', 'key', {})).toThrow(new TypeError('tool: key must be a function, got an object'))
  })
})

describe('checkKeys', () => {
  it('takes any of the known keys', () => {
    expect(() => checkKeys('tool', {}, ['a', 'b'])).not.toThrow()
    expect(() => checkKeys('tool', { b: undefined }, ['a', 'b'])).not.toThrow()
  })

  it('names a key that is not known, and those that are', () => {
    const check = () => checkKeys('tool', { a: 1, c: 2 }, ['a', 'b'])
    expect(check).toThrow(new TypeError("tool: unknown option 'c'; known are a, b"))
  })

  it.each([5, true, '', null, undefined, []])('refuses %o', (options) => {
    expect(() => checkKeys('tool', options as object, ['a'])).toThrow('tool must be an object, got ')
  })
})
