import { describe, expect, it } from 'vitest'
import { TagEpochs } from './tag-epochs.ts'

describe('TagEpochs', () => {
  it('gives the newest epoch of the tags, 0 for those that were never invalidated', () => {
    const epochs = new TagEpochs(10)
    const first = epochs.advance('p', ['a'])
    const second = epochs.advance('p', ['b'])
    expect(first).toBeGreaterThan(0)
    expect(second).toBeGreaterThan(first)
    const of = (...tags: string[]): number => epochs.newest('p', tags)
    expect([of('a'), of('a', 'b'), of('c'), of()]).toEqual([first, second, 0, 0])
  })

  it('keeps partitions apart, however they are named', () => {
    const epochs = new TagEpochs(10)
    epochs.advance('p', ['q:r'])
    expect([epochs.newest('p:q', ['r']), epochs.newest('', ['p:q:r']), epochs.newest('q', ['q:r'])]).toEqual([0, 0, 0])
  })

  it('forgets the tags whose invalidation is longest ago, and goes back for none', () => {
    const epochs = new TagEpochs(2)
    const first = epochs.advance('p', ['a'])
    epochs.advance('p', ['b'])
    const again = epochs.advance('p', ['a'])
    epochs.advance('p', ['c'])
    expect(epochs.newest('p', ['a'])).toBe(again)
    const forgotten = epochs.newest('p', ['b'])
    expect(forgotten).toBeGreaterThan(first)
    expect(epochs.newest('other', ['never seen'])).toBe(forgotten)
    expect(epochs.newest('p', [])).toBe(0)
  })

  it('takes more tags at once than it remembers', () => {
    const epochs = new TagEpochs(2)
    const epoch = epochs.advance('p', ['a', 'b', 'c', 'd'])
    expect(['a', 'b', 'c', 'd'].map((tag) => epochs.newest('p', [tag]))).toEqual([epoch, epoch, epoch, epoch])
  })
})
