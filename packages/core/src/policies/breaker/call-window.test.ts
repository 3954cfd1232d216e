import { describe, expect, it } from 'vitest'
import {
  addCall,
  addReporter,
  type CallWindow,
  countReporters,
  createCallWindow,
  dropOlder,
  mark,
  rateOf,
  resizeWindow,
} from './call-window.ts'

const both = mark.failed | mark.slow
const counts = ({ calls, failures, slow }: CallWindow) => [calls, failures, slow]

function windowOf(size: number, ...calls: readonly (readonly [time: number, marks: number, reporter?: string])[]) {
  const window = createCallWindow(size)
  for (const [time, marks, reporter] of calls) {
    addCall(window, marks, time)
    if (reporter) addReporter(window, reporter)
  }
  return window
}

describe('the window of calls', () => {
  it('counts the last calls only, each once in what it was', () => {
    const window = windowOf(3, [0, both], [1, mark.failed], [2, mark.none])
    expect(counts(window)).toEqual([3, 2, 1])
    addCall(window, mark.slow, 3)
    expect(counts(window)).toEqual([3, 1, 1])
  })

  it('forgets what is older than a moment, and keeps what is exactly as old', () => {
    const window = windowOf(3, [0, both], [1, mark.failed], [2, mark.none], [3, mark.slow])
    dropOlder(window, 2)
    expect(counts(window)).toEqual([2, 0, 1])
    dropOlder(window, 100)
    expect(counts(window)).toEqual([0, 0, 0])
    addCall(window, mark.failed, 101)
    expect(counts(window)).toEqual([1, 1, 0])
  })

  it('knows no rate below the minimum of calls', () => {
    const window = windowOf(4, [0, both], [0, mark.none])
    expect([rateOf(window.failures, window, 3), rateOf(window.failures, window, 2)]).toEqual([undefined, 0.5])
    expect(rateOf(0, createCallWindow(4), 1)).toBeUndefined()
  })

  it('counts the reporters of calls that are still in it', () => {
    const window = windowOf(3, [0, mark.failed, 'a'], [1, mark.failed, 'b'], [2, mark.slow, 'c'], [3, both, 'b'])
    expect([countReporters(window, mark.failed), countReporters(window, mark.slow)]).toEqual([1, 2])
  })

  it('keeps the newest calls, their marks and reporters in another size', () => {
    const window = windowOf(4, [0, both, 'a'], [1, mark.none, 'b'], [2, mark.failed, 'c'], [3, mark.slow, 'd'])
    const [smaller, larger] = [resizeWindow(window, 2), resizeWindow(window, 9)]
    expect([counts(smaller), counts(larger)]).toEqual([
      [2, 1, 1],
      [4, 2, 2],
    ])
    expect([countReporters(smaller, both), countReporters(larger, both)]).toEqual([2, 3])
    dropOlder(larger, 2)
    expect(counts(larger)).toEqual([2, 1, 1])
  })
})

describe('a call that nobody is named for', () => {
  it('does not count for who reported the call in whose place it stands', () => {
    const window = createCallWindow(1)
    addCall(window, mark.failed, 0)
    addReporter(window, 'one')
    addCall(window, mark.failed, 1)
    expect(countReporters(window, mark.failed)).toBe(0)
  })
})
