import { expect, it } from 'vitest'
import { contentKey } from '../../src/policies/cache/content-key.ts'
import { readLines, refusingGuard } from '../../src/semantic/guards/refusing-guard.ts'
import { differentPairs as different, type Pair } from '../semantic/different-pairs.ts'
import { paraphrases } from '../semantic/paraphrases.ts'
import { section } from './read-guide.ts'

const share = ([a, b]: Pair): boolean => contentKey(a) === contentKey(b)
const pass = ([a, b]: Pair): boolean => refusingGuard(readLines(a), readLines(b)) === undefined
const count = (pairs: number): string => pairs.toLocaleString('en')

it('the guide gives the figures of what texts share by content', () => {
  const text = section('cache.md', '## Which calls are equal').replaceAll('\n', ' ')
  expect(different.filter(share)).toEqual([])
  expect(text).toContain(`${count(different.length)} pairs of requests that differ in one thing that matters`)
  expect(text).toContain(`Of ${paraphrases.length} pairs that mean the same, ${paraphrases.filter(share).length} do`)
})

it('the guide gives the figures of what guards let pass', () => {
  const text = section('cache.md', '## By meaning').replaceAll('\n', ' ')
  expect(different.filter(pass)).toEqual([])
  expect(text).toContain(`Of the ${count(different.length)} pairs above the guards let none pass`)
  const passed = paraphrases.filter(pass).length
  expect(text).toContain(`Of the ${paraphrases.length} pairs that mean the same they let ${passed} pass`)
})
