import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import canonicalize from 'canonicalize'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson, frozenCopy, notPlain, ownCopy } from './plain-json.ts'

const cycle: { self?: unknown } = {}
cycle.self = cycle

class List extends Array<unknown> {}

/** One object many times: small to hold, beyond all bounds to write. */
function manyTimes(): unknown {
  let value: unknown = 1
  for (let n = 0; n < 60; n += 1) value = [value, value]
  return value
}

const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth))

const hostile = {
  get a(): never {
    throw new Error('a getter')
  },
}

const revoked = Proxy.revocable({}, {})
revoked.revoke()

const notJson = [
  new Map(),
  1n,
  Buffer.from('a'),
  new Date(0),
  Number.NaN,
  Number.POSITIVE_INFINITY,
  () => 1,
  Symbol('s'),
  new Error('e'),
  Object('boxed'),
  Object.create({ inherited: 1 }),
  List.of(1),
  new Uint8Array(1),
  Array.from({ length: 1 }),
  new Array(1),
  cycle,
  nested(101),
  manyTimes(),
  hostile,
  revoked.proxy,
]

describe('canonicalJson', () => {
  it('writes what the reference implementation of RFC 8785 writes', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(canonicalJson(value)).toBe(canonicalize(value))
      }),
    )
  })

  // so many texts take seconds to make on a machine that is busy
  it('does so for any text and for many members', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 70 }),
      fc.constantFrom('"', '\\', '\u007f', '\n', '10', '9'),
    )
    const members = fc.dictionary(text, fc.oneof(text, fc.double({ noNaN: true, noDefaultInfinity: true })), {
      maxKeys: 24,
      noNullPrototype: true,
    })
    fc.assert(
      fc.property(members, (value) => {
        expect(canonicalJson(value)).toBe(canonicalize(value))
      }),
    )
  })

  it('does not look at the order of members, and takes an undefined member for a missing one', () => {
    expect(canonicalJson({ b: 1, a: [{ d: 1, c: undefined }] })).toBe(canonicalJson({ a: [{ d: 1 }], b: 1 }))
  })

  it('tells half surrogate pairs apart, from each other and from their escapes', () => {
    const texts = ['\ud800', '\udc00', '\ufffd', '\\ud800'].map(canonicalJson)
    expect(new Set(texts).size).toBe(4)
  })

  it('writes 0 for -0, and numbers as JSON does', () => {
    expect([-0, 1e21, 1e-7, 0.1 + 0.2].map(canonicalJson)).toEqual(['0', '1e+21', '1e-7', '0.30000000000000004'])
  })

  it('takes objects without a prototype, and own members of any name', () => {
    expect(canonicalJson(Object.assign(Object.create(null), { a: 1 }))).toBe('{"a":1}')
    expect(canonicalJson(JSON.parse('{"__proto__":{"b":1},"constructor":2}'))).toBe(
      '{"__proto__":{"b":1},"constructor":2}',
    )
  })

  it('gives nothing for what is no plain JSON, at any depth', () => {
    expect(canonicalJson(undefined)).toBeUndefined()
    const texts = notJson.flatMap((value) => [value, [value], { a: [{ b: value }] }].map(canonicalJson))
    expect(texts.filter((text) => text !== undefined)).toEqual([])
  })

  it('takes what is nested a hundred times', () => {
    expect(canonicalJson(nested(100))).toBe('['.repeat(100) + ']'.repeat(100))
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

  it('leaves an undefined member out', () => {
    expect(Object.keys(frozenCopy({ a: undefined, b: 1 }) as object)).toEqual(['b'])
  })

  it('refuses what is no plain JSON', () => {
    const copies = [undefined, ...notJson].flatMap((value) => [value, [value], { a: [value] }].map(frozenCopy))
    expect(copies.filter((copy) => copy !== notPlain)).toEqual([])
  })
})

function isDeeplyFrozen(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true
  return Object.isFrozen(value) && Object.values(value).every(isDeeplyFrozen)
}

describe('ownCopy', () => {
  it('is an equal, frozen copy', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(ownCopy(value)).toEqual(frozenCopy(value))
      }),
    )
    expect(Object.isFrozen(ownCopy({ a: 1 }))).toBe(true)
    expect(ownCopy(new Map())).toBe(notPlain)
  })

  it('keeps no page alive of which it holds an excerpt', () => {
    const pageLength = 1_000_000
    const excerpts: unknown[] = []
    const before = heapUsed()
    for (let n = 0; n < 40; n += 1) {
      const page = `${n} ${'x'.repeat(pageLength)}`.toUpperCase()
      excerpts.push(ownCopy({ excerpt: page.slice(n, n + 30) }))
    }
    expect(heapUsed() - before).toBeLessThan(10 * pageLength)
    expect(excerpts.length).toBe(40)
  })
})

function heapUsed(): number {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  if (typeof collect !== 'function') throw new Error('there is no gc')
  collect()
  return process.memoryUsage().heapUsed
}
