import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { StreamedArguments } from './streamed-arguments.ts'

function assemble(...pieces: unknown[]): unknown {
  const args = new StreamedArguments()
  for (const piece of pieces) args.take(undefined, [piece])
  return args.value
}

/** The pieces in which a model writes a value: one for each leaf, texts cut in two. */
function piecesOf(value: unknown, path = '$'): object[] {
  if (typeof value === 'string') {
    const middle = Math.floor(value.length / 2)
    return [
      { jsonPath: path, stringValue: value.slice(0, middle), willContinue: true },
      { jsonPath: path, stringValue: value.slice(middle) },
    ]
  }
  if (typeof value === 'number') return [{ jsonPath: path, numberValue: value }]
  if (typeof value === 'boolean') return [{ jsonPath: path, boolValue: value }]
  if (value === null) return [{ jsonPath: path, nullValue: 'NULL_VALUE' }]
  const keys = Array.isArray(value) ? Array.from(value, (_, index) => index) : Object.keys(value as object)
  return keys.flatMap((key) => piecesOf((value as never)[key], `${path}[${JSON.stringify(key)}]`))
}

/** A piece has a value, so an empty list or object has none. */
function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
}

describe('streamed arguments', () => {
  it('are {} where none come', () => {
    expect(new StreamedArguments().value).toEqual({})
    expect(assemble()).toEqual({})
  })

  it('join the pieces of a text, and end with an empty one', () => {
    const pieces = ['Bos', 'ton', ''].map((stringValue, index) => ({
      jsonPath: '$.city',
      stringValue,
      ...(index < 2 && { willContinue: true }),
    }))
    expect(assemble(...pieces)).toEqual({ city: 'Boston' })
  })

  it('say whether a text is unfinished', () => {
    const args = new StreamedArguments()
    args.take(undefined, [{ jsonPath: '$.city', stringValue: 'Bos', willContinue: true }])
    expect(args.isInsideValue).toBe(true)
    args.take(undefined, [{ jsonPath: '$.city', stringValue: '' }])
    expect(args.isInsideValue).toBe(false)
  })

  it('are any JSON without empty lists and objects inside', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }), { minKeys: 1 }), (json) => {
        const args = JSON.parse(JSON.stringify(json, (_, value) => (isEmpty(value) ? null : value)))
        expect(JSON.stringify(assemble(...piecesOf(args)))).toBe(JSON.stringify(args))
      }),
    )
  })

  it('go on from arguments that came whole, without writing to them', () => {
    const whole = { trip: { stops: ['Rome'] } }
    const args = new StreamedArguments()
    args.take(whole, [{ jsonPath: '$.trip.stops[1]', stringValue: 'Oslo' }])
    args.take({ days: 2 }, undefined)
    expect(args.value).toEqual({ trip: { stops: ['Rome', 'Oslo'] }, days: 2 })
    expect(whole).toEqual({ trip: { stops: ['Rome'] } })
  })

  it('keep a prototype key as a key of their own', () => {
    expect(JSON.stringify(assemble({ jsonPath: '$.__proto__.admin', boolValue: true }))).toBe(
      '{"__proto__":{"admin":true}}',
    )
    expect(Object.hasOwn(Object.prototype, 'admin')).toBe(false)
  })

  it.for([
    ['an element whose predecessor is missing', '$.list[1]'],
    ['an enormous index', '$.list[4294967295]'],
    ['an index of an object', '$[0]'],
    ['a path that is none', 'list'],
    ['the arguments as a whole', '$'],
  ])('that have %s are no JSON', ([, jsonPath]) => {
    expect(assemble({ jsonPath, numberValue: 1 })).toBe(`streamed arguments that do not fit together, at ${jsonPath}`)
  })

  it('that go on inside a number are no JSON', () => {
    const value = assemble({ jsonPath: '$.a', numberValue: 1 }, { jsonPath: '$.a.b', numberValue: 2 })
    expect(() => JSON.parse(String(value))).toThrow(SyntaxError)
  })

  it('pass over what is no piece', () => {
    expect(assemble(null, 7, 'x', [], {}, { jsonPath: '$.a' }, { jsonPath: '$.a', stringValue: 5 })).toEqual({})
  })

  it('that are whole and no object are given as they are', () => {
    const args = new StreamedArguments()
    args.take('{"city":', undefined)
    expect(args.value).toBe('{"city":')
  })
})
