import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { TimeLimit } from './time-limit.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

function addTo(limit: TimeLimit, given: string[]): (name: string) => void {
  return (name) => limit.add({ giveUp: () => void given.push(name) })
}

it('gives up each when its own time is over, with one timer for all', () => {
  const given: string[] = []
  const limit = new TimeLimit(100)
  const add = addTo(limit, given)
  add('a')
  vi.advanceTimersByTime(40)
  add('b')
  add('c')
  expect(vi.getTimerCount()).toBe(1)
  vi.advanceTimersByTime(61)
  expect(given).toEqual(['a'])
  vi.advanceTimersByTime(50)
  expect(given).toEqual(['a', 'b', 'c'])
  vi.advanceTimersByTime(500)
  expect(vi.getTimerCount()).toBe(0)
  add('d')
  vi.advanceTimersByTime(101)
  expect(given).toEqual(['a', 'b', 'c', 'd'])
})

it('knows nothing of what has ended', () => {
  const given: string[] = []
  const limit = new TimeLimit(100)
  const ended = { giveUp: () => void given.push('ended') }
  limit.add(ended)
  addTo(limit, given)('a')
  limit.remove(ended)
  vi.advanceTimersByTime(101)
  expect(given).toEqual(['a'])
})

it('judges a turn after the timer: what that turn brings is in time', () => {
  const given: string[] = []
  const limit = new TimeLimit(100)
  addTo(limit, given)('a')
  vi.advanceTimersToNextTimer()
  expect(given).toEqual([])
  vi.advanceTimersToNextTimer()
  expect(given).toEqual(['a'])
})

it('keeps its order over thousands, and gives up what is left when it is closed, at once', () => {
  const given: string[] = []
  const limit = new TimeLimit(100)
  const add = addTo(limit, given)
  for (let n = 0; n < 3_000; n += 1) {
    add(`${n}`)
    if (n % 10 === 0) vi.advanceTimersByTime(1)
  }
  expect(given).toEqual(Array.from({ length: given.length }, (_, n) => `${n}`))
  expect(given.length).toBeGreaterThan(1_500)
  limit.close()
  expect(given).toEqual(Array.from({ length: 3_000 }, (_, n) => `${n}`))
  vi.advanceTimersByTime(1_000)
  expect(given).toHaveLength(3_000)
  expect(vi.getTimerCount()).toBe(0)
})
