import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson } from '../../../json/plain-json.ts'
import { KnownPlaces } from './known-places.ts'

/** What is known, by its keys. */
class Keys {
  readonly #places = new KnownPlaces()

  find(owner: string | undefined, args: unknown): string | undefined {
    return this.#places.find(owner, args)?.key
  }

  learn(owner: string | undefined, args: unknown, key: string): void {
    this.#places.learn(owner, args, { partition: 'p', key })
  }

  forget(owner: string): void {
    this.#places.forget(owner)
  }
}

/** Tells a key as often as it takes until it is kept. */
function teach(keys: Keys, args: unknown, key: string, owner?: string): void {
  for (let n = 0; n < 4; n += 1) keys.learn(owner, args, key)
}

const text = fc.oneof(fc.string({ maxLength: 3 }), fc.constantFrom('a', 'b', '__proto__', 'constructor'))
const member = fc.oneof(text, fc.integer({ min: -2, max: 2 }), fc.boolean(), fc.constantFrom(null, -0, [1], {}))
const flat = fc.dictionary(fc.constantFrom('a', 'b', 'c', '__proto__'), member, { noNullPrototype: true })

describe('KnownPlaces', () => {
  it('gives a key for no arguments but those that have it', () => {
    fc.assert(
      fc.property(fc.array(flat, { maxLength: 12 }), (all) => {
        const keys = new Keys()
        for (const args of all) teach(keys, args, canonicalJson(args) ?? '')
        for (const args of all) expect([undefined, canonicalJson(args)]).toContain(keys.find(undefined, args))
      }),
    )
  })

  it('knows the key of what was asked again and again, also for other values of the same members', () => {
    const keys = new Keys()
    for (let days = 0; days < 50; days += 1) teach(keys, { city: 'Uppsala', days }, `key ${days}`)
    for (let days = 0; days < 50; days += 1) expect(keys.find(undefined, { city: 'Uppsala', days })).toBe(`key ${days}`)
    expect(keys.find(undefined, { city: 'Uppsala' })).toBeUndefined()
    expect(keys.find(undefined, { city: 'Uppsala', days: '1' })).toBeUndefined()
    expect(keys.find(undefined, { city: 'Uppsala', days: 1, unit: 'celsius' })).toBeUndefined()
  })

  it('does not keep what was asked once', () => {
    const keys = new Keys()
    keys.learn(undefined, { a: 1 }, 'key')
    expect(keys.find(undefined, { a: 1 })).toBeUndefined()
  })

  it('keeps what is known for one owner from the others, and forgets it', () => {
    const keys = new Keys()
    for (const owner of ['a', 'b']) teach(keys, { a: 1 }, `key of ${owner}`, owner)
    expect(['a', 'b', undefined].map((owner) => keys.find(owner, { a: 1 }))).toEqual([
      'key of a',
      'key of b',
      undefined,
    ])
    keys.forget('a')
    expect(['a', 'b'].map((owner) => keys.find(owner, { a: 1 }))).toEqual([undefined, 'key of b'])
  })

  it('keeps nothing of values that are no scalars, of long keys, of instances, and of what is no object', () => {
    const keys = new Keys()
    for (const args of [{ a: [] }, { a: {} }, { a: undefined }, { a: Number.NaN }, new Map(), ['a'], 'a', null, {}]) {
      teach(keys, args, 'key')
      expect(keys.find(undefined, args)).toBeUndefined()
    }
    teach(keys, { a: 1 }, 'k'.repeat(301))
    expect(keys.find(undefined, { a: 1 })).toBeUndefined()
  })

  it('leaves it to others to tell of a getter that throws', () => {
    const keys = new Keys()
    teach(keys, { a: 1 }, 'key')
    const hostile = {
      get a(): never {
        throw new Error('a getter')
      },
    }
    expect(keys.find(undefined, hostile)).toBeUndefined()
  })

  it('begins anew where it has become too large', () => {
    const keys = new Keys()
    teach(keys, { n: -1 }, 'first')
    for (let n = 0; n < 4_999; n += 1) teach(keys, { n }, `key ${n}`)
    expect(keys.find(undefined, { n: -1 })).toBeUndefined()
    expect(keys.find(undefined, { n: 4_998 })).toBe('key 4998')
  })
})
