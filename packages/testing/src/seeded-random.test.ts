import { describe, expect, it } from 'vitest'
import { createSeededRandom } from './seeded-random.ts'

const take = (random: () => number, count: number): number[] => Array.from({ length: count }, random)

describe('seeded random', () => {
  it('gives the same numbers for the same seed, and others for another', () => {
    expect(take(createSeededRandom(7), 100)).toEqual(take(createSeededRandom(7), 100))
    expect(take(createSeededRandom(7), 5)).not.toEqual(take(createSeededRandom(8), 5))
  })

  it('gives the numbers of the published generator', () => {
    const expected = [0.6270739405881613, 0.002735721180215478, 0.5274470399599522]
    expect(take(createSeededRandom(1), 3)).toEqual(expected)
  })

  it('stays in [0, 1) and is spread evenly', () => {
    const tenths = new Array<number>(10).fill(0)
    const values = take(createSeededRandom(42), 100_000)
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true)
    for (const value of values) {
      const tenth = Math.floor(value * 10)
      tenths[tenth] = (tenths[tenth] ?? 0) + 1
    }
    for (const count of tenths) expect(Math.abs(count - 10_000)).toBeLessThan(500)
  })

  it('takes negative and large seeds, and refuses what is no integer', () => {
    expect(take(createSeededRandom(-1), 3)).toEqual(take(createSeededRandom(2 ** 32 - 1), 3))
    expect(() => createSeededRandom(0.5)).toThrow(RangeError)
    expect(() => createSeededRandom(Number.NaN)).toThrow(RangeError)
  })
})
