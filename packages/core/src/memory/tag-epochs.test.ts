import { describe, expect, it } from 'vitest'
import { TagEpochs } from './tag-epochs.ts'

describe('TagEpochs', () => {
  it('gives the newest epoch of the tags, 0 for those that were never invalidated, and for no tags the newest of all', () => {
    const epochs = new TagEpochs(10)
    const first = epochs.advance('p', ['a'])
    const second = epochs.advance('p', ['b'])
    expect(first).toBeGreaterThan(0)
    expect(second).toBeGreaterThan(first)
    const of = (...tags: string[]): number => epochs.newest('p', tags)
    expect([of('a'), of('a', 'b'), of('c'), of()]).toEqual([first, second, 0, second])
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
  })

  it('counts an invalidation in all partitions in each of them', () => {
    const epochs = new TagEpochs(10)
    const epoch = epochs.advance(undefined, ['a'])
    expect([epochs.newest('p', ['a']), epochs.newest('q', ['b', 'a']), epochs.newest('', ['b'])]).toEqual([
      epoch,
      epoch,
      0,
    ])
    expect(epochs.newest('*', ['a'])).toBe(epoch)
  })

  it('allows what was computed after the last invalidation that concerns it', () => {
    const epochs = new TagEpochs(10)
    const before = epochs.newest('p', [])
    const epoch = epochs.advance('p', ['a'])
    expect([epochs.allows('p', ['a'], before), epochs.allows('p', ['a'], epoch)]).toEqual([false, true])
    expect([epochs.allows('p', ['b'], before), epochs.allows('q', ['a'], before)]).toEqual([true, true])
    expect(epochs.allows('p', [], before)).toBe(true)
  })

  it('after everything was invalidated allows nothing from before, whatever its tags', () => {
    const epochs = new TagEpochs(10)
    const before = epochs.advance('p', ['a'])
    epochs.advanceAll()
    expect([epochs.allows('p', [], before), epochs.allows('q', ['b'], before)]).toEqual([false, false])
    expect(epochs.allows('p', ['a'], epochs.newest('p', []))).toBe(true)
    expect(epochs.newest('p', ['never seen'])).toBeGreaterThan(before)
  })

  it('takes more tags at once than it remembers', () => {
    const epochs = new TagEpochs(2)
    const epoch = epochs.advance('p', ['a', 'b', 'c', 'd'])
    expect(['a', 'b', 'c', 'd'].map((tag) => epochs.newest('p', [tag]))).toEqual([epoch, epoch, epoch, epoch])
  })
})
