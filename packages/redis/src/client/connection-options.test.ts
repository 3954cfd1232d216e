import { expect, it } from 'vitest'
import { reconnectDelay } from './connection-options.ts'

const delays = (random: number): readonly number[] =>
  [1, 2, 3, 6, 7, 100].map((attempt) => reconnectDelay(attempt, () => random))

it('connects again soon at first and every two seconds later on', () => {
  expect(delays(0.5)).toEqual([50, 100, 200, 1_600, 2_000, 2_000])
})

it('varies by a quarter either way, so that clients do not come together', () => {
  expect(delays(0)).toEqual([37.5, 75, 150, 1_200, 1_500, 1_500])
  const latest = [62.5, 125, 250, 2_000, 2_500, 2_500]
  for (const [index, delay] of delays(0.999_999).entries()) expect(delay).toBeCloseTo(latest[index] ?? 0, 1)
  const some = Array.from({ length: 50 }, () => reconnectDelay(10, Math.random))
  expect(new Set(some).size).toBeGreaterThan(40)
})
