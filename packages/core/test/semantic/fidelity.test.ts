import { describe, expect, it } from 'vitest'
import { contentKey } from '../../src/policies/cache/content-key.ts'
import { readLines, refusingGuard } from '../../src/semantic/guards/refusing-guard.ts'
import { differentPairs as pairs } from './different-pairs.ts'
import { paraphrases } from './paraphrases.ts'

function passes(a: string, b: string): boolean {
  return refusingGuard(readLines(a), readLines(b)) === undefined
}

describe('requests that differ in one thing', () => {
  it('are many', () => {
    expect(pairs.length).toBeGreaterThan(5_000)
  })

  it('never share a content key', () => {
    expect(pairs.filter(([a, b]) => contentKey(a) === contentKey(b))).toEqual([])
  })

  it('never pass the guards, whichever came first', () => {
    expect(pairs.filter(([a, b]) => passes(a, b) || passes(b, a))).toEqual([])
  })
})

// Hits that are missed cost a run each; the shares say what can be expected of requests like these, and no more.
describe('requests that mean the same in other words', () => {
  it('share a content key in one of four pairs', () => {
    const hits = paraphrases.filter(([a, b]) => contentKey(a) === contentKey(b))
    expect(hits.length / paraphrases.length).toBeGreaterThanOrEqual(0.25)
  })

  it('pass the guards in seven of ten pairs', () => {
    const passed = paraphrases.filter(([a, b]) => passes(a, b))
    expect(passed.length / paraphrases.length).toBeGreaterThanOrEqual(0.7)
  })
})
