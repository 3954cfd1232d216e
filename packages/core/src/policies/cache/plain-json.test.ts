import canonicalize from 'canonicalize'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson, frozenCopy, notPlain } from './plain-json.ts'

const notJson = [
  new Map(),
  1n,
  Buffer.from('a'),
  new Date(0),
  Number.NaN,
  Number.POSITIVE_INFINITY,
  () => 1,
  Symbol('s'),
]

describe('canonicalJson', () => {
  it('writes what the reference implementation of RFC 8785 writes', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(canonicalJson(value)).toBe(canonicalize(value))
      }),
    )
  })

  it('does not look at the order of members, and takes an undefined member for a missing one', () => {
    expect(canonicalJson({ b: 1, a: [{ d: 1, c: undefined }] })).toBe(canonicalJson({ a: [{ d: 1 }], b: 1 }))
  })

  it('gives nothing for what is no plain JSON, at any depth', () => {
    for (const value of [undefined, ...notJson]) {
      expect([canonicalJson(value), canonicalJson([value]), canonicalJson({ a: [value] })].includes('')).toBe(false)
      expect(canonicalJson([value])).toBeUndefined()
    }
  })

  it('gives nothing for cycles and for what is nested too deep', () => {
    const cycle: { self?: unknown } = {}
    cycle.self = cycle
    expect([canonicalJson(cycle), frozenCopy(cycle)]).toEqual([undefined, notPlain])
  })
})

describe('frozenCopy', () => {
  it('gives an equal copy, frozen at every depth, and leaves the given value as it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const copy = frozenCopy(value)
        expect(JSON.stringify(copy)).toBe(JSON.stringify(value))
        expect(isDeeplyFrozen(copy)).toBe(true)
        expect(Object.isFrozen(value)).toBe(typeof value !== 'object' || value === null)
      }),
    )
  })

  it('keeps an own __proto__ as data', () => {
    const copy = frozenCopy(JSON.parse('{"__proto__":{"polluted":true}}'))
    expect([Object.getPrototypeOf(copy) === Object.prototype, JSON.stringify(copy)]).toEqual([
      true,
      '{"__proto__":{"polluted":true}}',
    ])
  })

  it('refuses what is no plain JSON', () => {
    for (const value of notJson) expect([frozenCopy(value), frozenCopy([value])]).toEqual([notPlain, notPlain])
  })
})

function isDeeplyFrozen(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true
  return Object.isFrozen(value) && Object.values(value).every(isDeeplyFrozen)
}
