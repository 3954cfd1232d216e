import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson } from '../../json/plain-json.ts'
import { contentKeyOf, exactKey, semanticKeyOf } from './cache-key.ts'
import { type FieldPolicy, type FieldRules, resolveFields } from './field-policy.ts'

const rulesOf = (fields: Record<string, FieldPolicy>): FieldRules | undefined => resolveFields(fields, 'tool')

function keyOf(args: unknown, fields: Record<string, FieldPolicy> = {}): string {
  const key = exactKey(args, rulesOf(fields))
  return 'text' in key ? key.text : key.fault
}

function fuzzyRules(...names: readonly string[]): FieldRules {
  return { ignored: new Set(), normalized: new Map(), fuzzy: [...names].sort() }
}

const content = (args: object, ...names: readonly string[]): string | undefined =>
  contentKeyOf(keyOf(args), fuzzyRules(...names))

describe('exactKey', () => {
  it('is the canonical JSON of the arguments where every field is exact', () => {
    expect(keyOf({ b: 1, a: ['x', null] })).toBe('{"a":["x",null],"b":1}')
    expect(keyOf({ b: 1 }, { b: 'exact' })).toBe('{"b":1}')
  })

  it('leaves out what is ignored, also what is no JSON', () => {
    expect(keyOf({ q: 'x', trace: new Map() }, { trace: 'ignore' })).toBe('{"q":"x"}')
    expect(keyOf({ trace: 1 }, { trace: 'ignore' })).toBe('{}')
  })

  it('holds what a function makes of a field, which is asked only where the field is there', () => {
    const upper = (text: string): string => text.toUpperCase()
    expect(keyOf({ q: 'x', n: 1 }, { q: upper })).toBe('{"n":1,"q":"X"}')
    expect(keyOf({ n: 1, q: undefined }, { q: upper })).toBe('{"n":1}')
    expect(keyOf({ q: 'x' }, { q: () => null })).toBe('{"q":null}')
  })

  it('leaves the arguments as they are', () => {
    const args = Object.freeze({ q: 'x', trace: 1 })
    expect([keyOf(args, { trace: 'ignore', q: () => 'y' }), args]).toEqual(['{"q":"y"}', { q: 'x', trace: 1 }])
  })

  it('does not exist where a function throws, or gives no plain JSON', () => {
    const faults: FieldPolicy[] = [
      () => {
        throw new Error('normalize')
      },
      () => undefined,
      () => Number.NaN,
      () => new Map(),
      async () => 'later',
    ]
    for (const fault of faults) expect(keyOf({ q: 'x' }, { q: fault })).toBe('field-not-json')
  })

  it('does not exist for arguments that are no plain JSON', () => {
    class Query {
      readonly q = 'x'
    }
    const throwing = {
      get q() {
        throw new Error('getter')
      },
    }
    for (const args of [{ n: Number.NaN }, new Query(), throwing, new Map(), () => 1]) {
      expect([keyOf(args), keyOf(args, { trace: 'ignore' })]).toEqual(['arguments-not-json', 'arguments-not-json'])
    }
  })

  it('takes field policies for members alone: of arguments that are no object, all counts', () => {
    expect([keyOf('text', { text: 'ignore' }), keyOf([1], { 0: 'ignore' }), keyOf(null, { q: 'ignore' })]).toEqual([
      '"text"',
      '[1]',
      'null',
    ])
  })

  it('takes members of any name', () => {
    const args: unknown = JSON.parse('{"__proto__":{"a":1},"constructor":2,"toString":3}')
    expect(keyOf(args, { other: 'ignore' })).toBe('{"__proto__":{"a":1},"constructor":2,"toString":3}')
    expect(keyOf(args, Object.fromEntries([['__proto__', 'ignore']]) as Record<string, FieldPolicy>)).toBe(
      '{"constructor":2,"toString":3}',
    )
  })
})

describe('contentKeyOf', () => {
  it('is one for texts that say the same in other letters, and another for other words, numbers and fields', () => {
    const q = 'Weather in Berlin?'
    expect(content({ q }, 'q')).toBe(content({ q: 'weather in berlin' }, 'q'))
    expect(content({ q }, 'q')).not.toBe(content({ q: 'weather in Bern' }, 'q'))
    expect(content({ q, n: 1 }, 'q')).not.toBe(content({ q, n: 2 }, 'q'))
    expect(content({ q }, 'q')).not.toBe(content({ p: q }, 'p'))
  })

  it('takes a number, or anything else that is no text, exactly', () => {
    expect(content({ q: 5 }, 'q')).toBeUndefined()
    expect(content({ q: ['Berlin'] }, 'q')).toBeUndefined()
    expect(content({ q: 'five', n: 5 }, 'q', 'n')).not.toBe(content({ q: 'five', n: '5' }, 'q', 'n'))
  })

  it('does not exist without a fuzzy text', () => {
    expect([content({ p: 'x' }, 'q'), content({ q: 'x' })]).toEqual([undefined, undefined])
    expect(contentKeyOf('"q"', fuzzyRules('q'))).toBeUndefined()
  })

  it('never takes a member for the text of another', () => {
    const value = fc.constantFrom('x', 'X', 'x y', 'y', '"', 0, 1)
    const args = fc.record({ a: value, b: value, c: value }, { requiredKeys: [] })
    const rules = fuzzyRules('a', 'b')
    fc.assert(
      fc.property(args, args, (one, other) => {
        const key = contentKeyOf(keyOf(one), rules)
        if (key === undefined || key !== contentKeyOf(keyOf(other), rules)) return
        expect([Object.keys(one).sort(), one.c]).toEqual([Object.keys(other).sort(), other.c])
        for (const name of ['a', 'b'] as const)
          expect(String(one[name]).toLowerCase()).toBe(String(other[name]).toLowerCase())
      }),
      { numRuns: 3_000 },
    )
  })
})

describe('semanticKeyOf', () => {
  it('gives the texts in the order of their names, and everything else as what has to be equal', () => {
    const key = semanticKeyOf(keyOf({ title: 'two', about: 'one', n: 1 }), fuzzyRules('title', 'about'))
    expect(key?.rest).toBe(canonicalJson([{ n: 1 }, ['about', 'title']]))
    expect(key?.text.startsWith('one')).toBe(true)
    expect(semanticKeyOf(keyOf({ q: 'a  b\nc' }), fuzzyRules('q'))?.text).toBe('a  b\nc')
  })

  it('has another rest where another field holds the text', () => {
    const [one, other] = [{ a: 'x' }, { b: 'x' }].map((args) => semanticKeyOf(keyOf(args), fuzzyRules('a', 'b')))
    expect(one?.text).toBe(other?.text)
    expect(one?.rest).not.toBe(other?.rest)
  })

  it('does not exist without a fuzzy text', () => {
    expect(semanticKeyOf(keyOf({ q: 1 }), fuzzyRules('q'))).toBeUndefined()
  })
})
