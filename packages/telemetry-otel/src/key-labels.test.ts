import { createRedactor } from '@headrace/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { KeyLabels } from './key-labels.ts'

const anyText = fc.uint16Array({ maxLength: 200 }).map((codes) => String.fromCharCode(...codes))

describe('labels of keys', () => {
  it('are few and short, and the same for the same key, whatever the keys are', () => {
    fc.assert(
      fc.property(fc.array(anyText, { maxLength: 8 }), fc.nat(8), (keys, max) => {
        const labels = new KeyLabels(max, createRedactor(), new Set())
        const first = keys.map((key) => labels.of(key))
        expect(keys.map((key) => labels.of(key))).toEqual(first)
        expect(new Set(first).size).toBeLessThanOrEqual(max + 1)
        for (const label of first) {
          expect(label.length).toBeLessThanOrEqual(128)
          expect(label.isWellFormed()).toBe(true)
        }
      }),
      { numRuns: 50 },
    )
  })

  it('are as few where several give them to one meter', () => {
    const taken = new Set<string>()
    const labels = [1, 2, 3].map(() => new KeyLabels(2, createRedactor(), taken))
    const given = labels.map((each, index) => ['shared', `own ${index}`].map((key) => each.of(key)))
    expect(given).toEqual([
      ['shared', 'own 0'],
      ['shared', '_OTHER'],
      ['shared', '_OTHER'],
    ])
  })
})
