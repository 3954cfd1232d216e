import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRemoteNames } from './remote-names.ts'

const names = fc.uniqueArray(fc.string({ unit: 'binary', minLength: 1, maxLength: 140 }), { maxLength: 12 })

test('every tool has a name that Headrace takes, its own, and keeps it', () => {
  fc.assert(
    fc.property(names, names, (first, second) => {
      const remote = createRemoteNames('p/')
      const given = remote.namesOf(first)
      const all = [...new Set([...first, ...second])]
      const later = remote.namesOf(all)
      expect(later.slice(0, given.length)).toEqual(given)
      expect(new Set(later).size).toBe(all.length)
      for (const name of later) expect(name).toMatch(/^p\/[A-Za-z0-9_.\-/]{0,126}$/)
    }),
  )
})

test('a name that Headrace takes stays, whatever stands before it', () => {
  expect(createRemoteNames('').namesOf(['a b', 'a_b', 'x.y/z-1'])).toEqual(['a_b_2', 'a_b', 'x.y/z-1'])
})
