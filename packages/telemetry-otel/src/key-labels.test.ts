import { createRedactor } from '@headrace/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { KeyLabels } from './key-labels.ts'

describe('labels of keys', () => {
  it('are few and short, and the same for the same key, whatever the keys are', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 200 }), { maxLength: 8 }), fc.nat(8), (keys, max) => {
        const labels = new KeyLabels(max, createRedactor())
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
})
