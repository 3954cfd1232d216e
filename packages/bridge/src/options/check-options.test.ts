import { describe, expect, it } from 'vitest'
import { checkOptions } from './check-options.ts'

const known = {
  runtime: 'object',
  count: 'number',
  on: 'boolean',
  mode: ['a', 'b'],
  names: 'any',
  most: 'count',
} as const
const check = (options: object) => () => checkOptions('toTools', options, known)

describe('checkOptions', () => {
  it('takes what is of its kind, and undefined', () => {
    expect(check({ runtime: {}, count: 1, on: false, mode: 'b', names: ['x'], most: Infinity })).not.toThrow()
    expect(check({ runtime: undefined, mode: undefined })).not.toThrow()
  })

  it('names an option that nobody reads, also where it is undefined', () => {
    const message = "toTools: unknown option 'coutn'; known are runtime, count, on, mode, names, most"
    expect(check({ coutn: 1 })).toThrow(message)
    expect(check({ coutn: undefined })).toThrow(message)
  })

  it('names what an option has to be', () => {
    expect(check({ runtime: null })).toThrow('toTools: runtime must be an object, got null')
    expect(check({ count: '1' })).toThrow("toTools: count must be a number, got '1'")
    expect(check({ mode: 'c' })).toThrow("toTools: mode must be 'a' or 'b', got 'c'")
    for (const most of [0, 1.5, Number.NaN, '3'])
      expect(check({ most })).toThrow('toTools: most must be an integer >= 1')
  })
})
